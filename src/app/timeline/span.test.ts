import { expect, test } from 'vitest';
import type { Mark, Slices } from '../../hosts/engine.ts';
import type { StepWords } from '../../report/view.ts';
import { sumSpan } from './span.ts';

const FNS = ['run_poll_loop', 'quic_dgram_parse', 'qc_set_tid_affinity'];
const words = (pc: number): StepWords | null =>
  FNS[pc] ? { fn: FNS[pc], label: '', text: '', verb: '', commit: false, part: '' } : null;

/** A row a happening: thread (-1 an arrival), function, start, cost, datagram. */
function rowsOf(list: readonly (readonly [number, number, number, number, number])[]): Slices {
  const n = list.length;
  return {
    line: 1,
    from: 100,
    to: 100 + n,
    tid: Int8Array.from(list, (r) => r[0]),
    pc: Int32Array.from(list, (r) => r[1]),
    depth: new Uint8Array(n),
    start: Float64Array.from(list, (r) => r[2]),
    cost: Int32Array.from(list, (r) => r[3]),
    kind: new Uint8Array(n),
    dgram: Int32Array.from(list, (r) => r[4]),
    conn: new Int32Array(n).fill(-1),
  };
}

const rows = rowsOf([
  [0, 0, 0, 500, -1],
  [-1, -1, 10, 0, 4],
  [1, 1, 20, 30, 4],
  [1, 1, 50, 40, 4],
  [0, 2, 60, 20, -1],
  [1, 1, 200, 10, 5],
]);
const mark = (at: number, kind: Mark['kind']): Mark => ({
  at,
  kind,
  tid: 0,
  conn: 0,
  dgram: -1,
  other: -1,
  ms: 0,
  ns: 0,
});

test('what begins within a span counts: time by thread and function, polling last', () => {
  const sum = sumSpan(rows, words, [mark(104, 'commit'), mark(105, 'redispatch')], 0, 100)!;
  expect(sum).toMatchObject({
    from: 100,
    to: 105,
    steps: 4,
    arrivals: 1,
    datagrams: 1,
    commits: 1,
    redispatches: 0,
  });
  expect(sum.spent.map((s) => [s.tid, s.fn, s.steps, s.ns, s.at])).toEqual([
    [1, 'quic_dgram_parse', 2, 70, 103],
    [0, 'qc_set_tid_affinity', 1, 20, 105],
    [0, 'run_poll_loop', 1, 500, 101],
  ]);
});

test('a span without any is nothing', () => {
  expect(sumSpan(rows, words, [], 300, 400)).toBeNull();
});
