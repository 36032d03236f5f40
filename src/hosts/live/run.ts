/** The shared memory of one run, and the words by which its threads are told to go and to stand. */
import { BUGS, fatalText } from '../../haproxy/model/bugs.ts';
import { Global, ThreadCtx } from '../../haproxy/model/layouts.ts';
import type { World } from '../../haproxy/model/world.ts';
import { chooseRevision, programOf, type Revision } from '../../haproxy/revisions.ts';
import { silent } from '../../haproxy/step/events.ts';
import { blockIn, bytesFor, memoryFor, type StepModule } from '../../machine/compiled/steps.ts';
import { Machine } from '../../machine/machine.ts';
import type { WorldOptions } from '../../machine/options.ts';
import { setUp } from '../../machine/setup.ts';
import { SharedMem } from '../../memory/shared.ts';
import { closedOpener } from '../../scenario/closed.ts';
import type { ClientSpec } from '../../scenario/live/clients.ts';
import { makeReplay } from '../../scenario/live/replay.ts';
import { apart, liveData, liveShape, type Room, storeBytes, storeParts } from '../../scenario/live/store.ts';
import { layOutWorld } from '../../scenario/world.ts';
import { BOARD_BYTES, Board, CONN, CONTROL, HEAD, ROW, STATE } from './board.ts';
import { hostClock, hostEpoch } from './clock.ts';
import type { LiveBegin, LiveMemory, LiveSettings } from './contract.ts';
import type { RunParts } from './messages.ts';
import { CLIENT_WORDS } from './population.ts';
import { LiveReading } from './reading.ts';
import { sleep } from './sleep.ts';
import { NUMBER, NUMBERS } from './slots.ts';

/** Bytes of a line of a processor's cache. */
const LINE = 64;

/** Most places for clients that have left: what 2000 a second come to that are remembered for 30 s, the longest. */
const REMEMBERED = 60_000;

/** Places for clients beyond the connections held: those that have left are remembered by the server for a while. */
const placesFor = (capacity: number): number =>
  capacity + Math.min(REMEMBERED, Math.ceil(capacity / 2)) + 512;

/**
 * Where the store of a run with a block of `words` is taken from. With compiled steps it lies behind the block, in a memory that they reach; undefined where there is none
 * so large.
 */
function roomFor(
  words: number,
  spec: ClientSpec,
  options: WorldOptions,
  steps: StepModule | undefined,
): { memory: WebAssembly.Memory | undefined; room: Room } {
  if (!steps) return { memory: undefined, room: apart };
  const memory = memoryFor(words, true, storeBytes(spec, options.threads) + LINE);
  if (!memory) return { memory, room: apart };
  let at = Math.ceil(bytesFor(words) / LINE) * LINE;
  const room: Room = (bytes) => {
    const from = at;
    at += Math.ceil(bytes / LINE) * LINE;
    return { buffer: memory.buffer as unknown as SharedArrayBuffer, at: from };
  };
  return { memory, room };
}

/** Whether the program that the options make is one that somebody has changed: NULL may be followed in it. */
export function needsCare(options: WorldOptions): boolean {
  const revision = chooseRevision(options);
  return typeof revision !== 'string' && programOf(revision).guard !== undefined;
}

export class Run {
  readonly spec: ClientSpec;
  readonly parts: RunParts;
  readonly board: Board;
  readonly reading: LiveReading;
  readonly numbers: Float64Array;
  readonly booked: Int32Array;
  readonly machine: Machine;
  readonly revision: Revision;
  /** ms since the run's beginning by the host's clock. */
  readonly now: () => number;
  private readonly W: World;
  private stoodFrom = 0;
  private standing = true;
  private current: LiveSettings;

  /** `steps`: compiled ones, where there are. */
  constructor(
    readonly begin: LiveBegin,
    steps?: StepModule,
  ) {
    const { options } = begin;
    const places = placesFor(begin.capacity);
    this.spec = { seed: begin.seed, places, opening: begin.opening, size: begin.size };
    if (begin.source.kind === 'capture') {
      const replay = makeReplay(begin.source.data, begin.opening);
      if (typeof replay === 'string') throw new Error(replay);
      this.spec = { ...this.spec, replay, size: 256 };
    }
    const { W: shape, P, revision } = layOutWorld(liveShape(this.spec, options), options, closedOpener, 1);
    const { memory, room } = roomFor(shape.layout.words, this.spec, options, steps);
    const store = storeParts(this.spec, options.threads, room);
    const { datagrams, clients } = liveData(this.spec, store, options);
    // The same plan over the store that is.
    const W = { ...shape, consts: { ...shape.consts, datagrams, clients } };
    this.W = W;
    this.revision = revision;
    const epoch = hostEpoch();
    this.now = hostClock(epoch);
    this.parts = {
      options,
      cfg: W.cfg,
      spec: this.spec,
      store,
      board: Board.parts(options.threads, places),
      traffic: {
        clients: new SharedArrayBuffer(places * CLIENT_WORDS * 4),
        numbers: new SharedArrayBuffer(NUMBERS * 8),
        booked: new SharedArrayBuffer(store.slots * 4),
      },
      block: memory
        ? (blockIn(memory, W.layout.words) as Int32Array<SharedArrayBuffer>)
        : new Int32Array(new SharedArrayBuffer(W.layout.words * 4)),
      ...(steps && memory ? { compiled: { steps, memory } } : {}),
      epoch,
    };
    this.board = new Board(this.parts.board);
    this.reading = new LiveReading(this.board);
    this.numbers = new Float64Array(this.parts.traffic.numbers);
    this.booked = new Int32Array(this.parts.traffic.booked);
    this.machine = new Machine(new SharedMem(this.parts.block), W, P, silent);
    this.current = { ...begin.settings };
    this.nobody();
    this.stand(CONTROL.halt);
  }

  private nobody(): void {
    const { board } = this;
    for (let c = 0; c < board.conns; c++) board.words[board.conn(c) + CONN.owner] = -1;
    this.booked.fill(1);
  }

  /** The world before its first datagram. */
  fill(): void {
    const { machine, W } = this;
    this.nobody();
    setUp(machine.m, W, machine.P);
    machine.boot();
    machine.m.st(W.global + Global.netNext, W.consts.datagrams.count);
  }

  /** How much memory the run takes, and an image of it. */
  memory(image: number): LiveMemory {
    const { places } = this.spec;
    const { board, traffic, store, block } = this.parts;
    const parts = [block, board.words, board.counts, traffic.clients, traffic.booked];
    const bytes = [...parts, store.bytes, store.columns, store.generations].map((b) => b.byteLength);
    const { conn, cid, task, tasklet, mux, connection, sockaddr, closed } = this.W.pools;
    const each = [conn, cid, task, tasklet, mux, connection, sockaddr, closed].map(
      (p) => (p.slotWords * p.perThread * p.threads * 4) / places,
    );
    return {
      run: bytes.reduce((a, b) => a + b, 0),
      image,
      connection: Math.round(each.reduce((a, b) => a + b, BOARD_BYTES + CLIENT_WORDS * 4)),
      places,
    };
  }

  /** Time in the run, ms. */
  get ms(): number {
    return this.board.words[HEAD.ms]!;
  }

  tick(): void {
    if (this.standing) return;
    this.board.words[HEAD.ms] = Math.floor(this.now() - this.board.words[HEAD.skippedMs]!);
  }

  set(s: Partial<LiveSettings>): void {
    this.current = { ...this.current, ...s };
    this.current.connections = Math.min(this.current.connections, this.begin.capacity);
    this.apply();
  }

  /** Writes the settings where the load generator reads them. */
  apply(): void {
    const { numbers, current } = this;
    numbers[NUMBER.connections] = current.connections;
    numbers[NUMBER.rate] = current.datagramsPerSecond;
    numbers[NUMBER.churn] = current.churnPerSecond;
    numbers[NUMBER.rebinds] = current.rebindsPerSecond;
    numbers[NUMBER.policy] = current.rebindPolicy === 'busiest' ? 1 : 0;
    numbers[NUMBER.dry] = 0;
  }

  /** All are to stand still: at the end of a callback, or between two steps. */
  stand(control: number): void {
    const { words } = this.board;
    if (!this.standing) {
      this.stoodFrom = this.now();
      Atomics.add(words, HEAD.stand, 1);
    }
    this.standing = true;
    Atomics.store(words, HEAD.trafficControl, CONTROL.halt);
    Atomics.store(words, HEAD.control, control);
    this.nudge();
  }

  /** Wakes whoever sleeps, so that it looks at the control word. */
  nudge(): void {
    const { words } = this.board;
    for (let t = 0; t < this.board.threads; t++) this.wake(t);
    Atomics.add(words, HEAD.trafficFutex, 1);
    Atomics.notify(words, HEAD.trafficFutex);
    Atomics.notify(words, HEAD.control);
    Atomics.notify(words, HEAD.trafficControl);
  }

  wake(t: number): void {
    const at = this.board.row(t) + ROW.futex;
    Atomics.add(this.board.words, at, 1);
    Atomics.notify(this.board.words, at);
  }

  /** All go on; the run's clock has not moved meanwhile. */
  go(): void {
    const { words } = this.board;
    if (this.standing) Atomics.add(words, HEAD.skippedMs, Math.floor(this.now() - this.stoodFrom));
    this.standing = false;
    this.tick();
    Atomics.store(words, HEAD.control, CONTROL.run);
    Atomics.store(words, HEAD.trafficControl, CONTROL.run);
    this.nudge();
  }

  /** The run's clock goes on from `ms`. */
  backTo(ms: number): void {
    const { words } = this.board;
    words[HEAD.skippedMs] = Math.floor(this.stoodFrom - ms);
    words[HEAD.ms] = ms;
  }

  /** The revision's known bugs, as a sentence to put after what went wrong; empty when it has none. */
  suspects(): string {
    const bugs = new Set(Object.values(this.revision.knownBroken).flatMap((b) => b.match(/M\d\d/g) ?? []));
    if (bugs.size === 0) return '';
    return ` This revision is older than the fix of ${[...bugs].sort().join(', ')}: any of these may be why.`;
  }

  /** What HAProxy would print of the bug that stopped the run. */
  bugText(): string {
    const { m } = this.machine;
    const tid = m.ld(this.W.global + Global.bugTid);
    const b = BUGS[m.ld(this.W.global + Global.bug) - 1]!;
    return `${fatalText(b, tid)}${b.kind === 'assertion' ? `, on T${tid}` : ''}.`;
  }

  /** Where a thread is, in words to put after a sentence: its step and the procedures that called it, innermost first. */
  whereIs(t: number): string {
    const { m, P } = this.machine;
    const names: string[] = [];
    const base = this.W.stack(t);
    for (let fp = m.ld(this.W.th(t) + ThreadCtx.fp); names.length < 16; fp = m.ld(fp + 1)) {
      const s = P.steps[m.ld(fp)];
      if (!s) break;
      names.push(`${s.proc.name}/${s.label}`);
      if (fp <= base) break;
    }
    return `, in ${names.join(' < ')}`;
  }

  /** A thread has told all others to halt: a BUG_ON. */
  stoppedByItself(): boolean {
    return !this.standing && Atomics.load(this.board.words, HEAD.control) === CONTROL.halt;
  }

  /** Waits until every thread sleeps and no datagram waits, until `until` at the latest, or `over` says so. */
  async calm(until: number, over: () => boolean): Promise<void> {
    let quiet = 0;
    while (quiet < 3 && this.now() < until && !over()) {
      await sleep(5);
      quiet = this.asleep() ? quiet + 1 : 0;
    }
  }

  private asleep(): boolean {
    const { board } = this;
    if (board.words[HEAD.waitingInSocket] !== 0) return false;
    for (let t = 0; t < board.threads; t++) {
      const state = Atomics.load(board.words, board.row(t) + ROW.state);
      if (state !== STATE.asleep || this.reading.inbox(t) > 0) return false;
    }
    return true;
  }
}
