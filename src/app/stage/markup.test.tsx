/** The stage as markup, without a page: what a first picture or a figure's poster is made of. */
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { OPTIONS } from '../../scenario/testing/worlds.ts';
import { loadStory, taleOf } from '../../stories/index.ts';
import { sampleData } from '../../stories/testing/sample.ts';
import { drawnAt } from '../first/drawn.ts';
import { SessionProvider } from '../session/context.tsx';
import { stillSession } from '../session/still.ts';
import { beginTelling, castOf } from '../story/telling.ts';
import { type StageKind, stageLayout } from './layout.ts';
import { Stage } from './Stage.tsx';

const data = sampleData('six');
const tale = taleOf((await loadStory('first'))!, data, OPTIONS);
/** Beats by what stands on the stage. */
const BEGINNING = 0;
const COMMIT = 2;

function markup(beat: number, kind: StageKind): string {
  const telling = beginTelling(tale, beat);
  const drawn = drawnAt(telling, data);
  const session = stillSession({ selected: castOf(telling).conn, story: telling }, drawn);
  return renderToStaticMarkup(
    <SessionProvider value={session}>
      <Stage view={drawn.stage!} kind={kind} telling={telling} still />
    </SessionProvider>,
  );
}

const sheets = (html: string): string[] =>
  [...html.matchAll(/<g transform="translate\(([^)]*)\)" class="datagram /g)].map((m) => m[1]!);

describe.each(['full', 'figure', 'phone'] as const)('%s', (kind) => {
  it.each([BEGINNING, COMMIT])('of beat %i holds every mark at its place', (beat) => {
    const html = markup(beat, kind);
    const { stage } = drawnAt(beginTelling(tale, beat), data);
    const shown = stageLayout(kind, 4, stage!.clients.length, null).clients ? stage!.flights.length : 0;
    const waiting = stage!.threads.reduce((n, t) => n + t.inbox.length, 0);
    const places = sheets(html);
    expect(places.length).toBeGreaterThanOrEqual(Math.max(3, waiting));
    expect(places.length).toBeGreaterThanOrEqual(shown);
    expect(new Set(places).size).toBe(places.length);
    for (const p of places) expect(p).toMatch(/^\d+(\.\d+)? \d+(\.\d+)?$/);
    expect(html).toContain(`data-steps="${stage!.steps}"`);
  });

  it('needs no style of its own: a policy without inline styles shows it as it is', () => {
    for (const beat of [BEGINNING, COMMIT]) expect(markup(beat, kind)).not.toMatch(/\sstyle=|<style/);
  });
});

it('shows who owned A before the commit and who owns it after', () => {
  const { cast } = tale.runs[0]!.resolved;
  const owner = (beat: number): string =>
    /data-testid="chip-A" data-owner="(\d)"/.exec(markup(beat, 'full'))?.[1] ?? '';
  expect([owner(BEGINNING), owner(COMMIT)]).toEqual([`${cast.old}`, `${cast.new}`]);
});
