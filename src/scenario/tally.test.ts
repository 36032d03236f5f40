/** Sums over a line are those of its rows, however far its buckets have doubled and wherever a span begins. */
import { expect, test } from 'vitest';
import { record } from '../machine/recording/make.ts';
import type { Slices } from '../machine/recording/mark.ts';
import { RowReader } from '../machine/recording/rows.ts';
import { Tally } from '../machine/recording/tally.ts';
import { recording as ring } from '../machine/sink.ts';
import { memLike } from '../memory/bounded.ts';
import { PlainMem } from '../memory/plain.ts';
import { makeWorld } from './make.ts';
import { dataOf, OPTIONS } from './testing/worlds.ts';

function recorded(happenings: number) {
  const { W, P } = makeWorld(dataOf('v01'), OPTIONS);
  const mem = new PlainMem(new Int32Array(W.layout.words));
  const r = record(mem, W, P, ring);
  r.run(happenings);
  const reader = new RowReader(r.machine, memLike(mem, new Int32Array(W.layout.words)).w);
  const rowsOf = (from: number, to: number): Slices => reader.read(r.line, from, to);
  return { r, rowsOf, procOf: (pc: number) => P.steps[pc]!.proc.id };
}

const { r, rowsOf, procOf } = recorded(6000);
const { end } = r.line;
const all = rowsOf(0, end);

/** The same by rows alone. */
function byRows(from: number, to: number): Map<string, [number, number]> {
  const out = new Map<string, [number, number]>();
  for (let i = from; i < to; i++) {
    if (all.tid[i]! < 0) continue;
    const key = `${all.tid[i]} ${procOf(all.pc[i]!)}`;
    const [steps, ns] = out.get(key) ?? [0, 0];
    out.set(key, [steps + 1, ns + all.cost[i]!]);
  }
  return out;
}

function tallied(upTo = end): Tally {
  const t = new Tally(OPTIONS.threads, procOf);
  while (t.upTo < upTo) t.add(rowsOf(t.upTo, Math.min(upTo, t.upTo + 777)));
  return t;
}

test.each([
  [0, end],
  [1, end - 1],
  [130, 131],
  [100, 160],
  [64, 640],
  [1000, 4321],
])('happenings [%i, %i): steps, time and arrivals of every procedure', (from, to) => {
  const sum = tallied().sum(from, to, rowsOf);
  const wanted = byRows(from, to);
  expect(new Map(sum.done.map((t) => [`${t.tid} ${procOf(t.pc)}`, [t.steps, t.ns]]))).toEqual(wanted);
  expect(sum.steps + sum.arrivals).toBe(to - from);
  for (const t of sum.done) {
    expect(t.at).toBeGreaterThan(from);
    expect(t.at).toBeLessThanOrEqual(to);
  }
});

test('a line that doubles its buckets, and one that was cut, sum as before', () => {
  const t = new Tally(OPTIONS.threads, procOf);
  // The same rows over and over: a line of 300 000 happenings.
  let whole = 0;
  while (t.upTo < 300_000) {
    const n = Math.min(end, 300_000 - t.upTo);
    t.add({ ...rowsOf(0, n), from: t.upTo, to: t.upTo + n });
    whole++;
  }
  const read = t.read();
  expect(read.size).toBeGreaterThan(64);
  expect(read.busy.length / read.threads).toBeLessThanOrEqual(4096);
  const sum = t.sum(0, end * (whole - 2), (from, to) => rowsOf(from % end, (from % end) + to - from));
  expect(sum.steps + sum.arrivals).toBe(end * (whole - 2));
  const once = byRows(0, end);
  for (const d of sum.done) {
    const [steps, ns] = once.get(`${d.tid} ${procOf(d.pc)}`)!;
    expect([d.steps, d.ns]).toEqual([steps * (whole - 2), ns * (whole - 2)]);
  }
  const c = tallied();
  c.cut(1000);
  expect(c.upTo).toBeLessThanOrEqual(1000);
  while (c.upTo < end) c.add(rowsOf(c.upTo, Math.min(end, c.upTo + 500)));
  expect(c.read()).toEqual(tallied().read());
});

test('every step that takes time lies in a stretch of its bucket, and busy time leaves out the search for work', () => {
  const { size, spans, of, busy, threads } = tallied().read();
  for (let i = 0; i < end; i++) {
    if (all.tid[i]! < 0 || all.cost[i] === 0) continue;
    const [a, b] = [all.start[i]!, all.start[i]! + all.cost[i]!];
    const own = Array.from(of, (n, k) => (n === Math.floor(i / size) ? k : -1)).filter((k) => k >= 0);
    expect(own.some((k) => spans[2 * k]! <= a && spans[2 * k + 1]! >= b)).toBe(true);
  }
  let work = 0;
  for (let i = 0; i < end; i++) if (all.tid[i]! >= 0 && all.depth[i]! > 1) work += all.cost[i]!;
  expect(busy.reduce((n, b) => n + b, 0)).toBe(work);
  expect(busy.length).toBe(Math.ceil(end / size) * threads);
});
