/** One free-running thread: its steps in a tight loop, real sleep, and one word looked at in between. */
import { Global, QuicCid, QuicConn, ThreadCtx } from '../../haproxy/model/layouts.ts';
import { AT } from '../../haproxy/model/places.ts';
import { HINT_CLASSES, type World } from '../../haproxy/model/world.ts';
import { type CompiledStep, hasRole, type Program } from '../../haproxy/step/compile.ts';
import { type Exec, execFor } from '../../haproxy/step/exec.ts';
import { BLOCK, RETRY_STEP, RETURN } from '../../haproxy/step/proc.ts';
import { putRebind } from '../../machine/order-at-once.ts';
import { listFirst } from '../../memory/list.ts';
import type { SharedMem } from '../../memory/shared.ts';
import type { Ptr } from '../../memory/struct.ts';
import { type Board, CONN, CONTROL, COUNT, HEAD, LOOP_BUCKETS, ORDERS, ROW, STATE } from './board.ts';
import type { RunClock } from './clock.ts';
import type { RunParts } from './messages.ts';
import { BoardSink } from './sink.ts';
import { Stretcher, type StretchHost } from './stretcher.ts';

/** Steps between two looks at the control word. */
const STRETCH = 64;
/** The same where steps are compiled. */
const COMPILED_STRETCH = 256;
/** Times a step is tried again at once before the thread gives way. */
const TRIES = 40;
/** Longest real sleep, ms: then it looks about and sleeps on. */
const SLEEP = 200;
/** First and longest time of giving way, ms. */
const YIELD = 0.02;
const LONGEST_YIELD = 1;

export class LiveThread {
  private readonly x: Exec;
  private readonly th: Ptr<'thread_ctx'>;
  private readonly row: number;
  private readonly count: number;
  private readonly words: Int32Array;
  private readonly counts: Float64Array;
  private readonly futex: number;
  private readonly poll: CompiledStep;
  private steps = 0;
  /** The step that was tried again last, and how often in a row. */
  private spinPc = -1;
  private spinning = 0;
  private yieldMs = YIELD;
  private loopFrom = 0;
  private slept = 0;
  private readonly compiled: Stretcher | undefined;
  private readonly host: StretchHost = {
    one: () => this.closures(1),
    wake: (tid) => this.wake(tid),
    spin: (pc) => this.spin(pc),
  };

  constructor(
    private readonly m: SharedMem,
    private readonly W: World,
    private readonly P: Program,
    private readonly board: Board,
    private readonly tid: number,
    private readonly clock: RunClock,
    /** How many packets this worker has opened. */
    private readonly opened: () => number,
    /** Number of this worker; once the board says another, it ends. */
    private readonly worker = 0,
    /** Longest real sleep, ms. */
    private readonly longest = SLEEP,
    /** Steps are compiled; else they are closures. */
    run?: RunParts,
  ) {
    const sink = new BoardSink(board, tid, clock);
    this.x = execFor(m, W, P, sink);
    this.x.t = tid;
    this.th = W.th(tid);
    this.x.th = this.th;
    this.row = board.row(tid);
    this.count = board.count(tid);
    this.words = board.words;
    this.counts = board.counts;
    this.futex = this.row + ROW.futex;
    const poll = P.steps.find((s) => hasRole(s, 'pollWait'));
    if (!poll) throw new Error('no step of the program waits in the poller');
    this.poll = poll;
    if (run?.compiled) this.compiled = new Stretcher(run.compiled, run, this.x, P, tid, sink);
  }

  /** Runs until another worker is this thread. */
  run(): void {
    const { words, W, m } = this;
    if (Atomics.load(words, this.row + ROW.worker) !== this.worker) return;
    this.loopFrom = this.clock.now();
    Atomics.store(words, this.row + ROW.state, STATE.running);
    for (;;) {
      if (Atomics.load(words, this.row + ROW.worker) !== this.worker) return;
      const control = Atomics.load(words, HEAD.control);
      if (control !== CONTROL.run) {
        if (control === CONTROL.pause) this.toCallbackEnd();
        if (!this.standStill()) return;
        continue;
      }
      this.stretch();
      words[this.row + ROW.beat]!++;
      if (this.betweenCallbacks()) this.takeOrders();
      if (m.ld(W.global + Global.bug) !== 0)
        Atomics.compareExchange(words, HEAD.control, CONTROL.run, CONTROL.halt);
    }
  }

  /** A stretch of steps, `most` of them. Where the thread is stands in its frame after each step, as in the other hosts. */
  stretch(most = this.compiled ? COMPILED_STRETCH : STRETCH): void {
    if (this.compiled) this.compiled.take(most, this.host);
    else this.closures(most);
    this.steps += most;
    this.tell();
  }

  private closures(most: number): void {
    const { x, m, th, poll } = this;
    const { steps } = this.P;
    const fpAt = th + ThreadCtx.fp;
    let fp = m.ld(fpAt);
    let pc = m.ld(fp);
    x.fp = fp;
    const { locals: frame } = x;
    frame.fp = fp;
    frame.slots = steps[pc]!.slots;
    for (let k = 0; k < most; k++) {
      const s = steps[pc]!;
      if (s === poll) {
        pc = this.pollStep(fp, pc, s);
        continue;
      }
      x.pc = pc;
      const r = s.run(x, frame, s.at);
      if (x.woken >= 0) {
        this.wake(x.woken);
        x.woken = -1;
      }
      if (r >= 0) {
        pc = r;
        m.st(fp, pc);
        continue;
      }
      if (r === RETURN) {
        m.st(fpAt, m.ld(fp + 1));
        const end = fp + s.frameSize;
        for (let i = fp; i < end; i++) m.st(i, 0);
      } else if (r === RETRY_STEP) {
        this.spin(pc);
        continue;
      }
      fp = m.ld(fpAt);
      pc = m.ld(fp);
      x.fp = fp;
      frame.fp = fp;
      frame.slots = steps[pc]!.slots;
    }
  }

  /**
   * epoll_wait: really sleeps when there is nothing; reads the clock when it returns, as HAProxy does. Returns the step that
   * comes next.
   */
  private pollStep(fp: number, pc: number, s: CompiledStep): number {
    const { x, m, words, futex } = this;
    const seq = Atomics.load(words, futex);
    x.pc = pc;
    const r = s.run(x, x.locals, s.at);
    if (r !== BLOCK) {
      m.st(fp, r);
      this.readClock();
      this.onceRound();
      return r;
    }
    const until = m.ld(this.th + ThreadCtx.waitMs);
    const { longest } = this;
    const wait = until === 0 ? longest : Math.min(longest, until - this.clock.ms);
    if (wait > 0 && words[HEAD.control] === CONTROL.run) {
      this.tell();
      const from = this.clock.now();
      words[this.row + ROW.state] = STATE.asleep;
      Atomics.wait(words, futex, seq, wait);
      words[this.row + ROW.state] = STATE.running;
      words[this.row + ROW.beat]!++;
      this.slept += this.clock.now() - from;
    }
    this.readClock();
    if (words[HEAD.control] !== CONTROL.run) return pc;
    if (until !== 0 && until <= this.clock.ms) m.st(this.th + ThreadCtx.expired, 1);
    this.takeOrders();
    return pc;
  }

  private readClock(): void {
    const { clock, m, th } = this;
    clock.read();
    m.st(th + ThreadCtx.clockMs, clock.ms);
    m.st(th + ThreadCtx.clockNs, clock.ns);
  }

  private onceRound(): void {
    const { counts, count, board, tid } = this;
    const now = this.clock.now();
    const busy = Math.max(0, now - this.loopFrom - this.slept);
    this.loopFrom = now;
    this.slept = 0;
    counts[count + COUNT.loops]!++;
    counts[count + COUNT.busyMs]! += busy;
    if (busy > counts[count + COUNT.longestLoopMs]!) counts[count + COUNT.longestLoopMs] = busy;
    const bucket = Math.min(LOOP_BUCKETS - 1, 31 - Math.clz32(Math.max(1, busy * 1000)));
    counts[board.loop(tid) + bucket]!++;
  }

  /** Tells the board what it counts for itself. */
  private tell(): void {
    const { counts, count } = this;
    counts[count + COUNT.steps]! += this.steps;
    counts[count + COUNT.opened] = this.opened();
    this.steps = 0;
  }

  /** The step is taken again; after a number of tries the thread gives way, for a little longer each time. */
  private spin(pc: number): void {
    const { counts, count } = this;
    if (pc !== this.spinPc) {
      this.spinPc = pc;
      this.spinning = 0;
      this.yieldMs = YIELD;
    }
    counts[count + COUNT.spins]!++;
    if (++this.spinning < TRIES) return;
    this.spinning = 0;
    counts[count + COUNT.yields]!++;
    Atomics.wait(this.words, this.futex, Atomics.load(this.words, this.futex), this.yieldMs);
    this.yieldMs = Math.min(LONGEST_YIELD, this.yieldMs * 2);
  }

  private wake(tid: number): void {
    const at = this.board.row(tid) + ROW.futex;
    Atomics.add(this.words, at, 1);
    Atomics.notify(this.words, at);
  }

  /**
   * In run_poll_loop or process_runnable_tasks itself. Not in what else run_poll_loop calls: fd_update_events holds a
   * reference on its fd that a takeover elsewhere waits for.
   */
  private betweenCallbacks(): boolean {
    const { m } = this;
    const fp = m.ld(this.th + ThreadCtx.fp);
    const base = this.W.stack(this.tid);
    if (fp === base) return true;
    return m.ld(fp + 1) === base && this.P.steps[m.ld(fp)]!.proc.roles.has('scheduler');
  }

  /** Goes on to the end of the callback that it is in, unless it is told to halt meanwhile. */
  private toCallbackEnd(): void {
    while (!this.betweenCallbacks() && this.words[HEAD.control] === CONTROL.pause) {
      this.stretch(1);
      this.words[this.row + ROW.beat]!++;
    }
  }

  /** Answers, and waits until told to go on. False: another worker is this thread. */
  private standStill(): boolean {
    const { words, row } = this;
    this.tell();
    for (;;) {
      if (Atomics.load(words, row + ROW.worker) !== this.worker) return false;
      // The time is read after the order was seen: whoever told all to stand waits for this very answer.
      Atomics.store(words, row + ROW.answered, Atomics.load(words, HEAD.stand));
      Atomics.store(words, row + ROW.state, STATE.stopped);
      const control = Atomics.load(words, HEAD.control);
      if (control === CONTROL.run) break;
      words[row + ROW.beat]!++;
      Atomics.wait(words, HEAD.control, control, SLEEP);
    }
    // An image may have been put in place: nothing is known of its timers.
    this.forgetHints();
    this.clock.standStill();
    this.loopFrom = this.clock.now();
    this.slept = 0;
    Atomics.store(words, row + ROW.state, STATE.running);
    return true;
  }

  private forgetHints(): void {
    for (let c = 0; c < HINT_CLASSES; c++) this.m.st(this.x.at(AT.hints, this.tid * HINT_CLASSES + c), 0);
  }

  /** Only between callbacks: then an order is the very next thing to run, and what it is about is still ours. */
  private takeOrders(): void {
    for (const by of [0, 1] as const) {
      const at = this.board.orders(this.tid, by);
      const { words } = this;
      while (words[at + 1] !== words[at]) {
        const taken = words[at + 1]!;
        const pair = at + 2 + 2 * (taken & (ORDERS - 1));
        if (!this.obey(words[pair]!, words[pair + 1]!, by === 0)) return;
        Atomics.store(words, at + 1, (taken + 1) | 0);
      }
    }
  }

  /** Puts an order on this thread's list. False: no room now. One that can't be carried out is counted as refused. */
  private obey(conn: number, to: number, byHand: boolean): boolean {
    const { m, W, board, counts, count } = this;
    const qc = board.words[board.conn(conn) + CONN.qc]!;
    const refuse = (): boolean => {
      counts[count + COUNT.refused]!++;
      if (byHand) counts[count + COUNT.notDone]!++;
      return true;
    };
    if (!qc || m.ld(qc + QuicConn.capConn) !== conn) return refuse();
    const first = listFirst(m, qc + QuicConn.cids);
    if (!first || m.ald(first - QuicCid.byQc + QuicCid.tid) !== this.tid) return refuse();
    if (m.ld(qc + QuicConn.handTask)) return refuse();
    return putRebind(m, W, qc, this.tid, to);
  }
}
