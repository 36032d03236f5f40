/**
 * The map of the block: where each object lives, for a number of threads and a capture's size. Made once; never changes.
 */
import { CidRoot } from '../../memory/cidtree.ts';
import { type BlockLayout, BlockPlan, LINE, type StructArray } from '../../memory/plan.ts';
import type { Pool } from '../../memory/pool.ts';
import { planRing, type Ring } from '../../memory/ring.ts';
import { f, HASHED, type Ptr, RAW, struct } from '../../memory/struct.ts';
import { EVENT_WORDS } from '../step/events.ts';
import { N } from './flags.ts';
import {
  AcceptQueue,
  AcceptRing,
  Connection,
  Dghdlr,
  Fdtab,
  Global,
  LiPerThread,
  Listener,
  Mpring,
  MpringRecord,
  QuicCid,
  QuicConn,
  QuicConnClosed,
  QuicDgram,
  ReceiverBuf,
  RxPacket,
  Sockaddr,
  Task,
  ThreadCtx,
  TxPacket,
} from './layouts.ts';
import { AT, REGIONS } from './places.ts';
import type { Constants } from './script.ts';

export interface WorldConfig {
  threads: number;
  /** Thread groups, 1 or 2 (of up to 32 threads together); the first has the threads from 0 on, and one more where they cannot be shared alike. */
  groups: number;
  /** Listeners that the thread choice goes over: those of all groups, or the accepting thread’s own. */
  receivers: number;
  /** Each group has fd tables of its own. */
  ownFdTables: boolean;
  socketOwner: 'listener' | 'connection';
  /** Connections that the listener takes (bind maxconn); 0: as many as come. */
  maxconn: number;
  /** A tcp-request rule rejects each connection when its session starts. */
  rejects: boolean;
  /** A mux stays when it is told that its connection ends: something uses it still. */
  muxStays: boolean;
  /** Most calls of one round of the scheduler (tune.runqueue-depth). */
  runqueueDepth: number;
  /** Keep one CID a connection by not building NEW_CONNECTION_ID frames after the handshake. */
  withholdPostHandshake: boolean;
  /** Batch limit of one callback (tune.maxpollevents). */
  maxPollEvents: number;
  ringSize: number;
  /** Records in the event ring, a power of two; 1 for runs nobody watches. */
  eventRing: number;
  connections: number;
  /** Bytes of each thread's byte ring of datagrams, a multiple of 8; 0 where the program has none. */
  mpring: number;
  /** Bytes that every record takes there, where all are to take the same; 0: each as many as it has. */
  mpringStride: number;
  /** Threads remember what they have called in this round of their loop; false where the program does not ask. */
  runsOnce: boolean;
  /** Calls of connections on sockets can be told to fail. */
  socketsFail: boolean;
  /** A smaller object stands for a connection that has closed. */
  closedObjects: boolean;
  /** Places in the datagram store come round again: it is kept who still holds a packet of one. */
  recycles?: boolean;
  /** Threads remember where in their timers they last put one, see `lib/tasks`: worlds with thousands of timers. */
  hints?: boolean;
  /** Slots of each thread where they are not to follow from the capture. */
  slots?: PoolSlots;
}

/** Slots of each thread in the pools of a world. */
export interface PoolSlots {
  conn: number;
  cid: number;
  task: number;
  tasklet: number;
  hand: number;
  rxPacket: number;
  txPacket: number;
  dgram: number;
}

/** The layout of each pool's slots. */
export interface Slot {
  conn: 'quic_conn';
  closed: 'quic_conn_closed';
  cid: 'quic_connection_id';
  task: 'task';
  tasklet: 'task';
  hand: 'task';
  mux: 'task';
  connection: 'connection';
  sockaddr: 'sockaddr_storage';
  rxPacket: 'quic_rx_packet';
  txPacket: 'quic_tx_packet';
  dgram: 'quic_dgram';
  rxbuf: 'quic_receiver_buf';
}
export type PoolName = keyof Slot;

export interface World {
  cfg: WorldConfig;
  consts: Constants;
  layout: BlockLayout;
  /** Where each region of `places.ts` begins, and how far its items are apart, by its number. */
  base: readonly number[];
  stride: readonly number[];
  global: Ptr<'global'>;
  /** n > 0: the n-th allocation from here on, of those that may fail, fails. */
  failWord: number;
  /** The same of calls of connections on sockets; 0 where none can fail. */
  failSocket: number;
  th(t: number): Ptr<'thread_ctx'>;
  /** Where thread `t`’s stack begins, and the one before it ends. */
  stack(t: number): number;
  /** Ready bitmap of thread t's epoll: one bit an fd. */
  epReady(t: number): number;
  epWords: number;
  dghdlr(t: number): number;
  acceptQueue(t: number): number;
  acceptRing(t: number): number;
  ringEntry(t: number, i: number): number;
  /** Of the first group: the shard’s reference listener. */
  listener: Ptr<'listener'>;
  /** By group: receivers of one shard, which share a socket under a file descriptor each. */
  listeners: readonly Ptr<'listener'>[];
  /** Threads of the first group: threads from here on are the second’s. */
  perGroup: number;
  /** The first fd that no listener has. */
  ownFds: number;
  /** The fd whose queue a socket’s datagrams wait in. */
  queueOf(fd: number): number;
  perThread(t: number): number;
  fd(n: number): number;
  fdCount: number;
  treeRoot(firstByte: number): number;
  treeLock(firstByte: number): number;
  ledger(dgram: number): number;
  /** How often a thread has become the owner of a capture connection: when it made it, and at each S14. */
  owners(conn: number): number;
  /** The same when a datagram of it was received, + 1; 0 = not received, over, or not known. */
  ownersThen(dgram: number): number;
  /** Redispatches of a datagram beyond those that its ledger tells apart (not part of a state). */
  moreHops(dgram: number): number;
  /** Thread + 1 that the person picked for the accept of a capture connection, 0 = none. */
  acceptTarget(conn: number): number;
  /** Link of a datagram in its socket's kernel queue. */
  kqNext(dgram: number): number;
  /** Kernel: fd connected to a client's address, 0 none. */
  socketOf(saddr: number): number;
  /** Thread t's byte ring, and the record in it that begins in the i-th stretch of RECORD_BYTES; only where there are byte rings. */
  mpring(t: number): Ptr<'mpring'>;
  mpringRecord(t: number, i: number): Ptr<'mpring_record'>;
  /** What arrives after a datagram: 0 the next of the store, -1 nothing, else that datagram + 1. */
  netLink(dgram: number): number;
  /** Entries of the datagram store, duplicates included. */
  rows: number;
  /** What a search may still let happen; nothing but a search reads or writes it. */
  budget: number;
  dropCounts: number;
  pktDropCounts: number;
  events: Ring;
  pools: Record<PoolName, Pool>;
}

/** Distances in time that a thread remembers a timer of, see `lib/timers`. */
export const HINT_CLASSES = 20;
/** Words of `budget`. */
export const BUDGET_WORDS = 4;
/** More than a thread calls in a round: 200, and what the shares of the classes round up to. */
export const RAN_MOST = 256;
/** Of two records of a byte ring one at most begins in so many bytes: each has a header, a descriptor and a datagram. */
export const RECORD_BYTES = 128;
const STACK_WORDS = 160;
/** The listener's socket, and behind it that of a second group's; connections' own come after them, as standard streams come before. */
export const LISTENER_FD = 3;
const CidTree = struct('quic_cid_tree', { root: f.part(CidRoot), lock: f.atomic });

/** Lays out the block for `cfg` and the capture in `consts`. Pools are sized for the capture; a pool that runs dry is a named drop. */
export function planWorld(cfg: WorldConfig, consts: Constants): World {
  const T = cfg.threads;
  const D = Math.max(1, consts.datagrams.count);
  const rows = Math.max(D, consts.datagrams.length.length);
  // A pool has a range for each thread; few connections may all begin on one thread, many spread.
  const n = cfg.connections + 4;
  const conns = n <= 64 ? n : Math.min(n, Math.ceil((2 * n) / T) + 64);
  const G = cfg.groups;
  const perGroup = Math.ceil(T / G);
  const ownFds = LISTENER_FD + G;
  const fdCount = ownFds + n;
  const epWords = (fdCount + 31) >> 5;
  const canFail = true;
  const plan = new BlockPlan(cfg.recycles ? LINE : 1);
  const global = plan.region(Global);
  const th = plan.array(ThreadCtx, T);
  const stacks = plan.words('stack', STACK_WORDS * T, HASHED, { rows: T });
  const updts = plan.words('fd_updt', fdCount * T, HASHED, { rows: T });
  const groupUpdts = plan.words('update_list', epWords, HASHED);
  const ready = plan.words('epoll ready', epWords * T, HASHED, { rows: T });
  const epEvents = plan.words('epoll events', epWords * T, HASHED, { rows: T });
  const dgh = plan.array(Dghdlr, T);
  const accq = plan.array(AcceptQueue, T);
  const rings = plan.array(AcceptRing, T);
  const entries = plan.words('ring entries', cfg.ringSize * T, HASHED, { rows: T, of: 'connection' });
  const listener = plan.array(Listener, G);
  const perThread = plan.array(LiPerThread, T);
  const fds = plan.array(Fdtab, fdCount);
  const trees = plan.array(CidTree, N.CID_TREES);
  const sockets = plan.words('connected sockets', Math.max(1, consts.clients.addresses), HASHED);
  const holds = plan.words('datagrams held', cfg.recycles ? rows : 0, HASHED);
  const ledger = plan.words('datagram ledger', rows, HASHED);
  const kqNext = plan.words('kernel queue links', rows, HASHED);
  const netLinks = plan.words('network links', rows, HASHED);
  const acceptTargets = plan.words('accept targets', Math.max(1, consts.clients.conns), HASHED);
  const owners = plan.words('owners of connections', Math.max(1, consts.clients.conns), HASHED);
  const ownersThen = plan.words('owners at reception', rows, HASHED);
  const budget = plan.words('explorer budget', BUDGET_WORDS, RAW);
  const dropCounts = plan.words('drops', 24, RAW);
  const pktDropCounts = plan.words('packet drops', 16, RAW);
  const packets = Math.min(8192, D * 3 + 64);
  const slots = cfg.slots ?? {
    conn: conns,
    cid: conns * 6,
    task: conns * 6 + 8,
    tasklet: conns * 4 + 16,
    hand: 16,
    rxPacket: packets,
    txPacket: Math.min(16_384, 64 + scriptedPackets(consts)),
    dgram: Math.min(4096, D + 16),
  };
  const pools = {
    conn: plan.pool(QuicConn, T, slots.conn, { canFail }),
    cid: plan.pool(QuicCid, T, slots.cid, { canFail, align: 16 }),
    task: plan.pool(Task, T, slots.task, { canFail }),
    tasklet: plan.pool(Task, T, slots.tasklet, { canFail }),
    hand: plan.pool(Task, T, slots.hand),
    // A session’s, made by the thread that runs it, wherever it ends; where they come and go for long a thread may make many.
    mux: plan.pool(Task, T, cfg.slots ? 2 * slots.conn : slots.conn),
    // Allocated by whoever accepts, so that a thread's range may have to hold many.
    connection: plan.pool(Connection, T, slots.conn, { canFail }),
    sockaddr: plan.pool(Sockaddr, T, slots.conn, { canFail }),
    rxPacket: plan.pool(RxPacket, T, slots.rxPacket, { canFail }),
    txPacket: plan.pool(TxPacket, T, slots.txPacket),
    dgram: plan.pool(QuicDgram, T, slots.dgram, { canFail }),
    rxbuf: plan.pool(ReceiverBuf, T, 1),
  };
  // Planned only where they are: the block of a program without is what it was, and it asks for none.
  const records = Math.ceil(cfg.mpring / RECORD_BYTES);
  const mprings = records ? plan.array(Mpring, T) : th;
  const mpringRecords = records ? plan.array(MpringRecord, records * T) : th;
  const rounds = cfg.runsOnce ? T : 0;
  const ran = plan.words('has run', rounds, HASHED);
  const ranCounts = plan.words('run in this round', rounds, HASHED);
  const ranTasks = plan.words('tasks run in this round', RAN_MOST * rounds, HASHED, { rows: T, of: 'task' });
  const failSocket = cfg.socketsFail ? plan.words('socket call fails', 1, HASHED) : 0;
  const worksOn = G > 1 ? plan.words('listeners worked on', T, HASHED, { of: 'listener' }) : 0;
  const cameBy = cfg.ownFdTables ? plan.words('came by', rows, HASHED, { of: 'listener' }) : 0;
  const closed = plan.pool(QuicConnClosed, T, cfg.closedObjects ? slots.conn : 0, { canFail });
  const events = planRing(plan, 'events', cfg.eventRing, EVENT_WORDS);
  const hints = plan.words('timer hints', cfg.hints ? HINT_CLASSES * T : 0, RAW);
  const moreHops = plan.words('further redispatches', rows, RAW);
  const layout = plan.build();
  const base = new Array<number>(REGIONS).fill(0);
  const stride = new Array<number>(REGIONS).fill(1);
  const lies = (region: number, at: number, by = 1): void => {
    base[region] = at;
    stride[region] = by;
  };
  const each = (region: number, { base, size }: StructArray): void => lies(region, base, size);
  each(AT.thread, th);
  each(AT.dghdlr, dgh);
  each(AT.acceptQueue, accq);
  each(AT.acceptRing, rings);
  each(AT.perThread, perThread);
  lies(AT.ringEntry, entries);
  each(AT.fd, fds);
  lies(AT.treeRoot, trees.base + CidTree.root, trees.size);
  lies(AT.treeLock, trees.base + CidTree.lock, trees.size);
  lies(AT.ledger, ledger);
  lies(AT.kqNext, kqNext);
  lies(AT.holds, holds);
  lies(AT.acceptTarget, acceptTargets);
  lies(AT.owners, owners);
  lies(AT.ownersThen, ownersThen);
  lies(AT.socketOf, sockets);
  lies(AT.drops, dropCounts);
  lies(AT.packetDrops, pktDropCounts);
  lies(AT.updt, updts);
  lies(AT.groupUpdt, groupUpdts);
  lies(AT.epReady, ready);
  lies(AT.epEvents, epEvents);
  lies(AT.hints, hints);
  lies(AT.moreHops, moreHops);
  each(AT.mpring, mprings);
  lies(AT.ran, ran);
  lies(AT.ranCount, ranCounts);
  lies(AT.ranTask, ranTasks);
  each(AT.mpringRecord, mpringRecords);
  lies(AT.failSocket, failSocket);
  each(AT.listener, listener);
  lies(AT.worksOn, worksOn);
  lies(AT.cameBy, cameBy);
  return {
    cfg,
    base,
    stride,
    consts,
    layout,
    global: global as Ptr<'global'>,
    listener: listener.base as Ptr<'listener'>,
    listeners: [0, 1].slice(0, G).map(listener.at) as Ptr<'listener'>[],
    perGroup,
    ownFds,
    queueOf: (fd) => (fd > LISTENER_FD && fd < ownFds ? LISTENER_FD : fd),
    fdCount,
    epWords,
    budget,
    dropCounts,
    pktDropCounts,
    pools: { ...pools, closed },
    events,
    failWord: plan.failWord,
    failSocket,
    th: (t) => th.at(t) as Ptr<'thread_ctx'>,
    stack: (t) => stacks + t * STACK_WORDS,
    epReady: (t) => ready + t * epWords,
    dghdlr: dgh.at,
    acceptQueue: accq.at,
    acceptRing: rings.at,
    ringEntry: (t, i) => entries + t * cfg.ringSize + i,
    perThread: perThread.at,
    fd: fds.at,
    treeRoot: (b) => trees.at(b) + CidTree.root,
    treeLock: (b) => trees.at(b) + CidTree.lock,
    ledger: (d) => ledger + d,
    moreHops: (d) => moreHops + d,
    acceptTarget: (c) => acceptTargets + c,
    owners: (c) => owners + c,
    ownersThen: (d) => ownersThen + d,
    kqNext: (d) => kqNext + d,
    socketOf: (a) => sockets + a,
    netLink: (d) => netLinks + d,
    mpring: (t) => mprings.at(t) as Ptr<'mpring'>,
    mpringRecord: (t, i) => mpringRecords.at(t * records + i) as Ptr<'mpring_record'>,
    rows,
  };
}

function scriptedPackets({ clients }: Constants): number {
  let n = 0;
  for (let i = 0; i < clients.conns; i++) for (const s of clients.conn(i)!.sends) n += s.packets.length;
  return n;
}
