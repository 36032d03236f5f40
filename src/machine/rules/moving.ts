/** Rules about a connection between the commit of its rebind and finalize (I6, I8). `pendTo` stands for the later flag. */
import { FD, QC, TASK } from '../../haproxy/model/flags.ts';
import { Fdtab, QuicConn, Task, ThreadCtx } from '../../haproxy/model/layouts.ts';
import { type CompiledStep, FRAME_HEAD } from '../../haproxy/proc/proc.ts';
import type { Machine } from '../machine.ts';
import { type Rule, rule } from './rule.ts';
import { connsOf, inside, nameOf } from './view.ts';

/** Steps of the thread that rebinds at which `pendTo` is set and the connection is still its own to work on. */
const ABOUT_TO: Readonly<Record<string, readonly string[]>> = {
  listener_accept: ['6', '6b', '7', '7a', 'full', 'local', 'local2'],
  '<rebind by hand>': ['H3', 'H4', 'H4c'],
};

const isAboutTo = (s: CompiledStep): boolean => ABOUT_TO[s.proc.name]?.includes(s.label) === true;

function aboutTo(x: Machine, qc: number): boolean {
  for (let t = 0; t < x.W.cfg.threads; t++) {
    const s = x.at(t);
    if (!isAboutTo(s)) continue;
    const fp = x.m.ld(x.W.th(t) + ThreadCtx.fp);
    if (x.m.ld(fp + FRAME_HEAD + s.proc.locals.indexOf('qc')) === qc) return true;
  }
  return false;
}

/** Committed, and finalize has not begun. A thread may be told to rebind to itself: then its own tid says nothing. */
function between(x: Machine, qc: number): boolean {
  const to = x.m.ld(qc + QuicConn.pendTo) - 1;
  if (to < 0 || x.owner(qc) !== to || aboutTo(x, qc)) return false;
  return !inside(x).some(([t, c]) => t === to && c === qc);
}

export const movingRules: readonly Rule[] = [
  rule(
    'I6',
    'step',
    'Between commit and finalize nothing but finalize runs a connection.',
    (x) => {
      const { m, W } = x;
      for (const qc of connsOf(x)) {
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
    isAboutTo,
  ),
  rule(
    'I8',
    'step',
    'A connection that is being rebound is not closing.',
    (x) => {
      for (const qc of connsOf(x))
        if (between(x, qc) && x.m.ld(qc + QuicConn.flags) & (QC.CLOSING | QC.DRAINING))
          return `${nameOf(x, qc)} closes while it is being rebound`;
      return null;
    },
    isAboutTo,
  ),
];
