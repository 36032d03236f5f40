import { expect, test } from 'vitest';
import { EV } from '../../haproxy/step/events.ts';
import type { EventRow } from '../../machine/recording/events.ts';
import type { StepWords } from '../../report/view.ts';
import { spanOf } from './span.ts';

const FNS = ['run_poll_loop', 'quic_dgram_parse', 'qc_set_tid_affinity'];
const words = (pc: number): StepWords | null =>
  FNS[pc] ? { fn: FNS[pc], label: '', text: '', verb: '', commit: false, part: '' } : null;
const event = (at: number, kind: number, ns: number, dgram = -1): EventRow =>
  ({ at, kind, tid: 0, conn: 0, dgram, other: 1, ms: 0, ns }) as EventRow;

const sum = {
  steps: 40,
  arrivals: 2,
  done: [
    { tid: 0, pc: 0, steps: 30, ns: 900, at: 11 },
    { tid: 1, pc: 1, steps: 8, ns: 70, at: 12 },
    { tid: 0, pc: 2, steps: 2, ns: 200, at: 15 },
  ],
};
const events = [
  event(3, EV.DISPATCH, 100, 4),
  event(10, EV.RECEIVE, 1000, 5),
  event(12, EV.DISPATCH, 1200, 5),
  event(14, EV.COMMIT, 1300),
  event(15, EV.POP, 1400, 4),
  event(16, EV.REDISPATCH, 1500, 4),
  event(18, EV.POP, 1700, 4),
  event(19, EV.HANDLED, 1800, 4),
];

test('what is counted is what lies within; polling stands last', () => {
  const s = spanOf({ from: 10, to: 20 }, [1000, 2000], sum, events, words);
  expect([s.received, s.handled, s.commits, s.redispatches, s.violations]).toEqual([1, 1, 1, 1, 0]);
  expect(s.spent.map((x) => `T${x.tid} ${x.fn} ${x.steps} ${x.ns}`)).toEqual([
    'T0 qc_set_tid_affinity 2 200',
    'T1 quic_dgram_parse 8 70',
    'T0 run_poll_loop 30 900',
  ]);
});

test('a wait counts as far as it lies within: begun before, in a second inbox, and still going on', () => {
  const { waits } = spanOf({ from: 10, to: 20 }, [1000, 2000], sum, events, words);
  // 5 from 1200 on; 4 from the span's beginning to 1400, then from 1500 to 1700.
  expect(waits.map((w) => [w.dgram, w.ns])).toEqual([
    [5, 800],
    [4, 600],
  ]);
});
