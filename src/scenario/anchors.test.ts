/** Anchors: where a choice was made, found again in the same program and in another one. */
import { describe, expect, test } from 'vitest';
import { type Anchored, AnchorReader } from '../machine/anchor.ts';
import type { Machine } from '../machine/machine.ts';
import { placeByAnchors } from '../machine/place.ts';
import { type Departure, replay } from '../machine/schedule.ts';
import { partOf } from './part.ts';
import { SAMPLES } from './samples.ts';
import { dataOf, machineOf, seeded } from './testing/worlds.ts';

const six = partOf(dataOf('v07'), SAMPLES[0]!.conns!);

/** A schedule of random orders, as a person would give them, of `end` happenings. */
function someSchedule(seed: number, end: number, every: number): Departure[] {
  const x = machineOf(six);
  const rnd = seeded(seed);
  const out: Departure[] = [];
  while (x.happened < end) {
    x.run(1 + Math.floor(rnd() * 2 * every));
    if (x.happened >= end) break;
    const at = x.happened;
    const tid = Math.floor(rnd() * 4);
    const k = rnd();
    const choice =
      k < 0.5
        ? ({ kind: 'step', tid } as const)
        : k < 0.8
          ? ({ kind: 'rebind', conn: Math.floor(rnd() * 6), tid } as const)
          : ({ kind: 'accept-target', conn: -1, tid } as const);
    if (!x.apply(choice)) out.push({ at, choice });
    if (!x.pick()) break;
  }
  return out;
}

function anchored(departures: Departure[], playhead: { at: number; undone: number }, portion = 1e9) {
  const reader = new AnchorReader(machineOf(six), departures, playhead);
  for (;;) {
    const read = reader.read(portion);
    if (!read) continue;
    const with_: Anchored[] = departures.map((d, i) => ({ ...d, anchor: read.departures[i] }));
    return { departures: with_, playhead: { at: playhead.at, anchor: read.playhead } };
  }
}

describe('in the same program', () => {
  test.each([1, 2, 3, 4])('every choice and the playhead are found where they were, seed %i', (seed) => {
    const departures = someSchedule(seed, 8000, 300);
    expect(departures.length).toBeGreaterThan(5);
    const at = departures[departures.length >> 1]!.at + 57;
    const { departures: d, playhead } = anchored(departures, { at, undone: 0 });
    const placed = placeByAnchors(machineOf(six), d, playhead);
    expect(placed.notes).toEqual([]);
    expect(placed.departures).toEqual(departures);
    expect(placed.at).toBe(at);
  });

  test('reading in portions gives the same anchors', () => {
    const departures = someSchedule(5, 3000, 200);
    const playhead = { at: 1500, undone: 0 };
    expect(anchored(departures, playhead, 7)).toEqual(anchored(departures, playhead));
  });

  test('a playhead before the choices made there', () => {
    const departures: Departure[] = [
      { at: 900, choice: { kind: 'hold', tid: 1 } },
      { at: 900, choice: { kind: 'release', tid: 1 } },
    ];
    const before = anchored(departures, { at: 900, undone: 2 });
    expect(before.playhead.anchor).toBeDefined();
    expect(anchored(departures, { at: 900, undone: 0 }).playhead.anchor).toBeUndefined();
  });
});

describe('in another program', () => {
  // Later fixes add and take away steps: positions shift, places do not.
  const standsAt = (x: Machine, t: number): string => `${x.at(t).proc.name} ${x.at(t).label}`;

  test.each(['d6646dddc', '7b516d373', '9b5f11cd3'])('%s: the moment is found by its anchors', (revision) => {
    const was = machineOf(six);
    was.run(1_000_000, () => standsAt(was, 2) === 'quic_dgram_parse 2' && was.now() > 45e6);
    const hold: Departure = { at: was.happened, choice: { kind: 'hold', tid: 2 } };
    expect(was.apply(hold.choice)).toBe('');
    was.run(1_000_000, () => standsAt(was, 1) === 'quic_lstnr_dghdlr 1');
    const at = was.happened;
    const a = anchored([hold], { at, undone: 0 });

    const now = machineOf(six, { revision });
    expect(now.P.fingerprint).not.toBe(was.P.fingerprint);
    const placed = placeByAnchors(now, a.departures, a.playhead);
    expect(placed.notes).toEqual([]);
    expect(now.held(2)).toBe(true);
    expect(standsAt(now, 2)).toBe('quic_dgram_parse 2');
    // A byte ring is asked by another step in the same place.
    const asks = now.P.traits.byteRings ? 'Q1' : '1';
    expect(standsAt(now, 1)).toBe(`quic_lstnr_dghdlr ${asks}`);
    // What was found is an ordinary schedule of the other program.
    const again = machineOf(six, { revision });
    expect(replay(again, { departures: placed.departures, end: placed.end })).toBe('');
    expect(again.hash(true)).toBe(now.hash(true));
  });

  test('a place that does not exist there is said, and the rest is kept', () => {
    const here: Anchored[] = [
      { at: 300, choice: { kind: 'gate', on: false } },
      {
        at: 400,
        choice: { kind: 'hold', tid: 1 },
        anchor: { kind: 'step', tid: 1, proc: 'qc_set_tid_affinity', label: 'S99', nth: 1 },
      },
      { at: 420, choice: { kind: 'hold', tid: 3 }, anchor: { kind: 'arrival', dgram: 9999 } },
    ];
    const x = machineOf(six);
    const placed = placeByAnchors(x, here, { at: 420 });
    expect(placed.departures).toEqual([here[0]]);
    expect(placed.notes).toEqual([
      'The choice “hold” is left out: T1 does not come to S99 of qc_set_tid_affinity (first time). (1 more like it)',
    ]);
    expect(x.held(1) || x.held(3)).toBe(false);
  });

  /** An anchor of thread 1 that never comes, and one that does: the `nth` arrival. */
  const never = (i: number): Anchored => ({
    at: 300 + i,
    choice: { kind: 'hold', tid: 1 },
    anchor: { kind: 'step', tid: 1, proc: 'qc_set_tid_affinity', label: 'S99', nth: i + 1 },
  });

  /** What is found, and how many happenings were run for it. */
  function searched(departures: Anchored[], at: number) {
    let run = 0;
    const placed = placeByAnchors(machineOf(six), departures, { at }, (n) => {
      run = n;
    });
    return { placed, run };
  }

  test('a thousand that never come are looked for in one run, and are one line; one behind them is found', () => {
    const found: Anchored = {
      at: 1300,
      choice: { kind: 'hold', tid: 3 },
      anchor: { kind: 'arrival', dgram: 7 },
    };
    const departures = [...Array.from({ length: 1000 }, (_, i) => never(i)), found];
    const one = searched([never(0), found], 1400);
    const { placed, run } = searched(departures, 1400);
    expect(placed.departures).toEqual(one.placed.departures);
    expect(placed.departures.map((d) => d.choice)).toEqual([found.choice]);
    expect(placed.notes).toHaveLength(1);
    expect(placed.notes[0]).toContain('(999 more like it)');
    expect(run).toBeLessThanOrEqual(one.run + 1000);
  });

  test('those that never come between those that do end in a sentence, not in hours', () => {
    const departures = Array.from({ length: 2000 }, (_, i) =>
      i % 2 ? never(i) : { at: 300 + i, choice: { kind: 'gate' as const, on: i % 4 === 0 } },
    );
    const { placed, run } = searched(departures, 2300);
    expect(run).toBeLessThanOrEqual(1_000_000 + 10 * 2300 + 100_000);
    expect(placed.notes.join(' ')).toMatch(
      /search for its places was given up after 1,1\d\d,\d{3} happenings\. \d+ of its choices are left out/,
    );
  });

  test('a playhead before choices that were taken back there', () => {
    const gates: Departure[] = [true, false].map((on) => ({ at: 900, choice: { kind: 'gate', on } }));
    for (const undone of [0, 1, 2]) {
      const a = anchored(gates, { at: 900, undone });
      const placed = placeByAnchors(machineOf(six), a.departures, { ...a.playhead, undone });
      expect(placed).toMatchObject({ departures: gates, at: 900, undone, notes: [] });
    }
  });
});
