import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { unpack } from '../../scenario/packed.ts';
import { placeIn } from '../opening/first.ts';
import { beginTelling } from '../story/telling.ts';
import { drawnAt } from './drawn.ts';
import { type Made, make, prepare } from './prepare.ts';
import type { Prepared } from './prepared.ts';

const top = join(import.meta.dirname, '../../..');
const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(top, 'public/captures', file)));

describe('what is made ready at build', () => {
  let whole: Prepared;
  let made: Made;
  beforeAll(async () => {
    whole = await prepare(read);
    made = await make(read);
  });

  it('is, as the page unpacks it, what reading the capture gives', () => {
    expect(unpack(made.bytes)).toEqual(whole);
  });

  it('begins in the very state that the story was found to begin in', () => {
    const { data, tale } = unpack(made.bytes) as Prepared;
    const here = drawnAt(beginTelling(tale, 0), data);
    expect(here.hash).toBe(drawnAt(beginTelling(whole.tale, 0), whole.data).hash);
    expect(here.travel.at).toBe(whole.tale.runs[0]!.resolved.start);
  });

  it('is a picture with the words and marks of the first beat, and nothing to be pressed', () => {
    const { stage, sentence } = drawnAt(beginTelling(whole.tale, 0), whole.data);
    const { html } = made;
    expect(html).toContain(sentence.lead);
    for (const c of stage!.cids.slice(0, 6)) expect(html).toContain(c.cid.slice(0, 4));
    expect(html.match(/<svg[^>]* class="stage /g)).toHaveLength(2);
    expect(html).not.toMatch(/\s(?:style|tabindex|data-testid|onclick)=|<style|<script/);
    expect(html.match(/<button(?! inert="")/)).toBeNull();
    expect([...html.matchAll(/\sid="([^"]*)"/g)].map((m) => m[1])).toEqual(['first']);
  });
});

describe('public/first.js', () => {
  const script = readFileSync(join(top, 'public/first.js'), 'utf8');

  /** What it says of an address, with what the browser has kept. */
  function says(query: string, hash: string, kept: Record<string, string> | null): DOMStringMap {
    const dataset: Record<string, string> = {};
    const storage = {
      getItem(key: string): string | null {
        if (!kept) throw new Error('storage is closed');
        return kept[key] ?? null;
      },
    };
    new Function('document', 'location', 'localStorage', script)(
      { documentElement: { dataset } },
      { search: query, hash },
      storage,
    );
    return dataset;
  }

  it('takes less than 1 KB, since nothing is drawn before it', () => {
    expect(script.length).toBeLessThan(1000);
  });

  const queries = [
    '',
    '?story=first',
    '?story=first&beat=1',
    '?story=first&beat=2',
    '?story=ring',
    '?story=',
    '?plain',
    '?sample=one',
    '?sample=six&story=first',
    '?present',
    '?story=first&present',
    '?embed',
    '?embed=1&story=first',
    '?theme=dark',
  ];

  it.each(queries)('shows the picture of “%s” only where the page opens its first beat', (query) => {
    for (const seen of [undefined, 0, 'seen']) {
      const kept: Record<string, string> =
        seen === undefined ? {} : { 'rebind.stories': JSON.stringify({ first: seen }) };
      withStorage(kept, () => {
        const place = placeIn(query, new URLSearchParams(query).has('embed'));
        const first =
          place.kind === 'story' && place.name === 'first' && place.beat === 0 && !place.presenting;
        expect(says(query, '', kept).open, JSON.stringify(seen)).toBe(first ? 'first' : 'other');
      });
      expect(says(query, '#m=1', kept).open).toBe('other');
    }
  });

  it('does so too where the browser keeps nothing, or something else', () => {
    expect(says('', '', null).open).toBe('first');
    expect(says('', '', { 'rebind.stories': 'null', 'rebind.settings': '{' })).toEqual({ open: 'first' });
  });

  it('has the theme that was chosen, and no picture of another detail', () => {
    const kept = (settings: object) => ({ 'rebind.settings': JSON.stringify(settings) });
    expect(says('', '', kept({ theme: 'dark' }))).toEqual({ theme: 'dark', open: 'first' });
    expect(says('', '', kept({ theme: 'system' }))).toEqual({ open: 'first' });
    expect(says('', '', kept({ detail: 'simple' })).open).toBe('other');
    expect(says('?at=A.commit', '', {}).open).toBe('other');
  });
});

/** `placeIn` asks what has been seen. */
function withStorage(kept: Record<string, string>, check: () => void): void {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
  Object.defineProperty(globalThis, 'localStorage', {
    value: { getItem: (key: string) => kept[key] ?? null },
    configurable: true,
  });
  try {
    check();
  } finally {
    if (before) Object.defineProperty(globalThis, 'localStorage', before);
    else Reflect.deleteProperty(globalThis, 'localStorage');
  }
}
