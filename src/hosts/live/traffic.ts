/** The load generator: clients that open, send and leave. What brings their datagrams is in `sockets.ts`. */

import { deriveCid } from '../../haproxy/model/cids.ts';
import { Global } from '../../haproxy/model/layouts.ts';
import type { World } from '../../haproxy/model/world.ts';
import type { SharedMem } from '../../memory/shared.ts';
import type { Engines } from '../../quic/index.ts';
import { type ClientSpec, idleTimeout } from '../../scenario/live/clients.ts';
import { NUMBERS_OF_A_KEY } from '../../scenario/live/data-packets.ts';
import { Sealer } from '../../scenario/live/seal.ts';
import { type Store, type StoreParts, storeOver } from '../../scenario/live/store.ts';
import { type Board, CONTROL, HEAD, STATE } from './board.ts';
import type { RunClock } from './clock.ts';
import { Population, type Sender } from './population.ts';
import { Rebinder } from './rebinder.ts';
import { Replayer } from './replayer.ts';
import { NUMBER, Slots } from './slots.ts';
import { Sockets } from './sockets.ts';

/** What is kept waiting when as much is sent as is taken: datagrams, and no more bytes than stay near a processor. */
const KEEP_WAITING = 2048;
const WAITING_BYTES = 768 * 1024;
/** Added to the numbers of arrivals for each worker that was the load generator before: none is the number of two datagrams. */
const ANOTHER_WORKER = 7_919_017;
/** Longest sleep between two looks, ms. */
const TICK = 1;
/** With this part of the connections wanted, the whole rate is sent. With churn some are always missing. */
const NEARLY = 0.99;
const NEARLY_WITH_CHURN = 0.9;
/** A run opens its connections as long as there have been more of them within this, ms. */
const GREW = 2000;

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
  private readonly sockets: Sockets;
  private control = 0;
  private due = 0;
  private turn = 0;
  /** Without opening: by area of the store's bytes, the client whose packet stands there, + 1, and of which generation. */
  private readonly written: Int32Array;
  private readonly writtenIn: Int32Array;
  /** The server's first CID of a client, and of which generation. */
  private readonly cids: (Uint8Array | undefined)[];
  private readonly cidOf: Int32Array;
  private last = 0;
  /** Most connections since all that were wanted were there, and when there were more last, ms. */
  private most = 0;
  private grewAt = 0;
  private seed: number;

  constructor(
    m: SharedMem,
    private readonly W: World,
    private readonly board: Board,
    private readonly spec: ClientSpec,
    private readonly parts: StoreParts,
    own: TrafficParts,
    private readonly clock: RunClock,
    /** Number of this worker; once the board says another, it ends. */
    private readonly worker = 0,
    /** What seals in the place of our own JavaScript. */
    engines?: Engines,
  ) {
    this.store = storeOver(parts);
    this.numbers = new Float64Array(own.numbers);
    const from = this.numbers[NUMBER.packetNumbers]! - 1;
    this.sealer = new Sealer(spec, this.store.bytes, from, this.numbers[NUMBER.key]!, engines);
    this.sockets = new Sockets(m, W, board);
    this.slots = new Slots(m, W, board, this.numbers, new Int32Array(own.booked), spec.places);
    const areas = spec.opening ? 0 : Math.min(parts.slots, spec.places);
    this.written = new Int32Array(areas);
    this.writtenIn = new Int32Array(areas);
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

  /** Runs until another worker is the load generator. */
  run(): void {
    const { words } = this.board;
    if (Atomics.load(words, HEAD.trafficWorker) !== this.worker) return;
    Atomics.store(words, HEAD.trafficState, STATE.running);
    for (;;) {
      const control = Atomics.load(words, HEAD.trafficControl);
      words[HEAD.trafficBeat]!++;
      if (Atomics.load(words, HEAD.trafficWorker) !== this.worker) return;
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
    const { clock, numbers } = this;
    clock.read();
    const passed = Math.min(100, clock.ms + clock.ns / 1e6 - this.last);
    this.last = clock.ms + clock.ns / 1e6;
    this.slots.collect();
    if (!numbers[NUMBER.dry]) {
      if (this.population instanceof Replayer) this.population.tick(clock.ms, passed, this.slots.inFlight);
      else {
        this.population.tick(clock.ms, passed);
        this.sockets.flush(true);
        this.data(passed);
      }
      this.rebinder.tick(clock.ms, passed, this.population.open, this.population.count);
    }
    this.sockets.flush();
    this.keepNumbers();
    this.board.words[HEAD.waitingInSocket] = this.sockets.waiting;
    this.board.words[HEAD.live] = this.population.count;
  }

  private keepNumbers(): void {
    const { packets } = this.sealer;
    if (packets.largest >= NUMBERS_OF_A_KEY) packets.rekey();
    this.numbers[NUMBER.packetNumbers] = packets.largest + 1;
    this.numbers[NUMBER.key] = packets.key;
  }

  /**
   * While a run opens its connections, clients send only what keeps them: each datagram of a handshake would wait behind what the others send,
   * and half-open connections are few. `there`: part of the connections wanted.
   */
  private opensFirst(there: number): boolean {
    const { count } = this.population;
    if (there === 1) this.most = 0;
    else if (count > this.most) {
      this.most = count;
      this.grewAt = this.clock.ms;
    }
    return there < 1 && this.clock.ms - this.grewAt < GREW;
  }

  private data(passed: number): void {
    const { numbers, population } = this;
    if (population.count === 0) return;
    const rate = numbers[NUMBER.rate]!;
    const least = (population.count * 4000) / idleTimeout(this.spec);
    const nearly = numbers[NUMBER.churn] === 0 ? NEARLY : NEARLY_WITH_CHURN;
    const there = Math.min(1, population.count / (nearly * numbers[NUMBER.connections]!));
    const first = this.opensFirst(there);
    numbers[NUMBER.opensFirst] = first ? 1 : 0;
    if (rate === Number.POSITIVE_INFINITY && !first) {
      const waiting = this.slots.inFlight;
      const most = this.spec.opening ? Math.min(KEEP_WAITING, WAITING_BYTES / this.spec.size) : KEEP_WAITING;
      for (let n = most - waiting; n > 0; n--) if (!this.sendData(this.next())) break;
      return;
    }
    // In turn, each three times as often as it must: one that is lost does not end a connection.
    const share = first ? (least * 3) / 4 : Math.max(rate * there, least);
    this.due = Math.min(this.due + (share * passed) / 1000, 20_000);
    for (; this.due >= 1; this.due--) {
      if (this.sendData(this.next(first))) continue;
      numbers[NUMBER.behind]! += Math.floor(this.due);
      this.due = 0;
    }
  }

  /**
   * Who sends next: half of the time whoever's turn it is, else somebody, the earlier in the list the more often. `all`: whoever's turn it
   * is, each time.
   */
  private next(all = false): number {
    const { open, count } = this.population;
    this.turn += all && this.turn & 1 ? 2 : 1;
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

  /** Nothing behind the CID is looked at: the same bytes each time, in an area of the client's own where there are enough. */
  private sendClosed(place: number): boolean {
    const d = this.take();
    if (d < 0) return false;
    const generation = this.store.generations[place]!;
    const { written, writtenIn } = this;
    const area = this.spec.places > written.length ? d : place;
    const at = this.dataAt(area);
    const was = written[area];
    if (was !== place + 1 || writtenIn[area] !== generation) {
      if (was === 0) this.sealer.closed(at, this.serverCid(place), place);
      else this.sealer.closedAgain(at, this.serverCid(place), place);
      written[area] = place + 1;
      writtenIn[area] = generation;
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
    const cid = deriveCid(this.W, this.W.consts.clients.conn(place)!.odcid, place);
    this.cids[place] = cid;
    this.cidOf[place] = generation;
    return cid;
  }

  /** Puts a datagram in place `d` on its way, from the `nth` address of its client. */
  private arrive(place: number, at: number, length: number, order: number, d: number, nth = 0): boolean {
    const { store, clock, numbers } = this;
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
    this.sockets.put(d, saddr);
    return true;
  }

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
