/** The load generator: clients that open, send and leave, and the network and kernel that bring their datagrams. */
import { dropReason, LEDGER } from '../../haproxy/model/flags.ts';
import { Fdtab, Global } from '../../haproxy/model/layouts.ts';
import { LISTENER_FD, type World } from '../../haproxy/model/world.ts';
import { deriveCid } from '../../haproxy/proc/cidkey.ts';
import { arriveTogether, NOT_THIS_SOCKET } from '../../haproxy/proc/kernel.ts';
import { RETRY } from '../../memory/mem.ts';
import type { SharedMem } from '../../memory/shared.ts';
import type { ClientSpec } from '../../scenario/live/clients.ts';
import { NUMBERS_OF_A_KEY } from '../../scenario/live/data-packets.ts';
import { Sealer } from '../../scenario/live/seal.ts';
import { type Store, type StoreParts, storeOver } from '../../scenario/live/store.ts';
import { type Board, CONTROL, HEAD, ROW, STATE } from './board.ts';
import type { RunClock } from './clock.ts';
import { Population, type Sender } from './population.ts';
import { Rebinder } from './rebinder.ts';
import { Replayer } from './replayer.ts';
import { NUMBER, Slots } from './slots.ts';

/** Datagrams that a socket's buffer holds: the listener's, a connection's own. */
const LISTENER_ROOM = 8192;
const OWN_ROOM = 256;
/** Of the listener's, kept for what begins and ends connections: clients that send too much do not keep others out. */
const FOR_BEGINNINGS = 1024;
/** What is kept waiting when as much is sent as is taken: datagrams, and no more bytes than stay near a processor. */
const KEEP_WAITING = 2048;
const WAITING_BYTES = 768 * 1024;
/** Datagrams brought to a socket in one go. */
const BATCH = 512;
/** Added to the numbers of arrivals for each worker that was the load generator before: none is the number of two datagrams. */
const ANOTHER_WORKER = 7_919_017;
/** Longest sleep between two looks, ms. */
const TICK = 1;
/** With this part of the connections wanted, the whole rate is sent: with churn some are always missing. */
const NEARLY = 0.9;
/** An established client sends at least so often, ms. */
const KEEP_ALIVE = 3000;
const SOCKET_FULL = dropReason('socket buffer full');

/** Buffers of the generator's own that belong to an image. */
export interface TrafficParts {
  /** CLIENT_WORDS a client. */
  clients: SharedArrayBuffer;
  /** NUMBERS doubles. */
  numbers: SharedArrayBuffer;
  /** A word a place of the store. */
  booked: SharedArrayBuffer;
}

export class Traffic implements Sender {
  private readonly store: Store;
  private readonly sealer: Sealer;
  private readonly slots: Slots;
  private readonly population: Population | Replayer;
  private readonly rebinder: Rebinder;
  private readonly numbers: Float64Array;
  private readonly batch = new Int32Array(BATCH);
  private readonly one = new Int32Array(1);
  private batched = 0;
  private control = 0;
  private due = 0;
  private turn = 0;
  /** Without opening: generation whose packet stands in the store's bytes, + 1. */
  private readonly written: Int32Array;
  /** The server's first CID of a client, and of which generation. */
  private readonly cids: (Uint8Array | undefined)[];
  private readonly cidOf: Int32Array;
  private last = 0;
  private seed: number;

  constructor(
    private readonly m: SharedMem,
    private readonly W: World,
    private readonly board: Board,
    private readonly spec: ClientSpec,
    private readonly parts: StoreParts,
    own: TrafficParts,
    private readonly clock: RunClock,
    /** Number of this worker; once the board says another, it ends. */
    private readonly worker = 0,
  ) {
    this.store = storeOver(parts);
    this.numbers = new Float64Array(own.numbers);
    const from = this.numbers[NUMBER.packetNumbers]! - 1;
    this.sealer = new Sealer(spec, this.store.bytes, from, this.numbers[NUMBER.key]!);
    this.slots = new Slots(m, W, board, this.numbers, new Int32Array(own.booked), spec.places);
    this.written = new Int32Array(spec.places);
    this.cids = new Array(spec.places);
    this.cidOf = new Int32Array(spec.places);
    this.seed = spec.seed | 1;
    const random = (): number => this.random();
    this.rebinder = new Rebinder(board, this.numbers, random);
    const clients = new Int32Array(own.clients);
    const { generations, roles } = this.store;
    const { flightOf } = this.slots;
    this.population = spec.replay
      ? new Replayer(
          spec.replay,
          board,
          this.numbers,
          clients,
          generations,
          roles,
          flightOf,
          (place, d) => this.replay(place, d),
          () => m.ald(W.global + Global.halfOpen),
        )
      : new Population(board, this.numbers, clients, generations, flightOf, this, spec.opening, random);
    this.control = (this.numbers[NUMBER.opened]! * 3) % parts.controls;
    this.last = clock.ms;
  }

  /** Runs until told to end. */
  run(): void {
    const { words } = this.board;
    Atomics.store(words, HEAD.trafficState, STATE.running);
    for (;;) {
      const control = Atomics.load(words, HEAD.trafficControl);
      words[HEAD.trafficBeat]!++;
      if (control === CONTROL.end || words[HEAD.trafficWorker] !== this.worker) return;
      if (control !== CONTROL.run) {
        Atomics.store(words, HEAD.trafficAnswered, Atomics.load(words, HEAD.stand));
        Atomics.store(words, HEAD.trafficState, STATE.stopped);
        Atomics.wait(words, HEAD.trafficControl, control, 200);
        this.clock.standStill();
        this.clock.read();
        this.last = this.clock.ms;
        continue;
      }
      Atomics.store(words, HEAD.trafficState, STATE.running);
      const from = this.clock.now();
      this.tick();
      this.numbers[NUMBER.busyMs]! += this.clock.now() - from;
      Atomics.wait(words, HEAD.trafficFutex, Atomics.load(words, HEAD.trafficFutex), TICK);
    }
  }

  /** What has come due since the last time. */
  tick(): void {
    const { clock, numbers, W, m } = this;
    clock.read();
    const passed = Math.min(100, clock.ms + clock.ns / 1e6 - this.last);
    this.last = clock.ms + clock.ns / 1e6;
    this.slots.collect();
    if (!numbers[NUMBER.dry]) {
      if (this.population instanceof Replayer) this.population.tick(clock.ms, passed, this.slots.inFlight);
      else {
        this.population.tick(clock.ms, passed);
        this.flush(LISTENER_ROOM);
        this.data(passed);
      }
      this.rebinder.tick(clock.ms, passed, this.population.open, this.population.count);
    }
    this.flush(LISTENER_ROOM - FOR_BEGINNINGS);
    this.keepNumbers();
    this.board.words[HEAD.waitingInSocket] = m.ald(W.fd(LISTENER_FD) + Fdtab.kqLen);
    this.board.words[HEAD.live] = this.population.count;
  }

  private keepNumbers(): void {
    const { packets } = this.sealer;
    if (packets.largest >= NUMBERS_OF_A_KEY) packets.rekey();
    this.numbers[NUMBER.packetNumbers] = packets.largest + 1;
    this.numbers[NUMBER.key] = packets.key;
  }

  private data(passed: number): void {
    const { numbers, population } = this;
    if (population.count === 0) return;
    const rate = numbers[NUMBER.rate]!;
    if (rate === Number.POSITIVE_INFINITY) {
      const waiting = this.slots.inFlight;
      const most = this.spec.opening ? Math.min(KEEP_WAITING, WAITING_BYTES / this.spec.size) : KEEP_WAITING;
      for (let n = most - waiting; n > 0; n--) if (!this.sendData(this.next())) break;
      return;
    }
    const least = (population.count * 1000) / KEEP_ALIVE;
    // Each client sends its share: while a run opens its connections, threads that have only begun are not flooded.
    const there = Math.min(1, population.count / (NEARLY * numbers[NUMBER.connections]!));
    this.due = Math.min(this.due + (Math.max(rate * there, least) * passed) / 1000, 20_000);
    for (; this.due >= 1; this.due--) {
      if (this.sendData(this.next())) continue;
      numbers[NUMBER.behind]! += Math.floor(this.due);
      this.due = 0;
    }
  }

  /** Who sends next: half of the time whoever's turn it is, else somebody, the earlier in the list the more often. */
  private next(): number {
    const { open, count } = this.population;
    this.turn++;
    if (this.turn & 1) return open[(this.turn >>> 1) % count]!;
    const u = this.random();
    return open[Math.floor(u * u * count)]!;
  }

  private sendData(place: number): boolean {
    return this.spec.opening ? this.sendSealed(place) : this.sendClosed(place);
  }

  /** A packet of its own each time. */
  private sendSealed(place: number): boolean {
    const key = this.sealer.packets.key;
    if (this.store.roles[place] !== key) {
      // The numbers of its key are used up.
      if (this.population instanceof Population) this.population.leave(place, this.clock.ms);
      return false;
    }
    const d = this.take();
    if (d < 0) return false;
    const at = this.dataAt(d);
    const generation = this.store.generations[place]!;
    const length = this.sealer.data(at, this.serverCid(place), place, generation, key);
    return this.arrive(place, at, length, 1, d);
  }

  /** Nothing behind the CID is looked at: the same bytes each time. */
  private sendClosed(place: number): boolean {
    const d = this.take();
    if (d < 0) return false;
    const generation = this.store.generations[place]!;
    const at = this.dataAt(place);
    if (this.written[place] !== generation + 1) {
      this.sealer.closed(at, this.serverCid(place), place);
      this.written[place] = generation + 1;
    }
    return this.arrive(place, at, this.spec.size, 1, d);
  }

  initial(place: number, again: number): boolean {
    this.store.roles[place] = this.sealer.packets.key;
    return this.single(place, 0, (at, generation) => this.sealer.initial(at, place, generation, again));
  }

  finish(place: number, again: number): boolean {
    const { sealer } = this;
    return this.single(place, 1, (at, generation) =>
      this.spec.opening
        ? sealer.handshake(at, this.serverCid(place), place, generation, again)
        : sealer.closedHandshake(at, this.serverCid(place), place, generation),
    );
  }

  acknowledge(place: number, heard: number): boolean {
    if (!this.spec.opening) return this.sendData(place);
    const key = this.store.roles[place]!;
    return this.single(place, 1, (at, generation) =>
      this.sealer.ack(at, this.serverCid(place), place, generation, key, heard),
    );
  }

  close(place: number): boolean {
    const key = this.store.roles[place]!;
    return this.single(place, 2, (at, generation) =>
      this.sealer.close(at, this.serverCid(place), place, generation, key),
    );
  }

  /** A datagram of a connection's beginning or end: `write` puts it at an offset and returns its length. */
  private single(place: number, order: number, write: (at: number, generation: number) => number): boolean {
    const d = this.take();
    if (d < 0) return false;
    const at = this.controlArea();
    return this.arrive(place, at, write(at, this.store.generations[place]!), order, d);
  }

  /** Datagram `d` of the capture, as the client in `place`. */
  private replay(place: number, d: number): boolean {
    const slot = this.take();
    if (slot < 0) return false;
    // As many areas as places: it stays as it is for as long as its datagram is looked at.
    const at = slot * this.parts.control;
    const generation = this.store.generations[place]!;
    const length = this.sealer.replay(at, d, this.serverCid(place), place, generation);
    return this.arrive(place, at, length, d, slot, this.spec.replay!.datagrams[d]!.from);
  }

  /** A free place of the store, -1 when there is none. */
  private take(): number {
    const d = this.slots.take();
    if (d < 0) this.numbers[NUMBER.noPlace]!++;
    return d;
  }

  private dataAt(area: number): number {
    return this.parts.controls * this.parts.control + area * this.parts.stride;
  }

  private controlArea(): number {
    this.control = (this.control + 1) % this.parts.controls;
    return this.control * this.parts.control;
  }

  /** The server's first CID of whoever has this place: derived as the server derives it. */
  private serverCid(place: number): Uint8Array {
    const generation = this.store.generations[place]!;
    const known = this.cids[place];
    if (known && this.cidOf[place] === generation) return known;
    const cid = deriveCid(this.W, this.W.consts.conns[place]!.odcid, place);
    this.cids[place] = cid;
    this.cidOf[place] = generation;
    return cid;
  }

  /** Puts a datagram in place `d` on its way, from the `nth` address of its client. */
  private arrive(place: number, at: number, length: number, order: number, d: number, nth = 0): boolean {
    const { store, W, m, clock, numbers } = this;
    const saddr = place + nth * this.spec.places;
    const n = ++numbers[NUMBER.arrivals]!;
    store.offset[d] = at;
    store.length[d] = length;
    store.ms[d] = clock.ms;
    store.ns[d] = clock.ns;
    store.conn[d] = place;
    store.saddr[d] = saddr;
    store.order[d] = order;
    store.frame[d] = (n + Math.max(0, this.worker - 1) * ANOTHER_WORKER) & 0x7fffffff;
    this.slots.sent(d);
    const fd = m.ald(W.socketOf(saddr));
    if (fd !== 0 && this.toOwnSocket(fd, saddr, d)) return true;
    this.batch[this.batched++] = d;
    if (this.batched === BATCH) this.flush(LISTENER_ROOM - FOR_BEGINNINGS);
    return true;
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

  /** The listener's socket gets what has been gathered for it, as long as no more than `most` wait there. */
  private flush(most: number): void {
    const { m, W } = this;
    if (this.batched === 0) return;
    const room = Math.max(0, most - m.ald(W.fd(LISTENER_FD) + Fdtab.kqLen));
    const n = Math.min(room, this.batched);
    for (let i = n; i < this.batched; i++) this.full(this.batch[i]!);
    if (n > 0) this.deliver(LISTENER_FD, 0, this.batch, 0, n);
    this.batched = 0;
  }

  private full(d: number): void {
    this.m.ast(this.W.ledger(d), LEDGER.DROPPED | (SOCKET_FULL << 8));
  }

  private deliver(fd: number, peer: number, dgs: Int32Array, from: number, n: number): number {
    const { m, W } = this;
    for (let tries = 1; ; tries++) {
      const r = arriveTogether(m, W, fd, peer, dgs, from, n, this.told);
      if (r !== RETRY) return r;
      // Whoever holds the queue may not be running: it gets its turn.
      if (tries % 50 === 0)
        Atomics.wait(
          this.board.words,
          HEAD.trafficFutex,
          Atomics.load(this.board.words, HEAD.trafficFutex),
          0.05,
        );
    }
  }

  private readonly told = (tid: number): void => {
    const at = this.board.row(tid) + ROW.futex;
    Atomics.add(this.board.words, at, 1);
    Atomics.notify(this.board.words, at);
  };

  /** [0, 1), repeated by the seed. */
  private random(): number {
    let x = this.seed;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.seed = x;
    return (x >>> 0) / 4294967296;
  }
}
