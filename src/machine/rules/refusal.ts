/** Rules about what must be as it was, or must not come round again (I11, I24, I27). */
import { QuicConn, Task, ThreadCtx } from '../../haproxy/model/layouts.ts';
import { hasRole } from '../../haproxy/step/compile.ts';
import type { Machine } from '../machine.ts';
import { type Rule, rule, ruleThere } from './rule.ts';
import { held, nameOf } from './view.ts';

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

/** Whether thread `t` will find the connection of datagram `dg` when it comes round: by then it is the thread's own. */
function findsIt(x: Machine, dg: number, t: number): boolean {
  const conn = x.W.consts.datagrams.conn[dg]!;
  const qc = conn < 0 ? 0 : x.findConn(conn);
  return qc !== 0 && x.owner(qc) === t;
}

export const refusalRules: readonly Rule[] = [
  ruleThere('I11', ['givenUp'], (x) => {
    for (let t = 0; t < x.W.cfg.threads; t++) {
      const s = x.at(t);
      if (!hasRole(s, 'givenUp')) continue;
      const qc = held(x, t, s, 'givenUp', 'qc');
      const what = qc ? moved(x, qc, t) : '';
      if (what) return `T${t} keeps ${nameOf(x, qc)}, which ${what}`;
    }
    return null;
  }),
  rule('I24', 'callback', (x) => {
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
  ruleThere('I27', ['redispatchPush'], (x) => {
    for (let t = 0; t < x.W.cfg.threads; t++) {
      const s = x.at(t);
      if (!hasRole(s, 'redispatchPush') || held(x, t, s, 'redispatchPush', 'other') !== t) continue;
      const dg = held(x, t, s, 'redispatchPush', 'dg');
      if (findsIt(x, dg, t)) continue;
      return `T${t} is about to pass datagram ${dg + 1} on to itself: it will come round for ever`;
    }
    return null;
  }),
];
