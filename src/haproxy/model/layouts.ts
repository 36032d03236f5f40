/**
 * HAProxy's objects as word layouts (semantics section 2). A field's kind says how it is protected:
 * `atomic` by one-word atomics, `mtlist` by the MT_LIST protocol, `word`, `to` and `list` by ownership or a lock, `time` like
 * `word` but left out of the hash without time, `raw` only drawn, never read by a step.
 */
import { CidNode } from '../../memory/cidtree.ts';
import { f, struct } from '../../memory/struct.ts';

export const Global = struct('global', {
  /** Text number of the BUG_ON that stopped the run, + 1; 0 while all is well. */
  bug: f.word,
  bugTid: f.word,
  bugPc: f.place,
  gate: f.word,
  /** Thread + 1 that the person picked for the next accept, 0 = the cursors decide. */
  acceptTarget: f.word,
  qcEpoch: f.atomic,
  halfOpen: f.atomic,
  jobs: f.atomic,
  /** Connections of the process and of the frontend. */
  actconn: f.atomic,
  feconn: f.atomic,
  stopping: f.word,
  /** Client datagram that arrives next; the store's `count` when none is on its way. */
  netNext: f.word,
  /** The world's present: the last arrival, or an order's time. */
  presentMs: f.time,
  presentNs: f.time,
  /** Thread + 1 that has isolated itself, or waits to; 0 = none. */
  isolated: f.atomic,
  /** Listeners that wait for a global resource, and the task that lets them go on. */
  queue: f.mtlist,
  queueTask: f.to('task'),
  /** Timers of the group: of tasks that are bound to no thread. Theirs is one lock. */
  timers: f.list,
  wqLock: f.atomics(1),
});

export const ThreadCtx = struct('thread_ctx', {
  fp: f.word,
  ret: f.either,
  clockMs: f.time,
  clockNs: f.time,
  flags: f.atomic,
  /** Byte in the poller pipe, written by wake_thread. */
  pipe: f.atomic,
  /** Parked in the poller, or about to be: another thread may isolate itself. */
  harmless: f.atomic,
  /** In epoll_wait; until `waitMs` (0 = no timeout). */
  waiting: f.word,
  waitMs: f.time,
  /** When run_poll_loop stops waiting: the date of the next timer, + 1 before 55744154b; 0 = not by itself. */
  nextMs: f.time,
  wakeMs: f.time,
  wakeNs: f.time,
  expired: f.word,
  /** Some bit may be set in this thread's epoll ready map. */
  epAny: f.atomic,
  held: f.word,
  urgent: f.list,
  normal: f.list,
  bulk: f.list,
  heavy: f.list,
  sharedTasklets: f.mtlist,
  /** Ours: orders by hand. */
  hand: f.mtlist,
  rqueue: f.list,
  rqTotal: f.atomic,
  /** Tasks, not tasklets, in class lists, and killed ones in the shared list. */
  tasksInList: f.atomic,
  nbTasks: f.word,
  current: f.to('task'),
  /** Class list being run (0 urgent … 3 heavy), -1 from the poller. */
  currentQueue: f.word,
  quicConns: f.list,
  quicConnsClo: f.list,
  timers: f.list,
  /** fd_updt: fds whose polling this thread has to update, as a small stack of fd numbers. */
  updtCount: f.word,
  loops: f.raw,
  handled: f.raw,
  redispatched: f.raw,
  /** Datagrams sent (drawn only). */
  sent: f.raw,
  /** Datagram in this thread's hands, + 1 (drawn only). */
  handDgram: f.raw,
  steps: f.raw,
});

/** A task and a tasklet share their head, as in HAProxy; `list` aliases the run queue node. */
export const Task = struct('task', {
  state: f.atomic,
  tid: f.word,
  process: f.procedure,
  context: f.any,
  list: f.list,
  expire: f.time,
  /** Key under which the node stands in the timers; may be older than `expire`. */
  key: f.time,
  wq: f.list,
  /** Of an order by hand: its thread. Of any other, from 7d40b3134 on: the thread + 1 that has called it in the present round of its loop; 0 = none. */
  arg: f.word,
  /** When `expire` was last set, for the ring on screen. */
  armedAt: f.raw,
});

export const QuicCid = struct('quic_connection_id', {
  node: f.part(CidNode),
  seqNum: f.word,
  qc: f.to('quic_conn'),
  tid: f.atomic,
  byQc: f.list,
});

/** Per packet number space. */
export const Pktns = struct('quic_pktns', {
  largestRx: f.word,
  flags: f.word,
  nbAepkts: f.word,
  ackRanges: f.word,
  largestAcked: f.word,
  inFlight: f.word,
  timeOfLastEliciting: f.time,
  lossTime: f.time,
  sent: f.list,
  /** Next packet number for packets of ours (probes) that the capture does not hold. */
  nextPn: f.word,
  probe: f.word,
});

/** Per encryption level. */
export const Qel = struct('quic_enc_level', {
  /** Still header protected, in order of arrival. */
  pqpkts: f.list,
  /** Header protection removed, in packet number order. */
  rx: f.list,
  discarded: f.word,
  /** CRYPTO received: up to eight ranges [from, to), from = to = 0 when unused. */
  crypto: f.words(16),
});

/** What a connection and a closed connection have in common: the first words of both, in this order. */
const COMMON = {
  flags: f.word,
  fd: f.word,
  li: f.to('listener'),
  capConn: f.word,
  odcid: f.words(6),
  dcid: f.words(6),
  /** A copy of its first CID. */
  scid: f.words(6),
  cids: f.list,
  tasklet: f.to('task'),
  idleTask: f.to('task'),
  idleExpire: f.time,
  peerAddr: f.word,
  rxBytes: f.word,
  txBytes: f.word,
  validated: f.word,
  nbPktForCc: f.word,
  nbPktSinceCc: f.word,
  err: f.word,
  datagrams: f.raw,
};

/** What stands for a closed connection from 9f7cfb0a5 on: who is led to it reads it as a `quic_conn`, and of that the common words only. */
export const QuicConnClosed = struct('quic_conn_closed', COMMON);

export const QuicConn = struct('quic_conn', {
  ...COMMON,
  state: f.word,
  muxState: f.word,
  conn: f.to('connection'),
  /** Ours: the tasklet that ends its session, until it has been woken. */
  mux: f.to('task'),
  nextCidSeq: f.word,
  acceptList: f.mtlist,
  elThCtx: f.list,
  qcEpoch: f.word,
  waitEvents: f.word,
  timerTask: f.to('task'),
  ackExpire: f.time,
  timer: f.time,
  rxPkts: f.list,
  rxBufUsed: f.word,
  els: f.part(Qel),
  els1: f.part(Qel),
  els2: f.part(Qel),
  els3: f.part(Qel),
  pktns: f.part(Pktns),
  pktns1: f.part(Pktns),
  pktns2: f.part(Pktns),
  srtt: f.time,
  rttvar: f.time,
  rttMin: f.time,
  ptoCount: f.word,
  ptoProbe: f.word,
  keyGen: f.word,
  /** Scripted server: next send of the capture's list, and how far the client's datagrams have been processed. */
  sendCursor: f.word,
  processed: f.word,
  /** Newest client datagram of which any packet has been treated. */
  seen: f.word,
  /** Ours: a rebind ordered by hand is on its way, or done and not finalized; target + 1. */
  handTask: f.to('task'),
  pendTo: f.word,
  appFramesQueued: f.word,
  inferred: f.word,
  packets: f.raw,
  rebindFrom: f.raw,
  rebindTrigger: f.raw,
  rebindSeq: f.raw,
});

/** The client's address, beside a struct connection. */
export const Sockaddr = struct('sockaddr_storage', {
  saddr: f.word,
});

export const Connection = struct('connection', {
  qc: f.to('quic_conn'),
  target: f.to('listener'),
  flags: f.word,
  src: f.to('sockaddr_storage'),
  /** It has a session. */
  owner: f.word,
});

export const RxPacket = struct('quic_rx_packet', {
  refcnt: f.word,
  qc: f.to('quic_conn'),
  type: f.word,
  flags: f.word,
  dgram: f.word,
  /** Byte offset of the packet in its datagram, its length, and where the packet number begins (all from the datagram's start). */
  off: f.word,
  len: f.word,
  pnOff: f.word,
  /** Which packet of the datagram it is, from 0. */
  ordinal: f.word,
  pn: f.word,
  aeliciting: f.word,
  byQc: f.list,
  byLevel: f.list,
});

export const TxPacket = struct('quic_tx_packet', {
  pn: f.word,
  aeliciting: f.word,
  len: f.word,
  timeSent: f.time,
  bySpace: f.list,
});

export const QuicDgram = struct('quic_dgram', {
  owner: f.to('listener'),
  /** Index of the bytes in the datagram store, + 1; 0 = consumed (or a filler at the ring's end). */
  buf: f.atomic,
  len: f.word,
  saddr: f.word,
  qc: f.to('quic_conn'),
  recvList: f.list,
  handlerList: f.mtlist,
});

export const ReceiverBuf = struct('quic_receiver_buf', {
  head: f.word,
  data: f.word,
  dgrams: f.list,
  el: f.mtlist,
});

export const Dghdlr = struct('quic_dghdlr', {
  dgrams: f.mtlist,
  task: f.to('task'),
});

/** A thread's byte ring of datagrams, from 9b5f11cd3 on. Counts are of bytes, and never go back but by 2^32. */
export const Mpring = struct('mpring', {
  /** What producers have reserved, and what the thread has given back. */
  head: f.atomic,
  tail: f.atomic,
  /** Ours: the record at the tail has been begun. */
  begun: f.word,
});

/** What stands where a record of a byte ring begins. `header`: 0 busy or empty, -1 padding up to the ring's end, else the payload's bytes. */
export const MpringRecord = struct('mpring_record', {
  header: f.atomic,
  dgram: f.part(QuicDgram),
});

export const AcceptQueue = struct('quic_accept_queue', {
  listeners: f.mtlist,
  tasklet: f.to('task'),
});

export const AcceptRing = struct('accept_queue_ring', {
  head: f.atomic,
  tail: f.atomic,
  /** Head << 16 | tail, from e6f5ab5af on; then the two words before stay 0, and 0 until then. */
  idx: f.atomic,
  tasklet: f.to('task'),
});

/**
 * How sessions, connections and tasks are counted. Raised by one whenever that changes: in a moment that was saved when they counted
 * otherwise they are counted anew. 1: `nbconn` and `thrConn` fall only where a rule rejects a session. 2: they fall when a session
 * ends. 3: `actconn` counts connections where 7735cf385 is. 4: `tasksInList` is there. 5: `currHandshake` and `currAccept` are. 6: a session's
 * mux knows its connection, and its end frees the struct connection, where 74b95922e is.
 */
export const COUNTING = 6;

export const Listener = struct('listener', {
  fd: f.word,
  tgid: f.word,
  threadMask: f.words(2),
  rxbufs: f.mtlist,
  nbconn: f.atomic,
  /** quic_curr_handshake and quic_curr_accept: handshakes under way, and connections in accept lists. */
  currHandshake: f.atomic,
  currAccept: f.atomic,
  thrIdx: f.atomic,
  addr: f.word,
  /** LI: whether it reads its socket. */
  state: f.atomic,
  lock: f.atomics(1),
  /** Its place among those that wait for a global resource. */
  waitQueue: f.mtlist,
});

/** One per (listener, thread). */
export const LiPerThread = struct('li_per_thread', {
  list: f.mtlist,
  conns: f.mtlist,
  thrConn: f.atomic,
});

export const Fdtab = struct('fdtab', {
  /** Masks of threads, two words each (mask.ts). */
  runningMask: f.atomics(2),
  threadMask: f.atomics(2),
  updateMask: f.atomics(2),
  state: f.atomic,
  refcTgid: f.atomic,
  iocb: f.procedure,
  owner: f.any,
  pollRecv: f.atomics(2),
  /** Kernel side: datagrams waiting in the socket, first and last + 1, and its lock. */
  kqHead: f.word,
  kqTail: f.word,
  kqLen: f.word,
  kqLock: f.atomic,
  /** Address it is connected to, + 1 (0 = not connected, a listener). */
  peer: f.word,
});

/** A bare word, where a place is no struct's: a lock, a ledger word, a bitmap. */
export const Word = struct('word', { v: f.atomic });

/** One place of an accept ring. */
export const RingEntry = struct('ring_entry', { conn: f.to('connection') });
