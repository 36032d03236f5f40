/** One thread looked into: what it has to run, when it wakes, what it polls, what it holds, how much it carries. */
import { ringWaiting } from '../../haproxy/lib/accept.ts';
import { firstCursor } from '../../haproxy/lib/choice.ts';
import { TASK } from '../../haproxy/model/flags.ts';
import { Fdtab, LiPerThread, Listener, QuicConn, Task, ThreadCtx } from '../../haproxy/model/layouts.ts';
import { maskBit, maskWord } from '../../haproxy/model/mask.ts';
import { LISTENER_FD } from '../../haproxy/model/world.ts';
import { NS_PER_MS } from '../../machine/machine.ts';
import { listFirst, listNext } from '../../memory/list.ts';
import { mtlWalk } from '../../memory/mtlist.ts';
import type { Look } from '../look.ts';
import type { ConnName } from '../view.ts';
import { type HeldLock, heldLocks } from './locks.ts';

export interface RoomTask {
  kind: 'task' | 'tasklet';
  /** HAProxy's name of what it calls. */
  fn: string;
  conn: ConnName | null;
  killed: boolean;
}

/** The lists that a thread runs from, in the order in which it looks into them; `name` as HAProxy calls them. */
export interface RoomQueue {
  name: string;
  items: RoomTask[];
}

export interface ArmedTimer {
  /** Capture connection that it belongs to, -1 none. */
  index: number;
  conn: ConnName | null;
  kind: 'idle' | 'loss' | 'other';
  /** On whose clock it runs. */
  tid: number;
  /** Virtual ms at which it is due, and how many are left by that thread's clock; negative when overdue. */
  dueMs: number;
  leftMs: number;
  /** When it was armed, virtual ms. */
  armedMs: number;
  /** Why it can't be let run out now; empty when it can. */
  why: string;
}

export interface PolledFd {
  fd: number;
  /** Null for the listener's. */
  conn: ConnName | null;
  /** It is in the poller of this thread; it may be so though another thread's it is by now. */
  polled: boolean;
  /** This thread is in its mask. */
  mine: boolean;
  /** An update of this thread's poller is due for it. */
  update: boolean;
  active: boolean;
  ready: boolean;
  /** Datagrams that wait in the kernel. */
  waiting: number;
}

export interface ThreadRoom {
  tid: number;
  /** Its group and its number there, each from 1 as HAProxy writes them: 2/1. Empty with one group. */
  inGroup: string;
  queues: RoomQueue[];
  timers: ArmedTimer[];
  fds: PolledFd[];
  locks: HeldLock[];
  load: {
    /** `thr_conn` of the listener: sessions counted on this thread. */
    sessions: number;
    /** Connections in its accept ring, and what the ring holds at most. */
    ring: number;
    ringSize: number;
    /** `rq_total`, and tasks that live on it. */
    queued: number;
    tasks: number;
    /** Connections in its list, closing ones apart. */
    conns: number;
    closing: number;
    loops: number;
    handled: number;
    redispatched: number;
  };
  /** The next accept looks at this thread first, by the listener's two cursors. */
  cursor: boolean;
}

const QUEUES = [
  ['urgent', ThreadCtx.urgent],
  ['normal', ThreadCtx.normal],
  ['bulk', ThreadCtx.bulk],
  ['heavy', ThreadCtx.heavy],
  ['rqueue', ThreadCtx.rqueue],
] as const;

export function readRoom(look: Look, t: number): ThreadRoom {
  const { mem, W } = look;
  const th = W.th(t);
  const shared: number[] = [];
  mtlWalk(mem, th + ThreadCtx.sharedTasklets, (n) => shared.push(n - Task.list));
  const hand: number[] = [];
  mtlWalk(mem, th + ThreadCtx.hand, (n) => hand.push(n - Task.list));
  const queues: RoomQueue[] = [
    ...QUEUES.map(([name, head]) => ({ name, tasks: nodes(look, th + head).map((n) => n - Task.list) })),
    { name: 'shared_tasklet_list', tasks: shared },
    { name: 'orders by hand', tasks: hand },
  ].map(({ name, tasks }) => ({ name, items: tasks.map((k) => task(look, k)) }));
  const ring = W.acceptRing(t);
  const size = W.cfg.ringSize;
  const group = t < W.perGroup ? 0 : 1;
  const first = group * W.perGroup;
  // One word for the shard where the choice goes over it, else one for each listener.
  const over = W.cfg.receivers > 1;
  const cursors = look.ld((over ? W.listener : W.listeners[group]!) + Listener.thrIdx);
  return {
    tid: t,
    inGroup: W.cfg.groups > 1 ? `${group + 1}/${t - first + 1}` : '',
    queues,
    timers: readTimers(look, t),
    fds: fds(look, t),
    locks: heldLocks(look)[t]!,
    load: {
      sessions: look.ld(W.perThread(t) + LiPerThread.thrConn),
      ring: ringWaiting((i) => look.ld(i), ring, size),
      ringSize: size - 1,
      queued: look.ld(th + ThreadCtx.rqTotal),
      tasks: look.ld(th + ThreadCtx.nbTasks),
      conns: nodes(look, th + ThreadCtx.quicConns).length,
      closing: nodes(look, th + ThreadCtx.quicConnsClo).length,
      loops: look.ld(th + ThreadCtx.loops),
      handled: look.ld(th + ThreadCtx.handled),
      redispatched: look.ld(th + ThreadCtx.redispatched),
    },
    cursor: firstCursor(cursors, look.P.fixes.has('ff18504d7')) === t - first + (over ? group * 64 : 0),
  };
}

/**
 * Every armed timer of thread `t`, next first. A node may stand in the tree under an older key than its task's date, and with no
 * date at all when the task has disarmed it: the thread then looks at it in vain.
 */
export function readTimers(look: Look, t: number): ArmedTimer[] {
  const now = look.timeOf(t) / NS_PER_MS;
  const asleep = look.machine.waiting(t);
  const armed = nodes(look, look.W.th(t) + ThreadCtx.timers)
    .map((n) => n - Task.wq)
    .filter((at) => look.ld(at + Task.expire) !== 0)
    .sort((a, b) => look.ld(a + Task.expire) - look.ld(b + Task.expire));
  return armed.map((at) => {
    const qc = look.ld(at + Task.context);
    const conn = look.nameAt(qc);
    const closed = conn !== null && !look.isConn(qc);
    const own =
      closed ||
      (conn !== null && [QuicConn.idleTask, QuicConn.timerTask].some((f) => look.ld(qc + f) === at));
    const short = look.P.procedures[look.ld(at + Task.process)]?.short;
    const kind = short === 'idle' || short === 'loss' ? short : 'other';
    const dueMs = look.ld(at + Task.expire);
    return {
      index: conn && !closed ? look.index(qc) : -1,
      conn,
      kind,
      tid: t,
      dueMs,
      leftMs: dueMs - now,
      armedMs: look.ld(at + Task.armedAt),
      why: closed
        ? 'its connection has closed'
        : !own
          ? 'a rebind has put another in its place'
          : asleep
            ? ''
            : `T${t} is not asleep`,
    };
  });
}

function fds(look: Look, t: number): PolledFd[] {
  const { W } = look;
  const out: PolledFd[] = [];
  const has = (at: number, mask: number): boolean => (look.ld(maskWord(at + mask, t)) & maskBit(t)) !== 0;
  for (let fd = LISTENER_FD; fd < W.fdCount; fd++) {
    const at = W.fd(fd);
    if (!look.ld(at + Fdtab.iocb)) continue;
    const polled = has(at, Fdtab.pollRecv);
    const mine = has(at, Fdtab.threadMask);
    const update = has(at, Fdtab.updateMask);
    if (!polled && !mine && !update) continue;
    const state = look.ld(at + Fdtab.state);
    out.push({
      fd,
      conn: fd < W.ownFds ? null : look.nameAt(look.ld(at + Fdtab.owner)),
      polled,
      mine,
      update,
      active: (state & 1) !== 0,
      ready: (state & 2) !== 0,
      waiting: look.ld(W.fd(W.queueOf(fd)) + Fdtab.kqLen),
    });
  }
  return out;
}

/** A list caught in the middle of a change may lead anywhere: what is longer than any real one ends there. */
function nodes(look: Look, head: number): number[] {
  const out: number[] = [];
  for (let n = listFirst(look.mem, head); n && out.length < 4096; n = listNext(look.mem, head, n))
    out.push(n);
  return out;
}

function task(look: Look, at: number): RoomTask {
  const state = look.ld(at + Task.state);
  const process = look.ld(at + Task.process);
  return {
    kind: state & TASK.F_TASKLET ? 'tasklet' : 'task',
    fn: look.P.procedures[process]?.name ?? 'unknown',
    conn: look.nameAt(look.ld(at + Task.context)),
    killed: (state & TASK.KILLED) !== 0 || process === -1,
  };
}
