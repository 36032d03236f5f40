/** Links, found runs and saved moments of an earlier edition open here, and lead where they led. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { brokenBy, foundEarlier } from '../link/found.ts';
import { decodeMoment, fromHash } from '../link/index.ts';
import { happens } from '../machine/choice.ts';
import { museumRun } from '../scenario/museum/index.ts';
import { followLink } from './follow.ts';
import { goOnFrom } from './image.ts';

const folder = join(import.meta.dirname, '../../testdata/recorded');
const read = <T>(name: string): T[] => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T[];

const links = read<{ id: string; choices: number; at: number; hash: string; link: string }>('links.json');
const found = read<{
  world: string;
  broken: { rule: string; symptom: string };
  length: number;
  link: string;
}>('found-links.json');
const moments = read<{ file: string; start: string; at?: number; hash?: string; on: string }>('moments.json');

describe('links by the clock', () => {
  test.each(links.map((l, i) => [i, l] as const))('link %i', (_, l) => {
    const { report } = followLink(l.link, undefined, undefined);
    // The machine of then counted and chose otherwise: the link opens, its places are looked for, and its hash says nothing.
    expect(report.same).toBe(null);
    expect(report.at).toBeGreaterThan(0);
    expect(report.aborted).toBeUndefined();
  });
});

describe('found runs', () => {
  test.each(found.map((f) => [f.world, f] as const))('%s', (world, f) => {
    const { moment } = decodeMoment(fromHash(f.link) ?? '');
    const from = moment.playhead.at;
    const run = museumRun({ world, fixed: false });
    expect(run.beginning.end).toBe(from);
    const { explorable } = run;
    const out = new Int32Array(explorable.maxEnabled);
    const ahead = moment.departures.filter((d) => d.at > from || (d.at === from && happens(d.choice)));
    const late = moment.departures
      .filter((d) => d.at === from && !happens(d.choice))
      .slice(-moment.playhead.undone || Number.POSITIVE_INFINITY);
    for (const { choice } of [...late, ...ahead]) {
      expect(explorable.broken()).toBe(null);
      const n = explorable.enabled(out);
      const code = [...out.subarray(0, n)].find(
        (c) => JSON.stringify(explorable.schedule([c])) === JSON.stringify([choice]),
      );
      expect(code, `${choice.kind} can be done`).toBeDefined();
      explorable.take(code!);
    }
    const b = explorable.broken() ?? explorable.closed();
    if (b) expect([b.rule, b.symptom]).toEqual([f.broken.rule, f.broken.symptom]);
    expect(brokenBy(moment)?.symptom, 'it still breaks what it broke').toBe(f.broken.symptom);
    expect(foundEarlier(moment, 'ffffffff')).toBe(false);
  });
});

describe('saved Live moments', () => {
  test.each(moments.map((m) => [m.file, m] as const))('%s', async (file, m) => {
    const { report } = await goOnFrom(join(folder, file), [], 'traffic');
    // Null where the words are others by now: their hash says nothing.
    expect(m.hash === undefined ? [null] : [null, true]).toContain(report.same);
    expect(report.at).toBe(m.at ?? 0);
    expect(report.rulesBroken).toEqual([]);
  });
});
