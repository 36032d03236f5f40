/** Rules about data that waits while everybody sleeps (F-R4), and about what is to be run on the new thread (F-R16). */
import { LEVEL, LI, MUX, QC, STATE, TASK } from '../../haproxy/model/flags.ts';
import { Fdtab, Global, Listener, Pktns, Qel, QuicConn, Task } from '../../haproxy/model/layouts.ts';
import { LISTENER_FD } from '../../haproxy/model/world.ts';
import { listEmpty } from '../../memory/list.ts';
import { mtlEmpty } from '../../memory/mtlist.ts';
import type { Machine } from '../machine.ts';
import { type Rule, rule, ruleThere } from './rule.ts';
import { connsOf, nameOf, standing } from './view.ts';

/** Where packets of a connection wait that could be read: their header protection is off, or could be; or kept for lack of a mux. */
type Waiting = 'none' | 'readable' | 'kept';

function waiting(x: Machine, qc: number): Waiting {
  const { m } = x;
  const state = m.ld(qc + QuicConn.state);
  // Until then a level is read only while the handshake is at it.
  if (m.ld(qc + QuicConn.muxState) !== MUX.READY) return 'none';
  for (let level: number = LEVEL.INITIAL; level <= LEVEL.APP; level++) {
    const el = qc + QuicConn.els + level * Qel.$size;
    const keys =
      level === LEVEL.APP ? state >= STATE.COMPLETE : level === LEVEL.INITIAL || state >= STATE.HANDSHAKE;
    if (level === LEVEL.EARLY || !keys || m.ld(el + Qel.discarded)) continue;
    if (!listEmpty(m, el + Qel.rx)) return 'readable';
    if (!listEmpty(m, el + Qel.pqpkts)) return level === LEVEL.APP ? 'kept' : 'readable';
  }
  return 'none';
}

/** What will run its I/O without anything from outside, or with no more than the client's acknowledgement; empty: nothing. */
function rescuer(x: Machine, qc: number): string {
  const { m } = x;
  const io = m.ld(qc + QuicConn.tasklet);
  if (io && m.ald(io + Task.state) & TASK.IN_LIST) return 'its I/O tasklet';
  const queued = (task: number): boolean => task !== 0 && !listEmpty(m, task + Task.wq);
  if (m.ld(qc + QuicConn.ackExpire) && queued(m.ld(qc + QuicConn.idleTask))) return 'the ack delay';
  for (let s = 0; s < 3; s++)
    if (m.ld(qc + QuicConn.pktns + s * Pktns.$size + Pktns.inFlight))
      return queued(m.ld(qc + QuicConn.timerTask)) ? 'the loss timer' : 'an acknowledgement';
  return '';
}

function asked(x: Machine, qc: number): boolean {
  const flags = x.m.ld(qc + QuicConn.flags);
  return !x.m.ld(qc + QuicConn.pendTo) && !(flags & (QC.CLOSING | QC.DRAINING | QC.TO_KILL));
}

/** A connection whose packets wait, and nothing but a timer or an acknowledgement ends it. Asked at rest. */
export function delayed(x: Machine): boolean {
  for (const qc of connsOf(x))
    if (asked(x, qc) && waiting(x, qc) !== 'none' && rescuer(x, qc) !== '') return true;
  return false;
}

const frozen = (id: string, what: Waiting, words: string): Rule =>
  rule(id, 'quiescence', (x) => {
    for (let t = 0; t < x.W.cfg.threads; t++) if (x.held(t)) return null;
    for (const qc of connsOf(x))
      if (asked(x, qc) && waiting(x, qc) === what && rescuer(x, qc) === '')
        return `packets of ${nameOf(x, qc)} ${words}, and nothing will run its I/O`;
    return null;
  });

/** Whether the task that lets a listener go on waits for its date, or to be run. */
export function relaxComes(x: Machine): boolean {
  const { m, W } = x;
  if (!listEmpty(m, W.global + Global.timers)) return true;
  const task = m.ld(W.global + Global.queueTask);
  return task !== 0 && (m.ald(task + Task.state) & (TASK.QUEUED | TASK.RUNNING)) !== 0;
}

/** Whether a listener pauses. */
const pausing = ({ m, W }: Machine): boolean =>
  W.listeners.some((li) => m.ald(li + Listener.state) === LI.LIMITED);

/** A datagram that waits in a socket while nobody's poller will report it; '' none. Asked at rest. */
export function unreadSocket(x: Machine): string {
  const { m, W } = x;
  for (let fd = 0; fd < W.fdCount; fd++) {
    const head = m.ld(W.fd(fd) + Fdtab.kqHead);
    if (!head || !m.ld(W.fd(fd) + Fdtab.iocb)) continue;
    // A listener that pauses is let go on at a date.
    const pauses = fd === LISTENER_FD && pausing(x);
    if (!(pauses && relaxComes(x))) return `datagram ${head} waits in a socket, and every thread sleeps`;
  }
  return '';
}

export const waitingRules: readonly Rule[] = [
  frozen('F-R4', 'readable', 'wait to be read'),
  frozen('F-R4m', 'kept', 'were kept until there was a mux'),
  rule('F-R4s', 'quiescence', (x) => {
    for (let t = 0; t < x.W.cfg.threads; t++) if (x.held(t)) return null;
    return unreadSocket(x) || null;
  }),
  rule('F-R4l', 'quiescence', (x) =>
    pausing(x) && !relaxComes(x) ? 'the listener pauses, and nothing will let it go on' : null,
  ),
  rule('F-R4q', 'callback', ({ m, W }) =>
    m.ald(W.listener + Listener.state) === LI.LIMITED && mtlEmpty(m, W.global + Global.queue)
      ? 'the listener pauses, and does not stand among those that are let go on'
      : null,
  ),
  rule('F-R4k', 'quiescence', (x) => {
    const { m } = x;
    for (let t = 0; t < x.W.cfg.threads; t++) if (x.held(t)) return null;
    for (const qc of connsOf(x)) {
      const flags = m.ld(qc + QuicConn.flags);
      if (!(flags & QC.TO_KILL) || flags & QC.EXP_TIMER || m.ld(qc + QuicConn.pendTo)) continue;
      const idle = m.ld(qc + QuicConn.idleTask);
      if (idle && !(m.ald(idle + Task.state) & (TASK.QUEUED | TASK.RUNNING)))
        return `${nameOf(x, qc)} is to be killed, and nothing ends it before its idle timer`;
    }
    return null;
  }),
  ruleThere('F-R16', ['ioKill'], (x) =>
    standing(x, 'ioKill', (_, of) => {
      const qc = of('qc');
      const io = x.m.ld(qc + QuicConn.tasklet);
      const queued = (x.m.ald(io + Task.state) & TASK.IN_LIST) !== 0;
      const told = (x.m.ld(qc + QuicConn.flags) & QC.IO_TO_REQUEUE) !== 0;
      return queued !== told && x.P.traits.finalizes
        ? `the I/O tasklet of ${nameOf(x, qc)} is ${queued ? '' : 'not '}queued, and that is ${told ? '' : 'not '}noted`
        : null;
    }),
  ),
  rule('F-R16f', 'object', (x, qc) =>
    !x.m.ld(qc + QuicConn.pendTo) && x.m.ld(qc + QuicConn.flags) & QC.IO_TO_REQUEUE
      ? `I/O of ${nameOf(x, qc)} is still to be run, though it was adopted`
      : null,
  ),
];
