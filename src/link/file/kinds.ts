/** What lies in a block and what leads to what, as tables: which fields are heads of lists of what, and which point to what. */
import {
  AcceptQueue,
  AcceptRing,
  Connection,
  Dghdlr,
  LiPerThread,
  Listener,
  MpringRecord,
  Pktns,
  Qel,
  QuicCid,
  QuicConn,
  QuicConnClosed,
  QuicDgram,
  ReceiverBuf,
  RxPacket,
  Task,
  ThreadCtx,
  TxPacket,
} from '../../haproxy/model/layouts.ts';
import { RECORD_BYTES, type World } from '../../haproxy/model/world.ts';
import type { Pool } from '../../memory/pool.ts';

type PoolName = keyof World['pools'];
/** Objects of a world: those of pools, and those that are there from the beginning. */
export type Kind =
  | PoolName
  | 'thread'
  | 'dghdlr'
  | 'acceptQueue'
  | 'acceptRing'
  | 'listener'
  | 'perThread'
  | 'mpringRecord';

/** `head`: offset of a list's head in `of`; `node`: offset of the links in its elements. */
export interface ListOf {
  of: Kind;
  head: number;
  elements: readonly Kind[];
  node: number;
}

const tasks: readonly Kind[] = ['task', 'tasklet', 'hand', 'mux'];
const list = (of: Kind, head: number, elements: Kind | readonly Kind[], node: number): ListOf => ({
  of,
  head,
  elements: typeof elements === 'string' ? [elements] : elements,
  node,
});

const LEVELS = [QuicConn.els, QuicConn.els1, QuicConn.els2, QuicConn.els3];
const SPACES = [QuicConn.pktns, QuicConn.pktns1, QuicConn.pktns2];
const QUEUES = ['urgent', 'normal', 'bulk', 'heavy', 'sharedTasklets', 'hand', 'rqueue'] as const;

export const LISTS: readonly ListOf[] = [
  ...QUEUES.map((q) => list('thread', ThreadCtx[q], tasks, Task.list)),
  list('thread', ThreadCtx.timers, tasks, Task.wq),
  list('thread', ThreadCtx.quicConns, 'conn', QuicConn.elThCtx),
  list('thread', ThreadCtx.quicConnsClo, 'conn', QuicConn.elThCtx),
  list('conn', QuicConn.cids, 'cid', QuicCid.byQc),
  list('closed', QuicConnClosed.cids, 'cid', QuicCid.byQc),
  list('conn', QuicConn.rxPkts, 'rxPacket', RxPacket.byQc),
  ...LEVELS.flatMap((l) =>
    [Qel.pqpkts, Qel.rx].map((h) => list('conn', l + h, 'rxPacket', RxPacket.byLevel)),
  ),
  ...SPACES.map((s) => list('conn', s + Pktns.sent, 'txPacket', TxPacket.bySpace)),
  list('rxbuf', ReceiverBuf.dgrams, 'dgram', QuicDgram.recvList),
  list('dghdlr', Dghdlr.dgrams, 'dgram', QuicDgram.handlerList),
  list('acceptQueue', AcceptQueue.listeners, 'perThread', LiPerThread.list),
  list('perThread', LiPerThread.conns, 'conn', QuicConn.acceptList),
  list('listener', Listener.rxbufs, 'rxbuf', ReceiverBuf.el),
];

/** `to`: what the field may lead to the beginning of; it may also be empty. */
export const POINTERS: readonly { of: Kind; field: number; to: readonly Kind[] }[] = [
  { of: 'thread', field: ThreadCtx.current, to: tasks },
  { of: 'cid', field: QuicCid.qc, to: ['conn', 'closed'] },
  { of: 'conn', field: QuicConn.conn, to: ['connection'] },
  { of: 'conn', field: QuicConn.tasklet, to: ['tasklet'] },
  { of: 'conn', field: QuicConn.mux, to: ['mux'] },
  { of: 'conn', field: QuicConn.timerTask, to: ['task'] },
  { of: 'conn', field: QuicConn.idleTask, to: ['task'] },
  { of: 'closed', field: QuicConnClosed.tasklet, to: ['tasklet'] },
  { of: 'closed', field: QuicConnClosed.idleTask, to: ['task'] },
  { of: 'connection', field: Connection.qc, to: ['conn'] },
  { of: 'rxPacket', field: RxPacket.qc, to: ['conn'] },
  { of: 'dgram', field: QuicDgram.qc, to: ['conn', 'closed'] },
  { of: 'mpringRecord', field: MpringRecord.dgram + QuicDgram.qc, to: ['conn', 'closed'] },
  { of: 'dghdlr', field: Dghdlr.task, to: ['tasklet'] },
  { of: 'acceptQueue', field: AcceptQueue.tasklet, to: ['tasklet'] },
  { of: 'acceptRing', field: AcceptRing.tasklet, to: ['tasklet'] },
];

export interface Objects {
  /** Whether an object of the kind begins there, in use or not. */
  begins(p: number): boolean;
  /** Pointers to those in use. */
  live: Iterable<number>;
}

/** The objects of each kind in a block. */
export function kindsIn(words: Int32Array, W: World): Record<Kind, Objects> {
  const T = W.cfg.threads;
  const pools = Object.fromEntries(
    Object.entries(W.pools).map(([name, pool]) => [name, slots(words, pool)]),
  ) as Record<PoolName, Objects>;
  return {
    ...pools,
    thread: row(T, W.th),
    dghdlr: row(T, W.dghdlr),
    acceptQueue: row(T, W.acceptQueue),
    acceptRing: row(T, W.acceptRing),
    perThread: row(T, W.perThread),
    listener: row(W.listeners.length, (g) => W.listeners[g]!),
    mpringRecord: row(T * Math.ceil(W.cfg.mpring / RECORD_BYTES), (i) => W.mpringRecord(0, i)),
  };
}

function row(n: number, at: (i: number) => number): Objects {
  const all = new Set(Array.from({ length: n }, (_, i) => at(i)));
  return { begins: (p) => all.has(p), live: all };
}

function slots(words: Int32Array, pool: Pool): Objects {
  const n = pool.threads * pool.perThread;
  return {
    begins: (p) => {
      const at = p - pool.base;
      return at >= 0 && at < n * pool.slotWords && at % pool.slotWords === 0;
    },
    live: {
      *[Symbol.iterator]() {
        for (let t = 0; t < pool.threads; t++) {
          for (let i = 0; i < pool.perThread; i++) {
            const free = words[pool.bits + t * pool.bitWords + (i >> 5)]! & (1 << (i & 31));
            if (!free) yield pool.base + (t * pool.perThread + i) * pool.slotWords;
          }
        }
      },
    },
  };
}
