/** The network's end of the server's sockets: what arrives is put in a socket's buffer, and who polls it is woken. */

import { arriveTogether, NOT_THIS_SOCKET } from '../../haproxy/lib/kernel.ts';
import { dropReason, LEDGER } from '../../haproxy/model/flags.ts';
import { Fdtab } from '../../haproxy/model/layouts.ts';
import { LISTENER_FD, type World } from '../../haproxy/model/world.ts';
import { RETRY } from '../../memory/mem.ts';
import type { SharedMem } from '../../memory/shared.ts';
import { type Board, HEAD, ROW } from './board.ts';

/** Datagrams that a socket's buffer holds: the listener's, a connection's own. */
const LISTENER_ROOM = 8192;
const OWN_ROOM = 256;
/** Of the listener's, kept for what begins and ends connections: clients that send too much do not keep others out. */
const FOR_BEGINNINGS = 1024;
/** Datagrams brought to a socket in one go. */
const BATCH = 512;
/** Bursts of datagrams until another thread is woken first. */
const BURSTS = 64;
const SOCKET_FULL = dropReason('socket buffer full');

export class Sockets {
  /** What has been gathered for the listener's socket. */
  private readonly batch = new Int32Array(BATCH);
  private readonly one = new Int32Array(1);
  private batched = 0;
  /** Threads that sleep and have been told, by their numbers; who of all is woken first, and datagram bursts since another was. */
  private readonly asleep: number[] = [];
  private first = 0;
  private bursts = 0;

  constructor(
    private readonly m: SharedMem,
    private readonly W: World,
    private readonly board: Board,
  ) {}

  /** Datagrams that wait in the listener's socket. */
  get waiting(): number {
    return this.m.ald(this.W.fd(LISTENER_FD) + Fdtab.kqLen);
  }

  /** Datagram `d` arrives from address `saddr`: at the socket connected to it, or with others at the listener's. */
  put(d: number, saddr: number): void {
    const fd = this.m.ald(this.W.socketOf(saddr));
    if (fd !== 0 && this.toOwnSocket(fd, saddr, d)) return;
    this.batch[this.batched++] = d;
    if (this.batched === BATCH) this.flush();
  }

  private toOwnSocket(fd: number, saddr: number, d: number): boolean {
    const { m, W } = this;
    if (m.ald(W.fd(fd) + Fdtab.kqLen) >= OWN_ROOM) {
      this.full(d);
      return true;
    }
    this.one[0] = d;
    return this.deliver(fd, saddr + 1, this.one, 0, 1) !== NOT_THIS_SOCKET;
  }

  /** The listener's socket gets what has been gathered for it. `beginnings`: that may fill the whole buffer. */
  flush(beginnings = false): void {
    if (this.batched === 0) return;
    const most = beginnings ? LISTENER_ROOM : LISTENER_ROOM - FOR_BEGINNINGS;
    const n = Math.min(Math.max(0, most - this.waiting), this.batched);
    for (let i = n; i < this.batched; i++) this.full(this.batch[i]!);
    if (n > 0) this.deliver(LISTENER_FD, 0, this.batch, 0, n);
    this.batched = 0;
  }

  private full(d: number): void {
    this.m.ast(this.W.ledger(d), LEDGER.DROPPED | (SOCKET_FULL << 8));
  }

  private deliver(fd: number, peer: number, dgs: Int32Array, from: number, n: number): number {
    const { words } = this.board;
    for (let tries = 1; ; tries++) {
      const r = arriveTogether(this.m, this.W, fd, peer, dgs, from, n, this.told);
      if (r !== RETRY) {
        this.wakeAll();
        return r;
      }
      // Whoever holds the queue may not be running: it gets its turn.
      if (tries % 50 === 0)
        Atomics.wait(words, HEAD.trafficFutex, Atomics.load(words, HEAD.trafficFutex), 0.05);
    }
  }

  private readonly told = (tid: number): void => {
    this.asleep.push(tid);
  };

  /**
   * Who wakes first reads most of what there is, and makes the connections that it begins. It is another thread every now and then: each
   * makes its part of them, as each has room for its part.
   */
  private wakeAll(): void {
    const { asleep } = this;
    if (++this.bursts % BURSTS === 0) this.first = (this.first + 1) % this.board.threads;
    const from = Math.max(
      0,
      asleep.findIndex((t) => t >= this.first),
    );
    for (let i = 0; i < asleep.length; i++) this.wake(asleep[(from + i) % asleep.length]!);
    asleep.length = 0;
  }

  private wake(tid: number): void {
    const at = this.board.row(tid) + ROW.futex;
    Atomics.add(this.board.words, at, 1);
    Atomics.notify(this.board.words, at);
  }
}
