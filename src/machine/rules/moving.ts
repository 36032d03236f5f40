/** Rules about who runs what of a connection (F-R10), and between the commit of its rebind and finalize (I6, I8). `pendTo` stands for the later flag. */
import { FD, QC, TASK } from '../../haproxy/model/flags.ts';
import { Fdtab, QuicConn, Task, ThreadCtx } from '../../haproxy/model/layouts.ts';
import { hasRole } from '../../haproxy/step/compile.ts';
import type { Machine } from '../machine.ts';
import { type Rule, rule } from './rule.ts';
import { held, insideBoth, isInside, nameOf, nextConn } from './view.ts';

/** A thread is still at work on connection `qc`, whose `pendTo` is set: it is not moved yet, or the way back is being gone. */
function aboutTo(x: Machine, qc: number): boolean {
  for (let t = 0; t < x.W.cfg.threads; t++) {
    const s = x.at(t);
    if (hasRole(s, 'preparing') && held(x, t, s, 'preparing', 'qc') === qc) return true;
  }
  return false;
}

/** Committed, and finalize has not begun. A thread may be told to rebind to itself: then its own tid says nothing. */
function between(x: Machine, qc: number): boolean {
  const to = x.m.ld(qc + QuicConn.pendTo) - 1;
  if (to < 0 || x.owner(qc) !== to || aboutTo(x, qc)) return false;
  return !isInside(x, to, qc);
}

export const runningRules: readonly Rule[] = [
  rule('F-R10', 'step', (x) => {
    for (let t = 0; t < x.W.cfg.threads; t++)
      for (let u = 0; u < t; u++) {
        // One that has freed itself, and been made anew elsewhere, is in no connection of both.
        const task = x.m.ld(x.W.th(t) + ThreadCtx.current);
        const same = task && task === x.m.ld(x.W.th(u) + ThreadCtx.current);
        const shared = same && insideBoth(x, t, u);
        if (shared) return `T${u} and T${t} both run a task of ${nameOf(x, shared)}`;
      }
    return null;
  }),
];

export const movingRules: readonly Rule[] = [
  rule(
    'I6',
    'step',
    (x) => {
      const { m, W } = x;
      for (let qc = nextConn(x, 0); qc; qc = nextConn(x, qc)) {
        if (!between(x, qc)) continue;
        for (const f of [QuicConn.idleTask, QuicConn.timerTask, QuicConn.tasklet] as const) {
          const t = m.ld(qc + f);
          if (t && m.ald(t + Task.state) & (TASK.RUNNING | TASK.QUEUED | TASK.IN_LIST))
            return `something of ${nameOf(x, qc)} is woken before finalize`;
        }
        const fd = m.ld(qc + QuicConn.fd);
        if (fd >= 0 && m.ald(W.fd(fd) + Fdtab.state) & (FD.ACTIVE_R | FD.ACTIVE_W))
          return `the socket of ${nameOf(x, qc)} is read before finalize`;
      }
      return null;
    },
    ['preparing'],
  ),
  rule(
    'I8',
    'step',
    (x) => {
      for (let qc = nextConn(x, 0); qc; qc = nextConn(x, qc))
        if (between(x, qc) && x.m.ld(qc + QuicConn.flags) & (QC.CLOSING | QC.DRAINING))
          return `${nameOf(x, qc)} closes while it is being rebound`;
      return null;
    },
    ['preparing'],
  ),
];
