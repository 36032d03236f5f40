/**
 * What the body of a step may do: operations on the block in HAProxy's own order, places, the frame, constants. One of these
 * exists for each machine; every field is set anew before each step.
 */
import { type Mem, NULL } from '../../memory/mem.ts';
import { type Pool, poolAlloc, poolFree, poolIsFree } from '../../memory/pool.ts';
import type { Field, Part, Ptr } from '../../memory/struct.ts';
import { PacketHeader } from '../../quic/header.ts';
import { derivedCid, scriptedCid } from '../model/cids.ts';
import { Global, ThreadCtx } from '../model/layouts.ts';
import { AT, type Region } from '../model/places.ts';
import { cidLengthOf, type OpenedPacket } from '../model/script.ts';
import type { PoolName, Slot, World, WorldConfig } from '../model/world.ts';
import type { Program } from './compile.ts';
import { EV, type EventSink } from './events.ts';
import { FRAME_HEAD, type Frame, frameIn } from './frame.ts';
import {
  beginsScript,
  frameNumber,
  OPENED,
  orderOf,
  parseAt,
  scriptNumber,
  sendNumber,
  sentPacketNumber,
} from './packets.ts';
import { BLOCK, CALLED, type Callable, type Edge } from './proc.ts';

export class Exec {
  /** The thread, and its thread_ctx. */
  t = 0;
  th: Ptr<'thread_ctx'> = NULL;
  fp = 0;
  pc = 0;
  /** Steps of the running turn before this one: the machine counts a turn's steps when it ends. */
  nth = 0;
  /** A step sets it when it changed who may run next: another thread woken, the run stopped. */
  resched = false;
  /** Thread whose pipe a step has just written to, -1 none: the host that lets threads sleep for real wakes it. */
  woken = -1;
  /** Where the search for a free fd begins; only hosts with threads at once move it on. */
  fdFrom = 0;
  /** A CID as a tree key, loaded and used within one step: five big-endian words and its length in bytes. */
  k0 = 0;
  k1 = 0;
  k2 = 0;
  k3 = 0;
  k4 = 0;
  klen = 0;
  /** Header of the packet parsed last, within one step. */
  readonly header = new PacketHeader();
  /** The packet opened last, within one step. */
  private packet: OpenedPacket | null = null;
  /** The locals of the running procedure, by name. */
  readonly locals: Frame;
  readonly cfg: WorldConfig;
  readonly global: Ptr<'global'>;
  /** File descriptors there are, and words of a thread's epoll bitmap. */
  readonly fdCount: number;
  readonly epWords: number;

  constructor(
    readonly m: Mem,
    readonly W: World,
    readonly P: Program,
    readonly sink: EventSink,
  ) {
    this.cfg = W.cfg;
    this.global = W.global;
    this.fdCount = W.fdCount;
    this.epWords = W.epWords;
    this.locals = frameIn(m, P.frames);
  }

  // Fields: `ld` and `st` are C's plain accesses, `rld` a relaxed atomic load, the rest atomic.

  ld<S extends string, V extends number>(p: Ptr<S>, f: Field<NoInfer<S>, V>): V {
    return this.m.ld(p + f) as V;
  }

  st<S extends string, V extends number>(p: Ptr<S>, f: Field<NoInfer<S>, V>, v: V): void {
    this.m.st(p + f, v);
  }

  rld<S extends string, V extends number>(p: Ptr<S>, f: Field<NoInfer<S>, V>): V {
    return this.m.rld(p + f) as V;
  }

  ast<S extends string, V extends number>(p: Ptr<S>, f: Field<NoInfer<S>, V>, v: V): void {
    this.m.ast(p + f, v);
  }

  /** Stores `v` if the field holds `expected`; says whether it did. */
  cas<S extends string, V extends number>(p: Ptr<S>, f: Field<NoInfer<S>, V>, expected: V, v: V): boolean {
    return this.m.cas(p + f, expected, v);
  }

  /** These answer the field as it was. */
  add<S extends string>(p: Ptr<S>, f: Field<NoInfer<S>>, v: number): number {
    return this.m.add(p + f, v);
  }

  or<S extends string>(p: Ptr<S>, f: Field<NoInfer<S>>, v: number): number {
    return this.m.or(p + f, v);
  }

  and<S extends string>(p: Ptr<S>, f: Field<NoInfer<S>>, v: number): number {
    return this.m.and(p + f, v);
  }

  xchg<S extends string, V extends number>(p: Ptr<S>, f: Field<NoInfer<S>, V>, v: V): V {
    return this.m.xchg(p + f, v) as V;
  }

  /** Plain addition to a plain field. */
  inc<S extends string>(p: Ptr<S>, f: Field<NoInfer<S>>, by: number): void {
    this.m.st(p + f, this.m.ld(p + f) + by);
  }

  // Places.

  /** What is embedded in a struct: a list's head or node, another struct, the first of several words. */
  part<S extends string, T extends string>(p: Ptr<S>, f: Field<NoInfer<S>, Part<T>>): Ptr<T> {
    return (p + f) as Ptr<T>;
  }

  /** The struct whose field `f` lies at `part`; what `part` takes apart. */
  owner<S extends string, T extends string>(part: Ptr<T>, f: Field<S, Part<NoInfer<T>>>): Ptr<S> {
    return (part - f) as Ptr<S>;
  }

  /** The i-th of several words of a field, as a place of its own. */
  word<S extends string>(p: Ptr<S>, f: Field<NoInfer<S>, Part<'words'>>, i: number): Ptr<'word'> {
    return (p + f + i) as Ptr<'word'>;
  }

  /** The i-th word from a bare word on. */
  further(p: Ptr<'word'>, i: number): Ptr<'word'> {
    return (p + i) as Ptr<'word'>;
  }

  /** The i-th item of a region. */
  at<S extends string>(region: Region<S>, i: number): Ptr<S> {
    return (this.W.base[region]! + i * this.W.stride[region]!) as Ptr<S>;
  }

  /** Connections have sockets of their own. */
  get ownSockets(): boolean {
    return this.cfg.socketOwner === 'connection';
  }

  /** Group of thread `tid`, 0 or 1; its tgid is one more. */
  groupOf(tid: number): number {
    return tid < this.W.perGroup ? 0 : 1;
  }

  /** The listener that this thread's function works on: its group's, unless a step has named another. */
  get listener(): Ptr<'listener'> {
    const other = this.cfg.groups > 1 && (this.m.ld(this.at(AT.worksOn, this.t)) as Ptr<'listener'>);
    return other || this.listenerOf(this.t);
  }

  /** The listener of thread `tid`'s group. */
  listenerOf(tid: number): Ptr<'listener'> {
    return this.at(AT.listener, this.groupOf(tid));
  }

  /** The first thread of a group. */
  firstOf(group: number): number {
    return group * this.W.perGroup;
  }

  /** The fd whose queue the datagrams of socket `fd` wait in: listeners of two groups share one. */
  queueOf(fd: number): Ptr<'fdtab'> {
    return this.at(AT.fd, this.W.queueOf(fd));
  }

  /** Names the listener that is to be worked on from here on; NULL: this thread's group's. */
  workOn(li: Ptr<'listener'>): void {
    if (this.cfg.groups > 1) this.m.st(this.at(AT.worksOn, this.t), li);
  }

  /** thread_ctx of thread `tid`. */
  thread(tid: number): Ptr<'thread_ctx'> {
    return this.at(AT.thread, tid);
  }

  // The frame.

  /** What the last called procedure returned. */
  get ret(): number {
    return this.m.ld(this.th + ThreadCtx.ret);
  }

  /** Sets what this procedure returns. */
  setRet(v: number): void {
    this.m.st(this.th + ThreadCtx.ret, v);
  }

  /** Calls a procedure; on return the step at `then` runs. */
  call<A extends readonly number[]>(then: Edge, proc: Callable<A>, ...args: A): Edge;
  call(then: Edge, proc: { id: number }, a = 0, b = 0, c = 0, d = 0): Edge {
    return this.enter(then, proc.id, a, b, c, d);
  }

  /** Calls the callback whose id a `process` or `iocb` word holds. */
  callId(then: Edge, id: number, a = 0, b = 0, c = 0): Edge {
    this.sink.called(this, id);
    return this.enter(then, id, a, b, c, 0);
  }

  private enter(then: Edge, id: number, a: number, b: number, c: number, d: number): Edge {
    const m = this.m;
    const entry = this.P.entry[id]!;
    const { steps } = this.P;
    const callee = this.fp + steps[this.pc]!.frameSize;
    const locals = steps[entry]!.frameSize - FRAME_HEAD;
    if (callee + FRAME_HEAD + locals > this.W.stack(this.t + 1))
      throw new Error(`stack of T${this.t} is full`);
    m.st(this.fp, then);
    m.st(callee, entry);
    m.st(callee + 1, this.fp);
    if (locals > 0) m.st(callee + 2, a);
    if (locals > 1) m.st(callee + 3, b);
    if (locals > 2) m.st(callee + 4, c);
    if (locals > 3) m.st(callee + 5, d);
    for (let i = 4; i < locals; i++) m.st(callee + FRAME_HEAD + i, 0);
    m.st(this.th + ThreadCtx.fp, callee);
    return CALLED;
  }

  /** epoll_wait with nothing to report: the thread sleeps. */
  block(): Edge {
    return BLOCK;
  }

  /** Where a step goes whose BUG_ON has matched, when it has no way down: nowhere, the run is over. It stands behind its step. */
  halt(): Edge {
    return (this.pc + 1) as Edge;
  }

  // Pools.

  /** Allocates for this thread; NULL when exhausted or told to fail, RETRY when the try met another thread. */
  alloc<N extends PoolName>(pool: N): Ptr<Slot[N]> {
    const from: Pool = this.W.pools[pool];
    const p = poolAlloc(this.m, from, this.t);
    if (p === NULL) this.sink.note(this, EV.NO_MEMORY, NULL, from.base);
    return p as Ptr<Slot[N]>;
  }

  /** Gives a slot back and fills it with poison. */
  free<N extends PoolName>(pool: N, p: Ptr<Slot[N]>): void {
    poolFree(this.m, this.W.pools[pool], p);
  }

  isFree<N extends PoolName>(pool: N, p: Ptr<Slot[N]>): boolean {
    return poolIsFree(this.m, this.W.pools[pool], p);
  }

  /** Whether a slot of the pool, free or not, begins at `p`. */
  isSlot<N extends PoolName>(pool: N, p: Ptr<Slot[N]>): boolean {
    const { base, slotWords, perThread, threads } = this.W.pools[pool];
    const off = p - base;
    return off >= 0 && off < slotWords * perThread * threads && off % slotWords === 0;
  }

  /** Other threads may run between two accesses: a host whose threads go at once. */
  get atOnce(): boolean {
    return this.m.shared;
  }

  // What steps tell, and what stops the run.

  /** This thread's HAProxy tick: whole virtual ms. */
  get now(): number {
    return this.m.ld(this.th + ThreadCtx.clockMs);
  }

  note(kind: number, qc: Ptr<'quic_conn'>, a = 0, b = 0): void {
    this.sink.note(this, kind, qc, a, b);
  }

  trace(point: number, qc: Ptr<'quic_conn'>, pkt: Ptr<'quic_rx_packet'> = NULL): void {
    this.sink.trace(this, point, qc, pkt);
  }

  /** BUG_ON: when `cond` holds, the run stops here with HAProxy's text (number `bug` of BUGS). */
  bugOn(cond: boolean, bug: number): boolean {
    if (!cond) return false;
    const g = this.global;
    this.m.st(g + Global.bug, bug + 1);
    this.m.st(g + Global.bugTid, this.t);
    this.m.st(g + Global.bugPc, this.pc);
    this.resched = true;
    this.sink.note(this, EV.BUG, NULL, bug);
    return true;
  }

  /** Something that cannot be: the run ends here. `code` is a number of FAULTS. */
  fault(text: string): never {
    throw new Error(text);
  }

  // Constants: datagrams, scripts, packets. Read, never written.

  /** Where datagram `dg` begins in the bytes. */
  dgBegin(dg: number): number {
    return this.W.consts.datagrams.offset[dg]!;
  }

  /** Its length, bytes. */
  dgLength(dg: number): number {
    return this.W.consts.datagrams.length[dg]!;
  }

  /** Number of the address it came from. */
  dgSource(dg: number): number {
    return this.W.consts.datagrams.saddr[dg]!;
  }

  /** Its capture connection, -1 none. */
  dgConn(dg: number): number {
    return this.W.consts.datagrams.conn[dg]!;
  }

  /** Its place in its connection's script; of a duplicate, its original's. */
  dgOrder(dg: number): number {
    return orderOf(this.W, dg);
  }

  /** Whether its capture connection's script begins with its first packet's DCID, from address `saddr`. */
  beginsScript(dg: number, saddr: number): boolean {
    return beginsScript(this.W, dg, saddr);
  }

  /** Byte `at` of all datagrams'. */
  byte(at: number): number {
    return this.W.consts.datagrams.bytes[at]!;
  }

  /** Length of the server's CIDs as datagram `dg` is read, bytes. */
  cidLengthOf(dg: number): number {
    return cidLengthOf(this.W.consts, dg);
  }

  get anyFixedBit(): boolean {
    return this.W.consts.anyFixedBit;
  }

  get forceRetry(): boolean {
    return this.W.consts.forceRetry;
  }

  /** A number of capture connection `conn`'s script (SCRIPT); 0 without one. */
  script(field: number, conn: number): number {
    return scriptNumber(this.W, field, conn);
  }

  /** A number of its n-th send (SEND). */
  send(field: number, conn: number, n: number): number {
    return sendNumber(this.W, field, conn, n);
  }

  /** A number of packet `k` of that send (SENT_PACKET). */
  sentPacket(field: number, conn: number, n: number, k: number): number {
    return sentPacketNumber(this.W, field, conn, n, k);
  }

  /** Loads `len` (0..20) bytes of all datagrams' from `at` on into the key. */
  loadKey(at: number, len: number): void {
    this.loadKeyOf(this.W.consts.datagrams.bytes, at, len);
  }

  /** Loads the CID that quic_derive_cid makes of datagram `dg`'s first packet from address `saddr`. */
  loadDerived(dg: number, saddr: number): void {
    const cid = derivedCid(this.W, dg, saddr);
    this.loadKeyOf(cid, 0, cid.length);
  }

  /** Loads the CID of sequence number `seq` that the server gives capture connection `conn`. */
  loadScripted(conn: number, seq: number, salt: number): void {
    const cid = scriptedCid(this.W, conn, seq, salt);
    this.loadKeyOf(cid, 0, cid.length);
  }

  private loadKeyOf(b: Uint8Array, off: number, len: number): void {
    this.k0 = wordOf(b, off, len, 0);
    this.k1 = wordOf(b, off, len, 4);
    this.k2 = wordOf(b, off, len, 8);
    this.k3 = wordOf(b, off, len, 12);
    this.k4 = wordOf(b, off, len, 16);
    this.klen = len;
  }

  /** Parses the packet at byte `pos` of datagram `dg` into `header`; its bytes, or a negative reason. */
  parse(dg: number, pos: number): number {
    return parseAt(this.W, dg, pos, this.header);
  }

  /** Removes header protection: the full packet number, or -1 without keys. `largest` -1 = none yet. */
  packetNumber(dg: number, ordinal: number, level: number, largest: number): number {
    return this.W.consts.opener.packetNumber(dg, ordinal, level, largest);
  }

  /** Key phase bit of a 1-RTT packet whose header protection could be removed. */
  keyPhase(dg: number, ordinal: number): number {
    return this.W.consts.opener.keyPhase(dg, ordinal);
  }

  hasKeys(dg: number, level: number): boolean {
    return this.W.consts.opener.hasKeys(dg, level);
  }

  /** Opens a packet: bits of OPENED, 0 when its tag does not fit or there are no keys. Its frames can then be asked for. */
  openPacket(dg: number, ordinal: number, level: number, pn: number, keyGen: number): number {
    const p = this.W.consts.opener.open(dg, ordinal, level, pn, keyGen);
    this.packet = p;
    return p === null ? 0 : OPENED.open | (p.ackEliciting ? OPENED.ackEliciting : 0);
  }

  /** Frames of the packet opened last. */
  get frames(): number {
    return this.packet!.frames.length;
  }

  /** A number of its i-th frame (FRAME_FIELD). */
  frame(i: number, field: number): number {
    return frameNumber(this.packet!, i, field);
  }

  /** The n-th number of an ACK frame's ranges: smallest and largest in turn, from the newest range down. */
  ackRange(i: number, n: number): number {
    return this.packet!.frames[i]!.ranges[n]!;
  }
}

/** The executor for a program. */
export const execFor = (m: Mem, W: World, P: Program, sink: EventSink): Exec =>
  new (P.guard?.Exec ?? Exec)(m, W, P, sink);

/** Big-endian word of the `len` bytes from `off` on, beginning with byte `from` of them; zeros behind their end. */
function wordOf(b: Uint8Array, off: number, len: number, from: number): number {
  if (from + 4 <= len) {
    const i = off + from;
    return (b[i]! << 24) | (b[i + 1]! << 16) | (b[i + 2]! << 8) | b[i + 3]!;
  }
  let v = 0;
  for (let i = from; i < from + 4; i++) v = (v << 8) | (i < len ? b[off + i]! : 0);
  return v;
}
