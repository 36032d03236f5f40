/** Going through a recording: every position has one hash, whichever way it is reached, and no future is lost unasked. */
import { describe, expect, test } from 'vitest';
import { hasRole } from '../haproxy/step/compile.ts';
import type { Choice } from '../machine/choice.ts';
import type { Machine } from '../machine/machine.ts';
import { record } from '../machine/recording/make.ts';
import type { Mark } from '../machine/recording/mark.ts';
import type { Recording, RecordingOptions } from '../machine/recording/recording.ts';
import { RowReader } from '../machine/recording/rows.ts';
import { type Departure, replay } from '../machine/schedule.ts';
import { recording as ring } from '../machine/sink.ts';
import { PlainMem } from '../memory/plain.ts';
import type { WorldData } from './data.ts';
import { makeWorld } from './make.ts';
import { dataOf, machineOf, OPTIONS, seeded } from './testing/worlds.ts';

const one = dataOf('v01');
const many = dataOf('v07');

function recordingOf(data: WorldData, options: RecordingOptions = {}): Recording {
  const { W, P } = makeWorld(data, OPTIONS);
  return record(new PlainMem(new Int32Array(W.layout.words)), W, P, ring, options);
}

const hash = (r: Recording): string => r.machine.hash(true);

/** Runs on with random orders of a person, always at the end of the line. */
function wander(r: Recording, seed: number, turns: number): void {
  const rnd = seeded(seed);
  const tid = (): number => Math.floor(rnd() * OPTIONS.threads);
  for (let i = 0; i < turns; i++) {
    r.run(Math.floor(rnd() * 120));
    const k = rnd();
    if (k < 0.3) chooseStep(r, tid());
    else if (k < 0.5) r.choose({ kind: 'hold', tid: tid() });
    else if (k < 0.8) r.choose({ kind: 'release', tid: tid() });
    else if (k < 0.9) r.choose({ kind: 'rebind', conn: 0, tid: tid() });
    else r.choose({ kind: 'fail-allocation', n: 1 + tid() });
  }
}

/** A step by hand as a host takes it: the block changes first, then the recording is told. */
function chooseStep(r: Recording, tid: number): boolean {
  const { at } = r;
  if (r.machine.apply({ kind: 'step', tid })) return false;
  r.chosenStep(tid, at);
  return true;
}

/** Where the recording stands, by a machine that was never anywhere else. */
function afresh(data: WorldData, departures: readonly Departure[], end: number): Machine {
  const m = machineOf(data, {}, ring);
  expect(replay(m, { departures: [...departures], end })).toBe('');
  return m;
}

describe('one line', () => {
  test.each([1, 2, 3])('random positions have the hash of a fresh replay, seed %i', (seed) => {
    const r = recordingOf(one, { every: 700 });
    wander(r, seed, 60);
    const { end, departures } = r.line;
    expect(r.line.keyframes.length).toBeGreaterThan(3);
    const last = hash(r);
    const rnd = seeded(seed + 100);
    for (let i = 0; i < 12; i++) {
      const at = Math.floor(rnd() * (end + 1));
      r.seek(at);
      expect(r.at).toBe(at);
      // A choice at this position has been made here, except one that is itself the next happening.
      const made = departures.filter((d) => d.at < at || (d.at === at && d.choice.kind !== 'step'));
      const upTo = departures.findIndex((d) => d.at === at && d.choice.kind === 'step');
      const list = upTo < 0 ? made : departures.slice(0, upTo);
      expect(hash(r)).toBe(afresh(one, list, at).hash(true));
    }
    r.seek(Number.POSITIVE_INFINITY);
    expect(r.at).toBe(end);
    expect(hash(r)).toBe(last);
    expect(r.line.end).toBe(end);
    expect(r.line.departures).toEqual(departures);
  });

  test('one back and one forward, over each happening and each choice, come to the same hashes', () => {
    const r = recordingOf(one, { every: 100 });
    wander(r, 7, 12);
    const seen: string[] = [];
    do seen.push(hash(r));
    while (r.back());
    expect(r.at).toBe(0);
    expect(seen.length).toBeGreaterThan(r.line.end);
    while (r.past) {
      const { due } = r;
      if (due) r.followDue();
      else {
        r.run(1);
        // `run` makes the choices of the next position too; `back` stops before each.
        const made = r.line.departures.filter((d) => d.at === r.at && d.choice.kind !== 'step');
        seen.splice(seen.length - made.length, made.length);
      }
      seen.pop();
      expect(hash(r)).toBe(seen.at(-1));
    }
    expect(seen.length).toBe(1);
  });

  test('run over what is recorded follows its choices and then goes on by the clock', () => {
    const r = recordingOf(one, { every: 500 });
    wander(r, 4, 20);
    r.run(400);
    const { end } = r.line;
    const last = hash(r);
    r.seek(0);
    r.run(end);
    expect(hash(r)).toBe(last);
    expect(r.past).toBe(false);
    r.run(50);
    expect(r.line.end).toBe(end + 50);
    expect(hash(r)).toBe(afresh(one, r.line.departures, end + 50).hash(true));
  });

  test('a world whose block was lost is made anew where it stood', () => {
    const r = recordingOf(one, { every: 300 });
    wander(r, 5, 20);
    r.back();
    const before = hash(r);
    r.machine.m.w.fill(0x0bad);
    r.rebuild();
    expect(hash(r)).toBe(before);
  });

  test('a stored schedule is loaded, its end is reached, and what cannot be followed is said', () => {
    const source = recordingOf(one, { every: 500 });
    wander(source, 6, 30);
    const { departures, end } = source.line;
    const r = recordingOf(one, { every: 500 });
    expect(r.load(departures, end)).toEqual([]);
    expect(r.line.end).toBe(end);
    expect(r.line.departures).toEqual(departures);
    expect(r.line.marks).toEqual(source.line.marks);
    expect(hash(r)).toBe(hash(source));
    const broken: Departure[] = [...departures, { at: end, choice: { kind: 'rebind', conn: 99, tid: 1 } }];
    expect(r.load(broken, end)).toEqual([`rebind at ${end}: there is no such connection now`]);
    expect(r.line.departures).toEqual(departures);
    expect(r.load([], 1e9)[0]).toContain('of 1000000000 happenings');
  });
});

test('a schedule of another program is followed, and the answer says so; choices after its end are left out', () => {
  const source = recordingOf(one);
  wander(source, 3, 10);
  const { departures, end } = source.line;
  const { fingerprint } = source.machine.P;
  const later: Departure[] = [...departures, { at: end + 5, choice: { kind: 'hold', tid: 0 } }];
  const m = machineOf(one, {}, ring);
  expect(replay(m, { departures: later, end, fingerprint })).toBe('');
  expect(m.hash(true)).toBe(hash(source));
  const other = machineOf(one, {}, ring);
  expect(replay(other, { departures, end, fingerprint: '00000000' })).toBe(
    `recorded with another program (00000000, this is ${fingerprint})`,
  );
  expect(other.hash(true)).toBe(hash(source));
  const shorter = machineOf(one, {}, ring);
  expect(replay(shorter, { departures: [], end: 1e9, fingerprint: '00000000' })).toMatch(
    /another program.*; the run ended/,
  );
});

test('a schedule is loaded with the position that is gone back to: it is kept, whatever lies there, and reached without running', () => {
  const source = recordingOf(one, { every: 1e6 });
  wander(source, 6, 30);
  const { departures, end } = source.line;
  for (const back of [departures[5]!.at, departures[5]!.at + 7, end]) {
    const r = recordingOf(one, { every: 1e6 });
    expect(r.load(departures, end, back)).toEqual([]);
    expect(hash(r)).toBe(hash(source));
    expect(r.line.keyframes.map((k) => k.at)).toEqual([0, back]);
    r.seek(back);
    source.seek(back);
    expect(hash(r)).toBe(hash(source));
    while (r.at === back && r.back()) source.back();
    expect(hash(r)).toBe(hash(source));
    source.seek(end);
  }
});

test('who looks on while a schedule is loaded is told of every turn, and the line is the same', () => {
  const source = recordingOf(one, { every: 500 });
  wander(source, 6, 30);
  const { departures, end, marks } = source.line;
  const r = recordingOf(one, { every: 500 });
  const told: number[] = [];
  r.watch = (tid) => told.push(tid);
  expect(r.load(departures, end)).toEqual([]);
  expect(hash(r)).toBe(hash(source));
  expect(r.line.marks).toEqual(marks);
  expect(new Set(told)).toEqual(new Set([-1, 0, 1, 2, 3]));
});

describe('branches', () => {
  const hold: Choice = { kind: 'hold', tid: 1 };

  test('a choice in the past begins a branch; the old future is kept and can be brought back, and back again', () => {
    const r = recordingOf(one, { every: 400 });
    wander(r, 8, 25);
    const old = { ...r.line };
    const oldHash = hash(r);
    r.seek(1000);
    const here = hash(r);
    expect(r.choose(hold)).toBe('');
    expect(r.line.id).not.toBe(old.id);
    expect(r.line.end).toBe(1000);
    expect(r.kept?.end).toBe(old.end);
    expect(r.kept?.from.at).toBe(1000);
    r.run(900);
    const branchEnd = r.line.end;
    const branchHash = hash(r);
    expect(branchHash).toBe(afresh(one, r.line.departures, branchEnd).hash(true));

    expect(r.bringBack()).toBe(true);
    expect(r.at).toBe(1000);
    expect(hash(r)).toBe(here);
    expect(r.line.end).toBe(old.end);
    expect(r.line.departures).toEqual(old.departures);
    expect(r.line.marks).toEqual(old.marks);
    r.seek(old.end);
    expect(hash(r)).toBe(oldHash);

    expect(r.bringBack()).toBe(true);
    r.seek(branchEnd);
    expect(hash(r)).toBe(branchHash);
    r.seek(300);
    expect(r.bringBack()).toBe(true);
    expect(r.at).toBe(300);
    r.seek(old.end);
    expect(hash(r)).toBe(oldHash);
  });

  test('what the line does next anyway begins no branch; another thread’s step does', () => {
    const r = recordingOf(one, { every: 400 });
    r.run(1500);
    const awake = (): number[] => [0, 1, 2, 3].filter((t) => r.machine.enabled(t));
    r.seek(400);
    while (awake().length < 2 || r.machine.pick()?.kind !== 'step') r.run(1);
    const here = r.at;
    const { id } = r.line;
    const p = r.machine.pick()!;
    const tid = p.kind === 'step' ? p.tid : -1;
    const other = awake().find((t) => t !== tid)!;
    expect([r.goesOnWith(tid), r.goesOnWith(other)]).toEqual([true, false]);
    r.run(1);
    expect(r.line.id).toBe(id);
    r.seek(here);
    expect(chooseStep(r, other)).toBe(true);
    expect(r.line.id).not.toBe(id);
    expect(r.kept).toMatchObject({ from: { at: here, next: 0 }, end: 1500 });
    expect(r.line.departures).toEqual([{ at: here, choice: { kind: 'step', tid: other } }]);
    expect(hash(r)).toBe(afresh(one, r.line.departures, here + 1).hash(true));
  });

  test('a choice that is refused changes nothing, and one taken back can be made again or left', () => {
    const r = recordingOf(one, { every: 400 });
    r.run(1200);
    expect(r.choose(hold)).toBe('');
    r.run(200);
    const { id } = r.line;
    r.seek(1200);
    const held = hash(r);
    expect(r.choose({ kind: 'rebind', conn: 99, tid: 1 })).not.toBe('');
    expect(r.line.id).toBe(id);
    expect(r.back()).toBe(true);
    expect([r.at, r.undone]).toEqual([1200, 1]);
    expect(hash(r)).not.toBe(held);
    expect(r.choose(hold)).toBe('');
    expect([r.line.id, r.undone]).toEqual([id, 0]);
    expect(hash(r)).toBe(held);
    r.back();
    expect(r.choose({ kind: 'gate', on: false })).toBe('');
    expect(r.line.departures).toEqual([{ at: 1200, choice: { kind: 'gate', on: false } }]);
    expect(r.kept).toMatchObject({ end: 1400, departures: [{ at: 1200, choice: hold }] });
  });

  test('a second branch replaces the kept future; restart forgets all', () => {
    const r = recordingOf(one, { every: 400 });
    r.run(2000);
    r.seek(1500);
    r.choose(hold);
    r.run(100);
    r.seek(900);
    r.choose({ kind: 'gate', on: false });
    expect(r.kept).toMatchObject({ from: { at: 900 }, end: 1600 });
    r.restart();
    expect([r.at, r.line.end, r.kept]).toEqual([0, 0, null]);
    expect(hash(r)).toBe(machineOf(one).hash(true));
  });
});

describe('marks and rows', () => {
  /** A recording with a rebind by hand while its datagrams wait. */
  function rebound(): Recording {
    const r = recordingOf(many, { every: 3000 });
    r.run(9000);
    for (const [conn, owner] of r.machine.owners())
      if (owner >= 0) r.choose({ kind: 'rebind', conn, tid: (owner + 1) % 4 });
    r.run(20_000);
    return r;
  }

  test('commits are marked where they can be seen, once, and stay with their line', () => {
    const r = rebound();
    const { marks } = r.line;
    const commits = marks.filter((m) => m.kind === 'commit');
    expect(commits.length).toBeGreaterThan(2);
    expect(marks.map((m) => m.at)).toEqual(marks.map((m) => m.at).sort((a, b) => a - b));
    let moved = 0;
    for (const c of commits) {
      r.seek(c.at + 1);
      const after = new Map(r.machine.owners()).get(c.conn);
      r.seek(c.at);
      expect(hasRole(r.machine.at(c.tid), 'commit')).toBe(true);
      // An accept that stays on its thread stores the same thread again.
      if (new Map(r.machine.owners()).get(c.conn) !== after) moved++;
    }
    expect(moved).toBeGreaterThan(2);
    r.seek(0);
    r.run(r.line.end);
    expect(r.line.marks).toBe(marks);
    expect(marks.length).toBe(new Set(marks.map((m) => `${m.at} ${m.kind}`)).size);
    r.seek(commits[1]!.at);
    r.choose({ kind: 'hold', tid: 0 });
    expect(r.line.marks).toEqual(marks.filter((m) => m.at < commits[1]!.at));
  });

  test('a rule that broke is marked once, in its place', () => {
    const r = rebound();
    const found: Mark = { at: 5000, kind: 'violation', tid: 1, conn: -1, dgram: -1, other: -1, ms: 0, ns: 0 };
    r.mark(found);
    r.mark({ ...found });
    expect(r.line.marks.filter((m) => m.kind === 'violation')).toEqual([found]);
    expect(r.reordered).toBe(1);
  });

  test('rows say what each happening was, and reading them leaves the world alone', () => {
    const r = rebound();
    const reader = new RowReader(r.machine, new Int32Array(r.machine.m.w.length));
    const before = hash(r);
    const rows = reader.read(r.line, 8500, 10_500);
    expect(hash(r)).toBe(before);
    expect([rows.from, rows.to, rows.line]).toEqual([8500, 10_500, r.line.id]);
    for (const i of [0, 1, 499, 500, 501, 1200, 1999]) {
      r.seek(8500 + i);
      const d = r.machine.m;
      const tid = rows.tid[i]!;
      if (tid < 0) {
        expect(rows.start[i]).toBe(r.machine.nextArrival());
        continue;
      }
      expect(r.machine.at(tid).pc).toBe(rows.pc[i]);
      const clock = r.machine.clock(tid);
      r.run(1);
      expect(rows.start[i]).toBeGreaterThanOrEqual(clock);
      expect(rows.start[i]! + rows.cost[i]!).toBe(r.machine.clock(tid));
      expect(d).toBe(r.machine.m);
    }
    for (let t = 0; t < 4; t++) {
      let end = 0;
      for (let i = 0; i < 2000; i++) {
        if (rows.tid[i] !== t) continue;
        expect(rows.start[i]).toBeGreaterThanOrEqual(end);
        end = rows.start[i]! + rows.cost[i]!;
      }
    }
    expect(rows.kind.filter((k) => k === 1).length).toBeGreaterThan(0);
    const late = reader.read(r.line, r.line.end - 10, r.line.end + 500);
    expect([late.from, late.to, late.tid.length]).toEqual([r.line.end - 10, r.line.end, 10]);
  });

  test('keyframes beyond the budget are thinned, and every position can still be reached', () => {
    const r = recordingOf(many, { every: 200, budget: 3e6 });
    r.run(12_000);
    expect(r.line.keyframes.length).toBeLessThan(40);
    expect(r.line.keyframes[0]!.at).toBe(0);
    const last = hash(r);
    r.seek(7777);
    expect(hash(r)).toBe(afresh(many, [], 7777).hash(true));
    r.seek(12_000);
    expect(hash(r)).toBe(last);
  });
});
