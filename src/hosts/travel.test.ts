/** Going through time by the page's orders: what each frame says, with real workers behind it. */
import { afterEach, describe, expect, test } from 'vitest';
import { silent } from '../haproxy/step/events.ts';
import { Machine } from '../machine/machine.ts';
import type { Departure } from '../machine/schedule.ts';
import { setUp } from '../machine/setup.ts';
import { recording } from '../machine/sink.ts';
import { PlainMem } from '../memory/plain.ts';
import { makeWorld } from '../scenario/make.ts';
import { machineOf, OPTIONS } from '../scenario/testing/worlds.ts';
import type { EngineOrder, Frame } from './engine.ts';
import { data, hashOf, type Pool, pool, type Sharing, type ThreadPort } from './testing/pool.ts';

const open: Pool[] = [];
const started = (...args: Parameters<typeof pool>): Pool => {
  const p = pool(...args);
  open.push(p);
  return p;
};

afterEach(() => {
  for (const p of open.splice(0)) p.close();
});

const FAST: EngineOrder = { kind: 'play', stepsPerSecond: Number.POSITIVE_INFINITY };
const hold = (tid: number): EngineOrder => ({ kind: 'choice', choice: { kind: 'hold', tid } });
const where = (f: Frame): unknown[] => [f.steps, f.end, f.undone, f.kept];

function hashAt(steps: number, departures: Departure[] = []): string {
  const m = machineOf(data, {}, recording);
  for (const d of departures) {
    m.run(d.at - m.happened);
    m.apply(d.choice);
  }
  m.run(steps - m.happened);
  return m.hash(true);
}

describe.each<Sharing>(['shared', 'transferred'])('block %s', (sharing) => {
  test('seek, back, forward and playing on from the past stay on one line', async () => {
    const p = started(sharing);
    p.engine.order(FAST);
    const end = await p.until((f) => f.status.stopped === 'traffic');
    expect(where(end)).toEqual([end.steps, end.steps, 0, null]);
    const commits = end.marks.filter((m) => m.kind === 'commit');
    expect(commits.length).toBeGreaterThan(0);
    const commit = commits[0]!;

    const after = await p.settled([{ kind: 'seek', at: commit.at + 1 }]);
    expect(where(after)).toEqual([commit.at + 1, end.end, 0, null]);
    expect(hashOf(after, true)).toBe(hashAt(commit.at + 1));
    const before = await p.settled([{ kind: 'back' }]);
    expect(where(before)).toEqual([commit.at, end.end, 0, null]);
    expect(hashOf(before, true)).toBe(hashAt(commit.at));
    const again = await p.settled([{ kind: 'forward' }]);
    expect(hashOf(again, true)).toBe(hashOf(after, true));
    const stepped = await p.settled([{ kind: 'back' }, { kind: 'step' }]);
    expect(hashOf(stepped, true)).toBe(hashOf(after, true));

    const low = await p.settled([{ kind: 'seek', at: -5 }, { kind: 'back' }]);
    expect(where(low)).toEqual([0, end.end, 0, null]);
    p.engine.order(FAST);
    const late = await p.until((f) => f.status.stopped === 'idle');
    expect(late.line).toBe(end.line);
    expect(late.end).toBeGreaterThan(end.end);
    expect(late.marks.slice(0, end.marks.length)).toEqual(end.marks);
    expect(p.refused).toEqual([]);
  });

  test('a choice in the past begins a branch; the old future is kept, comes back, and takes the other’s place', async () => {
    const p = started(sharing);
    p.engine.order(FAST);
    const end = await p.until((f) => f.status.stopped === 'traffic');
    await p.settled([{ kind: 'seek', at: 1200 }]);
    const branch = await p.settled([hold(2), ...new Array<EngineOrder>(150).fill({ kind: 'step' })]);
    expect(where(branch)).toEqual([1350, 1350, 0, { from: 1200, end: end.end }]);
    expect(branch.line).not.toBe(end.line);
    expect(branch.departures).toEqual([{ at: 1200, choice: { kind: 'hold', tid: 2 } }]);
    expect(branch.marks).toEqual(
      end.marks.filter((m) => m.at < 1200).concat(branch.marks.filter((m) => m.at >= 1200)),
    );
    expect(hashOf(branch, true)).toBe(hashAt(1350, branch.departures));

    const old = await p.settled([{ kind: 'bring-back' }]);
    expect(where(old)).toEqual([1200, end.end, 0, { from: 1200, end: 1350 }]);
    expect(old.departures).toEqual([]);
    expect(old.marks).toEqual(end.marks);
    expect(hashOf(old, true)).toBe(hashAt(1200));

    const swapped = await p.settled([{ kind: 'bring-back' }]);
    expect(where(swapped)).toEqual([1200, 1350, 1, { from: 1200, end: end.end }]);
    const taken = await p.settled([{ kind: 'forward' }]);
    expect(where(taken).slice(0, 3)).toEqual([1200, 1350, 0]);
    const taken1 = await p.settled([{ kind: 'forward' }]);
    expect(hashOf(taken1, true)).toBe(hashAt(1201, branch.departures));
  });

  test('rows of a window come from the line, and the world stays where it is', async () => {
    const p = started(sharing);
    const f = await p.settled(new Array<EngineOrder>(400).fill({ kind: 'step' }));
    const rows = await p.rows(100, 9999);
    expect([rows.from, rows.to, rows.line, rows.pc.length]).toEqual([100, 400, f.line, 300]);
    expect(rows.tid.some((t) => t < 0)).toBe(true);
    expect(new Set(rows.tid).size).toBeGreaterThan(2);
    const same = await p.settled([]);
    expect(hashOf(same, true)).toBe(hashOf(f, true));
  });

  test('a stored moment is a line from the first picture on, with its marks; playing stops there once', async () => {
    const first = started(sharing);
    await first.settled(new Array<EngineOrder>(200).fill({ kind: 'step' }));
    await first.settled([hold(1), ...new Array<EngineOrder>(2500).fill({ kind: 'step' })]);
    const source = await first.settled([]);
    const { departures, end, marks } = source;

    const p = started(sharing, { moment: { departures, end } });
    const begun = await p.settled([]);
    expect(where(begun)).toEqual([0, end, 0, null]);
    expect(begun.marks).toEqual(marks);
    p.engine.order(FAST);
    const there = await p.until((f) => f.status.stopped === 'moment');
    expect(there.steps).toBe(end);
    expect(hashOf(there, true)).toBe(hashOf(source, true));
    p.engine.order({ kind: 'seek', at: 5 });
    p.engine.order(FAST);
    const beyond = await p.until((f) => f.status.stopped !== '' && f.steps > end);
    expect(beyond.status.stopped).not.toBe('moment');

    // Before any thread has a worker the moment stands, can be gone through, and its choices taken back and made again.
    const waiting: ThreadPort = { post() {}, onMessage() {}, onEnd() {}, close() {} };
    const chosen = departures.at(-1)!.at;
    const alone = started(sharing, { moment: { departures, end, at: chosen } }, () => waiting);
    const made = await alone.settled([]);
    const back = await alone.settled([{ kind: 'back' }]);
    expect([back.steps, back.undone]).toEqual([chosen, 1]);
    const again = await alone.settled([{ kind: 'forward' }]);
    expect(hashOf(again, true)).toBe(hashOf(made, true));
    expect((await alone.settled([{ kind: 'seek', at: 50 }])).steps).toBe(50);

    const link = started(sharing, { moment: { departures, end, at: 900 } });
    const at = await link.settled([]);
    expect(where(at)).toEqual([900, end, 0, null]);
    expect(hashOf(at, true)).toBe(hashAt(900, departures));
  });
});

test('a rule that breaks stops the run and is marked once; behind it the run goes on, before it it stops there again', async () => {
  const p = started('transferred', { options: { ...OPTIONS, mutations: ['X25'] } });
  const rebinds = [1, 2, 3, 0, 1, 2, 3, 0].flatMap((tid): EngineOrder[] => [
    ...new Array<EngineOrder>(300).fill({ kind: 'step' }),
    { kind: 'choice', choice: { kind: 'rebind', conn: 0, tid } },
  ]);
  for (const o of rebinds) p.engine.order(o);
  p.engine.order(FAST);
  const broken = await p.until((f) => f.marks.some((m) => m.rule !== undefined));
  const [mark, ...more] = broken.marks.filter((m) => m.rule !== undefined);
  expect(mark).toMatchObject({ kind: 'violation', rule: 'I15' });
  expect(more).toEqual([]);

  await p.settled([{ kind: 'seek', at: mark!.at + 1 }]);
  p.engine.order(FAST);
  const on = await p.until((f) => f.status.stopped !== '');
  expect(on.status.stopped).not.toBe('rule');

  await p.settled([{ kind: 'seek', at: mark!.at - 20 }]);
  p.engine.order(FAST);
  const again = await p.until((f) => f.status.stopped !== '');
  expect(again.status.stopped).toBe('rule');
  expect(again.status.message).toContain('I15');
  expect(again.steps).toBeLessThan(again.end);
  expect(again.marks.filter((m) => m.rule !== undefined)).toEqual([mark]);
});

test('a world begins from an image: forward is exact, and the image is as far back as it goes', async () => {
  const x = sourceOf(2000);
  const image = { words: x.m.w.slice(), ms: 0 };
  const p = started('shared', { image });
  const first = await p.settled([]);
  expect(hashOf(first, true)).toBe(x.hash(true));
  const on = await p.settled(new Array<EngineOrder>(300).fill({ kind: 'step' }));
  x.run(300);
  expect(hashOf(on, true)).toBe(x.hash(true));
  const back = await p.settled([{ kind: 'seek', at: 0 }]);
  expect(hashOf(back, true)).toBe(hashOf(first, true));
  expect([back.steps, back.end]).toEqual([0, 300]);
});

/** A machine whose block has no room for events, as in runs nobody watches, after so many happenings. */
function sourceOf(happenings: number): Machine {
  const { W, P } = makeWorld(data, OPTIONS, 1);
  const m = new PlainMem(new Int32Array(W.layout.words));
  setUp(m, W, P);
  const x = new Machine(m, W, P, silent);
  x.boot();
  x.run(happenings);
  return x;
}

test('stored choices that can’t be followed are named, the rest is kept', async () => {
  const moment = {
    departures: [
      { at: 50, choice: { kind: 'rebind', conn: 7, tid: 1 } },
      { at: 60, choice: { kind: 'hold', tid: 1 } },
    ] satisfies Departure[],
    end: 300,
  };
  const p = started('transferred', { moment });
  const f = await p.settled([]);
  expect(f.departures).toEqual(moment.departures.slice(1));
  expect(f.end).toBe(300);
  expect(p.refused).toEqual([
    'part of the stored choices can’t be followed: rebind at 50: there is no such connection now',
  ]);
});

test('nothing kept, nothing brought back', async () => {
  const p = started('transferred');
  await p.settled([{ kind: 'bring-back' }]);
  expect(p.refused).toEqual(['no other future is kept']);
});
