/** Rules about what must be as it was, or must not come round again (I11, I24, I27). */
import { QuicConn, QuicDgram, Task, ThreadCtx } from '../../haproxy/model/layouts.ts';
import { type CompiledStep, FRAME_HEAD } from '../../haproxy/proc/proc.ts';
import type { Machine } from '../machine.ts';
import { type Rule, rule } from './rule.ts';
import { nameOf } from './view.ts';

/** Steps at which a rebind has been given up: nothing may have changed. */
const GIVEN_UP: Readonly<Record<string, string>> = {
  qc_set_tid_affinity: 'S-err.3',
  listener_accept: 'local2',
};

const isGivenUp = (s: CompiledStep): boolean => GIVEN_UP[s.proc.name] === s.label;
const isPassing = (s: CompiledStep): boolean => s.proc.name === 'quic_dgram_parse' && s.label === '3b';

const local = (x: Machine, t: number, name: string): number => {
  const s = x.at(t);
  return x.m.ld(x.m.ld(x.W.th(t) + ThreadCtx.fp) + FRAME_HEAD + s.proc.locals.indexOf(name));
};

/** What of connection `qc` is no longer thread `t`'s; empty when all of it is. */
function moved(x: Machine, qc: number, t: number): string {
  const { m } = x;
  const own = x.owner(qc);
  if (own >= 0 && own !== t) return `belongs to T${own}`;
  for (const [f, name] of [
    [QuicConn.idleTask, 'idle timer'],
    [QuicConn.timerTask, 'loss timer'],
    [QuicConn.tasklet, 'I/O tasklet'],
  ] as const) {
    const task = m.ld(qc + f);
    const tid = task ? m.ld(task + Task.tid) : -1;
    if (tid >= 0 && tid !== t) return `has its ${name} on T${tid}`;
  }
  return '';
}

export const refusalRules: readonly Rule[] = [
  rule(
    'I11',
    'step',
    'A rebind that is given up leaves the connection as it was.',
    (x) => {
      for (let t = 0; t < x.W.cfg.threads; t++) {
        if (!isGivenUp(x.at(t))) continue;
        const qc = local(x, t, 'qc');
        const what = qc ? moved(x, qc, t) : '';
        if (what) return `T${t} keeps ${nameOf(x, qc)}, which ${what}`;
      }
      return null;
    },
    isGivenUp,
  ),
  rule('I24', 'callback', 'A thread’s connections stand in the order of their epochs.', (x) => {
    const { m, W } = x;
    for (let t = 0; t < W.cfg.threads; t++) {
      const head = W.th(t) + ThreadCtx.quicConns;
      let last = -1;
      let guard = 0;
      for (let n = m.ld(head); n !== head && n > 1 && guard++ < 100_000; n = m.ld(n)) {
        const epoch = m.ld(n - QuicConn.elThCtx + QuicConn.qcEpoch);
        if (epoch < last) return `the connections of T${t} are not in the order of their epochs`;
        last = epoch;
      }
    }
    return null;
  }),
  rule(
    'I27',
    'step',
    'No datagram comes round to the same thread for ever.',
    (x) => {
      for (let t = 0; t < x.W.cfg.threads; t++) {
        if (!isPassing(x.at(t)) || local(x, t, 'other') !== t) continue;
        const buf = x.m.ald(local(x, t, 'dgram') + QuicDgram.buf);
        return `T${t} is about to pass datagram ${buf} on to itself: it will come round for ever`;
      }
      return null;
    },
    isPassing,
  ),
];
