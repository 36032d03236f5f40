/**
 * The invariants of the semantics that the model carries, each with its stable point. A rule that a historical bug is known
 * to break in a revision is off there, with the bug's number (Revision.knownBroken).
 */

import { ringHead, ringTail } from '../../haproxy/lib/accept.ts';
import { inboxWalk } from '../../haproxy/lib/inbox.ts';
import { LEDGER, MUX, N, QC, TASK } from '../../haproxy/model/flags.ts';
import {
  Connection,
  Fdtab,
  Global,
  LiPerThread,
  Listener,
  QuicCid,
  QuicConn,
  QuicDgram,
  Task,
  ThreadCtx,
} from '../../haproxy/model/layouts.ts';
import { maskBit, maskWord } from '../../haproxy/model/mask.ts';
import { hasRole, type Program } from '../../haproxy/step/compile.ts';
import type { Role } from '../../haproxy/step/roles.ts';
import { listEmpty } from '../../memory/list.ts';
import { mtlLen } from '../../memory/mtlist.ts';
import { poolCount, poolNext } from '../../memory/pool.ts';
import type { Machine } from '../machine.ts';
import { nameOfDgram } from '../network.ts';
import { choiceRules } from './choice.ts';
import { closedRules } from './closed.ts';
import { endRules } from './ends.ts';
import { movingRules, runningRules } from './moving.ts';
import { refusalRules } from './refusal.ts';
import { blindTo, type Rule, rule } from './rule.ts';
import { sessionRules } from './sessions.ts';
import { structureRules } from './structure.ts';
import { cidsOf, connIn, connsOf, frameOf, held, insideBoth, inTree, nameOf } from './view.ts';
import { waitingRules } from './waiting.ts';

export type { Rule, StablePoint } from './rule.ts';

/** Lists of a thread whose elements rq_total counts, beside the shared one. */
const QUEUED_IN = [
  ThreadCtx.rqueue,
  ThreadCtx.urgent,
  ThreadCtx.normal,
  ThreadCtx.bulk,
  ThreadCtx.heavy,
] as const;

const others: readonly Rule[] = [
  rule('I1', 'step', (x) => {
    const n = x.W.cfg.threads;
    for (let t = 0; t < n; t++) {
      for (let fp = frameOf(x, t); fp; fp = x.m.ld(fp + 1)) {
        const qc = connIn(x, fp);
        const own = qc ? x.owner(qc) : -1;
        if (own >= 0 && own !== t) return `T${t} is inside ${nameOf(x, qc)}, which T${own} owns`;
      }
      // With an owner both would be he; one that is being made or released has none.
      for (let u = 0; u < t; u++) {
        const shared = insideBoth(x, t, u);
        if (shared) return `T${u} and T${t} are both inside ${nameOf(x, shared)}`;
      }
    }
    return null;
  }),
  rule('I2', 'object', (x, qc) => {
    const own = ownerOr(x, qc);
    for (const k of cidsOf(x, qc))
      if (x.m.ld(k + QuicCid.tid) !== own)
        return `a CID of ${nameOf(x, qc)} names T${x.m.ld(k + QuicCid.tid)}, its first T${own}`;
    return null;
  }),
  rule('I2b', 'object', (x, qc) => {
    for (const k of cidsOf(x, qc)) {
      if (!inTree(x, k)) return `a CID of ${nameOf(x, qc)} is in no tree`;
      if (x.m.ld(k + QuicCid.qc) !== qc) return `a CID of ${nameOf(x, qc)} points elsewhere`;
    }
    return null;
  }),
  rule('I4b', 'object', (x, qc) => {
    for (const k of cidsOf(x, qc))
      return inTree(x, k) ? null : `the first CID of ${nameOf(x, qc)} is in no tree`;
    return `${nameOf(x, qc)} has no CID`;
  }),
  rule('I5', 'object', (x, qc) => {
    const { m } = x;
    if (m.ld(qc + QuicConn.pendTo)) return null;
    const own = ownerOr(x, qc);
    for (const f of [QuicConn.idleTask, QuicConn.timerTask] as const) {
      const task = m.ld(qc + f);
      if (task && m.ld(task + Task.tid) !== own)
        return `a timer of ${nameOf(x, qc)} is bound to T${m.ld(task + Task.tid)}, its owner is T${own}`;
    }
    const tl = m.ld(qc + QuicConn.tasklet);
    const tid = tl ? m.ld(tl + Task.tid) : -1;
    return tid === -1 || tid === own
      ? null
      : `the I/O tasklet of ${nameOf(x, qc)} is bound to T${tid}, its owner is T${own}`;
  }),
  rule('I7', 'callback', (x) => {
    for (let b = 0; b < N.CID_TREES; b++)
      if (x.m.ald(x.W.treeLock(b))) return `the lock of CID tree ${b} is held`;
    return null;
  }),
  rule('I11b', 'object', (x, qc) => {
    const { m, W } = x;
    const fd = m.ld(qc + QuicConn.fd);
    if (fd < 0 || m.ld(qc + QuicConn.pendTo) || !x.P.traits.finalizes) return null;
    // It reads no more, and its end is under way.
    if (m.ld(qc + QuicConn.flags) & QC.TO_KILL && x.P.traits.socketsFail) return null;
    const own = ownerOr(x, qc);
    const at = W.fd(fd);
    const others = m.ald(maskWord(at + Fdtab.threadMask, own ^ 32));
    if (m.ald(maskWord(at + Fdtab.threadMask, own)) !== maskBit(own) || others)
      return `the socket of ${nameOf(x, qc)} is not T${own}’s alone`;
    const io = m.ld(qc + QuicConn.tasklet);
    const woken = io !== 0 && (m.ald(io + Task.state) & TASK.IN_LIST) !== 0;
    return m.ald(at + Fdtab.state) & 1 || woken ? null : `nobody reads the socket of ${nameOf(x, qc)}`;
  }),
  rule('I12', 'quiescence', (x) => {
    const { m, W } = x;
    const queued = new Set<number>();
    for (let t = 0; t < W.cfg.threads; t++) {
      let bad = 0;
      inboxWalk(m, W, t, (dgram) => {
        const d = m.ld(dgram + QuicDgram.buf);
        if (queued.has(d)) bad = d;
        queued.add(d);
      });
      if (bad) return `datagram ${bad} is in two inboxes`;
    }
    for (let d = 0; d < W.rows; d++) {
      const v = m.ld(W.ledger(d));
      if ((v & 0xff) === LEDGER.HANDLED && ((v >> 8) & 0xff) === 0xff)
        return `${nameOfDgram(W, d)} was handled twice`;
      if ((v & 0xff) === LEDGER.READ && !queued.has(d + 1))
        return `${nameOfDgram(W, d)} is lost: read, but in no inbox`;
    }
    return null;
  }),
  rule('I13', 'callback', (x) => {
    const { m, W } = x;
    let wrong = 0;
    const look = (d: number): void => {
      const buf = m.ald(d + QuicDgram.buf);
      if (buf > 0 && m.ld(d + QuicDgram.saddr) !== W.consts.datagrams.saddr[buf - 1]) wrong ||= buf;
    };
    for (let d = poolNext(m, W.pools.dgram, 0); d; d = poolNext(m, W.pools.dgram, d)) look(d);
    if (W.cfg.mpring) for (let t = 0; t < W.cfg.threads; t++) inboxWalk(m, W, t, look);
    return wrong ? `datagram ${wrong} carries another address` : null;
  }),
  rule('I14', 'callback', (x) => {
    const { m, W } = x;
    for (let d = 0; d < W.rows; d++) {
      const hops = m.ld(W.ledger(d)) >>> 16;
      if (hops > 2) return `${nameOfDgram(W, d)} was redispatched more than twice`;
    }
    return null;
  }),
  rule('I15', 'object', (x, qc) => {
    const { m } = x;
    if (m.ld(qc + QuicConn.pendTo)) return null;
    const over = m.ld(qc + QuicConn.flags) & QC.EXP_TIMER;
    // Its idle task has ended, and its mux has been told: who lets it go releases it.
    if (over && m.ld(qc + QuicConn.muxState) === MUX.RELEASED && m.ld(qc + QuicConn.conn)) return null;
    const task = m.ld(qc + QuicConn.idleTask);
    const queued =
      task !== 0 &&
      (!listEmpty(m, task + Task.wq) || (m.ald(task + Task.state) & (TASK.QUEUED | TASK.RUNNING)) !== 0);
    // Where its mux stays, it has ended too.
    return queued === !(over && x.W.cfg.muxStays)
      ? null
      : `the idle timer of ${nameOf(x, qc)} is queued ${queued ? 'again' : 'nowhere'}`;
  }),
  rule('I16', 'quiescence', (x) => {
    for (let t = 0; t < x.W.cfg.threads; t++) {
      let waits = false;
      inboxWalk(x.m, x.W, t, () => {
        waits = true;
      });
      if (!x.held(t) && waits) return `T${t} sleeps with datagrams in its inbox`;
    }
    return null;
  }),
  rule('I17', 'quiescence', (x) => {
    for (let t = 0; t < x.W.cfg.threads; t++) {
      const th = x.W.th(t);
      const work =
        x.m.ald(th + ThreadCtx.sharedTasklets) !== th + ThreadCtx.sharedTasklets ||
        !listEmpty(x.m, th + ThreadCtx.rqueue);
      if (work && !x.held(t)) return `T${t} sleeps with work queued`;
    }
    return null;
  }),
  rule('I18', 'quiescence', (x) => {
    for (const qc of connsOf(x))
      if (x.m.ld(qc + QuicConn.pendTo)) return `the move of ${nameOf(x, qc)} is never finished`;
    return null;
  }),
  rule('I19', 'quiescence', (x) => {
    for (const pool of [x.W.pools.task, x.W.pools.tasklet]) {
      for (let p = poolNext(x.m, pool, 0); p; p = poolNext(x.m, pool, p)) {
        if (x.m.ald(p + Task.state) & TASK.KILLED)
          return `a killed ${pool === x.W.pools.task ? 'task' : 'tasklet'} is not freed`;
        if (x.m.ld(p + Task.process) === -1) return 'a task that was destroyed is not freed';
      }
    }
    return null;
  }),
  rule('I20', 'quiescence', (x) => {
    const { m, W } = x;
    let kept = 0;
    for (const qc of connsOf(x)) walk(x, qc + QuicConn.rxPkts, () => void kept++);
    const packets = poolCount(m, W.pools.rxPacket);
    return packets === kept ? null : `${packets - kept} received packets belong to nobody`;
  }),
  rule('I21', 'quiescence', (x) => {
    let n = 0;
    for (const li of x.W.listeners) n += mtlLen(x.m, li + Listener.rxbufs);
    return n === x.W.cfg.threads ? null : `${n} of ${x.W.cfg.threads} receive buffers are in the list`;
  }),
  rule('I22', 'callback', (x) => {
    const { m, W } = x;
    for (const li of W.listeners) {
      if (m.ald(li + Listener.nbconn) < 0) return 'nbconn is negative';
      if (m.ald(li + Listener.currHandshake) < 0) return 'quic_curr_handshake is negative';
      if (m.ald(li + Listener.currAccept) < 0) return 'quic_curr_accept is negative';
    }
    if (m.ald(W.global + Global.halfOpen) < 0) return 'half_open_conn is negative';
    if (m.ald(W.global + Global.jobs) < 0) return 'jobs is negative';
    for (let t = 0; t < W.cfg.threads; t++) {
      if (m.ald(W.perThread(t) + LiPerThread.thrConn) < 0) return `thr_conn of T${t} is negative`;
      const th = W.th(t);
      let queued = mtlLen(m, th + ThreadCtx.sharedTasklets);
      for (const f of QUEUED_IN) walk(x, th + f, () => void queued++);
      const total = m.ald(th + ThreadCtx.rqTotal);
      if (total !== queued) return `rq_total of T${t} is ${total}, and ${queued} are queued`;
      const tasks = tasksListed(x, t);
      const listed = m.ald(th + ThreadCtx.tasksInList);
      if (listed !== tasks) return `tasks_in_list of T${t} is ${listed}, and ${tasks} are there`;
    }
    return null;
  }),
  rule('F-R14', 'step', ({ m, W }) =>
    W.listeners.some((li) => m.ald(li + Listener.nbconn) < 0) ? 'nbconn is negative' : null,
  ),
  rule('I25', 'quiescence', (x) => {
    const { m, W } = x;
    for (let t = 0; t < W.cfg.threads; t++) {
      const head = ringHead((i) => m.ald(i), W.acceptRing(t));
      const tail = ringTail((i) => m.ald(i), W.acceptRing(t));
      for (let i = 0; i < W.cfg.ringSize; i++) {
        const within = head <= tail ? i >= head && i < tail : i >= head || i < tail;
        if ((m.ald(W.ringEntry(t, i)) !== 0) !== within) return `place ${i} of the ring of T${t}`;
      }
    }
    return null;
  }),
  rule('I26', 'quiescence', (x) => {
    for (const qc of connsOf(x)) {
      const conn = x.m.ld(qc + QuicConn.conn);
      if (!listEmpty(x.m, qc + QuicConn.acceptList)) return `${nameOf(x, qc)} waits to be accepted`;
      if (conn && x.m.ld(conn + Connection.flags) === 1) return `${nameOf(x, qc)} waits in an accept ring`;
    }
    return null;
  }),
];

const order = (id: string): number => Number.parseInt(id.slice(1), 10);

/** All rules, by number. */
export const RULES: readonly Rule[] = [
  ...[...others, ...structureRules, ...movingRules, ...refusalRules].sort(
    (a, b) => order(a.id) - order(b.id) || (a.id < b.id ? -1 : 1),
  ),
  ...sessionRules,
  ...choiceRules,
  ...endRules,
  ...waitingRules,
  ...closedRules,
  ...runningRules,
];

/** A rule that looks for steps of a role that no step of a program has: there it says nothing. */
export interface Blind {
  rule: string;
  roles: readonly Role[];
}

/** Rules with nothing to look at in a program. In a revision of the line there are none; what a person changes can make some. */
export const blindIn = (P: Program): Blind[] =>
  RULES.flatMap((r) => {
    const roles = blindTo(r, P);
    return roles.length > 0 ? [{ rule: r.id, roles }] : [];
  });

export const blindText = ({ roles }: Blind): string =>
  `nothing to look at here, no step of the program has the role ${roles.join(', ')}`;

/** Tasks, not tasklets, in a thread's class lists, in its shared list, where killed ones are put, and just off them. */
function tasksListed(x: Machine, t: number): number {
  const { m } = x;
  const th = x.W.th(t);
  let n = 0;
  const count = (el: number): void => {
    if (!(m.ald(el - Task.list + Task.state) & TASK.F_TASKLET)) n++;
  };
  for (const f of QUEUED_IN) if (f !== ThreadCtx.rqueue) walk(x, th + f, count);
  walk(x, th + ThreadCtx.sharedTasklets, count);
  const s = x.at(t);
  if (hasRole(s, 'taskInHand')) count(held(x, t, s, 'taskInHand', 'tl') + Task.list);
  return n;
}

function ownerOr(x: Machine, qc: number): number {
  for (const k of cidsOf(x, qc)) return x.m.ald(k + QuicCid.tid);
  return -1;
}

function walk(x: Machine, head: number, visit: (el: number) => void): void {
  let guard = 0;
  for (let n = x.m.ld(head); n !== head && n > 1 && guard++ < 10_000; n = x.m.ld(n)) visit(n);
}
