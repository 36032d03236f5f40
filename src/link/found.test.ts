/** Runs that a search has found: as links, in another program, and from an earlier edition. */
import { expect, test } from 'vitest';
import { silent } from '../haproxy/step/events.ts';
import { placeByAnchors } from '../machine/place.ts';
import { atBeginning } from '../machine/setup.ts';
import { PlainMem } from '../memory/plain.ts';
import { makeWorld } from '../scenario/make.ts';
import { MUSEUM, museumData, museumRun, museumWorld } from '../scenario/museum/index.ts';
import { fromHash } from './address.ts';
import { decodeMoment } from './decode.ts';
import { brokenBy, foundEarlier, linkOfFound, searchOf } from './found.ts';
import type { Moment } from './moment.ts';

/** A run of X13 with the mutation: T0 alone for some steps, then T1, as a search would list it. */
function someRun(world: string, steps: number) {
  const spec = { world, fixed: false };
  const { explorable: x } = museumRun(spec);
  const codes = new Int32Array(x.maxEnabled);
  const taken: number[] = [];
  for (let i = 0; i < steps && !x.broken(); i++) {
    const n = x.enabled(codes);
    if (n === 0) break;
    const code = codes[i % 3 === 0 ? n - 1 : 0]!;
    x.take(code);
    taken.push(code);
  }
  return { spec, choices: x.schedule(taken), hash: x.machineHash() };
}

const momentOf = (hash: string): Moment => {
  const { moment, notes } = decodeMoment(fromHash(hash)!);
  expect(notes).toEqual([]);
  return moment;
};

test('the moment stands where the search began, and every eighth step of the run says where its thread stands', () => {
  const { spec, choices } = someRun('X13', 40);
  const m = momentOf(linkOfFound(spec, choices));
  expect(searchOf(m)).toMatchObject({ world: 'X13', fixed: false, mutations: ['X13'] });
  const run = m.departures.filter((d) => d.at >= m.playhead.at);
  const standing = run.filter((d) => d.anchor?.kind === 'step' && d.anchor.nth === 0);
  expect(standing.length).toBeGreaterThanOrEqual(3);
  expect(run.filter((d) => d.choice.kind === 'step').length / standing.length).toBeLessThan(13);
});

test('in a program with a step less the threads stand at the same steps at the end', () => {
  const { spec, choices } = someRun('X13', 48);
  const m = momentOf(linkOfFound(spec, choices));
  const data = museumData(museumWorld('X13')!);
  const placedIn = (options: Moment['options']) => {
    const { W, P } = makeWorld(data, options, 1);
    const x = atBeginning(new PlainMem(new Int32Array(W.layout.words)), W, P, silent);
    const placed = placeByAnchors(x, m.departures, { at: m.end, undone: 0 });
    return { x, placed };
  };
  const same = placedIn(m.options);
  expect(same.placed.departures).toEqual(m.departures.map(({ at, choice }) => ({ at, choice })));
  const other = placedIn({ ...m.options, ideas: ['drop qc_new_conn/8'] });
  expect(other.placed.notes).toEqual([]);
  for (let t = 0; t < 2; t++) {
    expect(other.x.at(t).proc.key).toBe(same.x.at(t).proc.key);
  }
});

test('a run of an earlier edition that breaks nothing here is told from one that does', () => {
  for (const world of ['X13', 'M01']) {
    const { spec, choices } = someRun(world, 12);
    const m = momentOf(linkOfFound(spec, choices));
    expect(brokenBy(m)).toBe(null);
    expect(foundEarlier(m, m.fingerprint)).toBe(false);
    expect(foundEarlier(m, 'ffffffff')).toBe(true);
  }
  expect(searchOf({ ...momentOf(linkOfFound({ world: 'M01', fixed: false }, [])), scenario: null })).toBe(
    null,
  );
});

test('a world that rejects its connections does so from its link', () => {
  const world = MUSEUM.find((w) => w.settings?.rejects)!;
  const m = momentOf(linkOfFound({ world: world.id, fixed: false }, []));
  expect(m.options.rejects).toBe(true);
});

test('whatever a world sets otherwise stands in its link', () => {
  for (const world of MUSEUM) {
    const m = momentOf(linkOfFound({ world: world.id, fixed: false }, []));
    expect(m.options).toMatchObject({ ...world.settings });
  }
  expect(MUSEUM.filter((w) => w.settings?.muxStays)).toHaveLength(2);
});
