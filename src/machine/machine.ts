import { Global, QuicCid, QuicConn, ThreadCtx } from '../haproxy/model/layouts.ts';
import type { World } from '../haproxy/model/world.ts';
import type { CompiledStep, Program } from '../haproxy/step/compile.ts';
import type { EventSink } from '../haproxy/step/events.ts';
import { type Exec, execFor } from '../haproxy/step/exec.ts';
import { BLOCK, CALLED, RETRY_STEP, RETURN } from '../haproxy/step/proc.ts';
import { hashWords } from '../memory/hash.ts';
import { listEmpty, listFirst } from '../memory/list.ts';
import type { Mem } from '../memory/mem.ts';
import { poolNext } from '../memory/pool.ts';
import type { Ptr } from '../memory/struct.ts';
import { apply } from './apply.ts';
import type { Choice } from './choice.ts';
import { arriveAt, socketFor } from './network.ts';
import { clockAt, NEVER, Order, readyAt } from './order.ts';
import { NS_PER_MS } from './time.ts';

export { NS_PER_MS };

/** What the clock would do next. `at` in virtual ns. */
export type Pick =
  | { kind: 'step' | 'expire'; tid: number; at: number }
  | { kind: 'deliver'; dgram: number; at: number };

/** How long a picked thread stays the clock's choice. */
export interface Horizon {
  at: number;
  first: boolean;
}

/** Steps that a thread may take to its first sleep: it needs some ten. */
const LONGEST_BOOT = 10_000;

/** Longest stretch of a thread's clock that is gone on for without looking at the others, ns. */
const MOST_NS = 1e9;

export class Machine {
  readonly x: Exec;
  /** thread_ctx of each thread. */
  readonly th: readonly Ptr<'thread_ctx'>[];
  /** Steps taken so far by this machine; not part of the world. */
  steps = 0;
  /** Happenings so far: steps taken and datagrams delivered. Schedules count in them. */
  happened = 0;
  private readonly order: Order;
  /** The last step took its thread into a sleep. */
  private slept = false;

  constructor(
    readonly m: Mem,
    readonly W: World,
    readonly P: Program,
    sink: EventSink,
  ) {
    this.x = execFor(m, W, P, sink);
    this.th = Array.from({ length: W.cfg.threads }, (_, t) => W.th(t));
    this.order = new Order(m, this.th);
  }

  /** Runs every thread into its first sleep, then sets all clocks to 0. Throws where the program lets none of them sleep. */
  boot(): void {
    for (let t = 0; t < this.W.cfg.threads; t++) {
      for (let n = 0; !this.waiting(t); n++) {
        if (n === LONGEST_BOOT) throw new Error(`T${t} never goes to sleep`);
        this.step(t);
      }
      const th = this.W.th(t);
      for (const f of [ThreadCtx.clockMs, ThreadCtx.clockNs, ThreadCtx.wakeMs, ThreadCtx.wakeNs])
        this.m.st(th + f, 0);
    }
    this.steps = 0;
    this.happened = 0;
  }

  /** The step thread `t` stands at. */
  at(t: number): CompiledStep {
    return this.P.steps[this.m.ld(this.m.ld(this.th[t]! + ThreadCtx.fp))]!;
  }

  /** Takes one step of thread `t`, whatever the clock says. Returns false when the thread went to sleep. */
  step(t: number): boolean {
    this.burst(t, 1, 0, false, NEVER, false);
    return !this.slept;
  }

  waiting(t: number): boolean {
    return this.m.ld(this.W.th(t) + ThreadCtx.waiting) !== 0;
  }

  /** Frames above run_poll_loop: 0 when the thread is in no callback. */
  depth(t: number): number {
    const { m } = this;
    let n = -1;
    for (let fp = m.ld(this.W.th(t) + ThreadCtx.fp); fp; fp = m.ld(fp + 1)) n++;
    return n;
  }

  get stopped(): boolean {
    return this.m.ld(this.W.global + Global.bug) !== 0;
  }

  /** Clock of thread `t`, virtual ns. */
  clock(t: number): number {
    return clockAt(this.m, this.W.th(t));
  }

  /** When thread `t` can take its next step: its clock, or what ends its sleep; Infinity while nothing does. */
  ready(t: number): number {
    return readyAt(this.m, this.W.th(t));
  }

  /** Whether thread `t` could take a step now, on its own (a sleep that only a timer ends is not enabled but can expire). */
  enabled(t: number): boolean {
    const { m } = this;
    const th = this.th[t]!;
    if (!m.ld(th + ThreadCtx.waiting)) return true;
    return Boolean(m.ald(th + ThreadCtx.pipe) || m.ald(th + ThreadCtx.epAny) || m.ld(th + ThreadCtx.expired));
  }

  held(t: number): boolean {
    return this.m.ld(this.W.th(t) + ThreadCtx.held) !== 0;
  }

  /** Arrival of the next undelivered datagram, virtual ns; Infinity when all have come. */
  nextArrival(): number {
    const d = this.m.ld(this.W.global + Global.netNext);
    const s = this.W.consts.datagrams;
    if (d === s.count) return NEVER;
    const at = s.ms[d]! * NS_PER_MS + s.ns[d]!;
    if (s.quiet?.[d]) return this.working() ? NEVER : Math.max(at, this.now() + NS_PER_MS);
    // A datagram that others have passed arrives after them.
    const present = this.present();
    return at > present ? at : present;
  }

  /** Whether any thread goes on by itself, without a timer. One that is held does not. */
  private working(): boolean {
    for (let t = 0; t < this.W.cfg.threads; t++) if (this.enabled(t) && !this.held(t)) return true;
    return false;
  }

  /** What happens next by the clock: the thread furthest behind, or the next arrival; null when nothing can. */
  pick(): Pick | null {
    if (this.stopped) return null;
    const { order } = this;
    order.look();
    const { tid, at } = order;
    const arrival = this.nextArrival();
    if (arrival <= at && arrival !== NEVER)
      return { kind: 'deliver', dgram: this.m.ld(this.W.global + Global.netNext), at: arrival };
    if (tid < 0) return null;
    return { kind: this.enabled(tid) ? 'step' : 'expire', tid, at };
  }

  /** Does what `pick` found. */
  take(p: Pick): void {
    if (p.kind === 'deliver') {
      this.deliver(p.dgram);
      return;
    }
    if (p.kind === 'expire') this.expire(p.tid);
    this.awake(p.tid, p.at);
    this.step(p.tid);
  }

  /** A thread that slept goes on no earlier than what woke it. */
  awake(t: number, at: number): void {
    if (!this.waiting(t) || at <= this.clock(t)) return;
    const th = this.W.th(t);
    this.m.st(th + ThreadCtx.clockMs, Math.floor(at / NS_PER_MS));
    this.m.st(th + ThreadCtx.clockNs, at % NS_PER_MS);
  }

  /** The poll wait of thread `t` is over because its next timer is due. */
  expire(t: number): void {
    const th = this.W.th(t);
    this.m.st(th + ThreadCtx.expired, 1);
  }

  /**
   * Runs by the clock for at most `limit` happenings (steps and arrivals), or until nothing can happen, a BUG_ON, or
   * `until` says so (asked after each happening when given). Returns how many there were.
   */
  run(limit: number, until?: () => boolean): number {
    const end = this.happened + limit;
    const start = this.happened;
    if (until) {
      while (this.happened < end) {
        const p = this.pick();
        if (!p) break;
        this.take(p);
        if (until()) break;
      }
      return this.happened - start;
    }
    this.go(limit);
    return this.happened - start;
  }

  /** Runs by the clock for at most `limit` happenings. */
  private go(limit: number): void {
    const { m, x, W, order } = this;
    // When a datagram comes that waits for quiet depends on what the threads do meanwhile.
    const quiet = W.consts.datagrams.quiet !== undefined;
    const end = this.happened + limit;
    if (this.stopped) return;
    order.look();
    let arrival = this.nextArrival();
    while (this.happened < end) {
      if (quiet) arrival = this.nextArrival();
      if (arrival <= order.at && arrival !== NEVER) {
        this.deliver(m.ld(W.global + Global.netNext));
        arrival = this.nextArrival();
        order.look();
        continue;
      }
      const t = order.tid;
      if (t < 0) return;
      const th = this.th[t]!;
      if (m.ld(th + ThreadCtx.waiting) !== 0) {
        if (!this.enabled(t)) this.expire(t);
        this.awake(t, order.at);
      }
      this.burst(t, end - this.happened, order.until, order.first, arrival, !quiet);
      if (!x.resched) {
        if (quiet) order.wentOn(clockAt(m, th));
        continue;
      }
      if (this.stopped) return;
      order.look();
    }
  }

  /**
   * One turn of the thread that was picked: its step, and further ones while the clock would pick it again, at most
   * `limit`. Only a wake-up can change what the other threads are worth; then the turn ends.
   */
  turn(p: { kind: 'step' | 'expire'; tid: number; at: number }, limit: number, horizon: Horizon): number {
    if (p.kind === 'expire') this.expire(p.tid);
    this.awake(p.tid, p.at);
    return this.burst(p.tid, limit, horizon.at, horizon.first, NEVER, false);
  }

  /**
   * Fetch, step, execute, for what it costs in one loop: steps of thread `t` until its clock comes to `until` (exclusive unless
   * `first`) or to `arrival`, it sleeps, or a step changed who may run next; where neither was the case and `on` is set, turns of
   * whom the clock chooses then, up to one that has to be woken. At most `limit`, at least one; returns how many.
   */
  private burst(
    t: number,
    limit: number,
    until: number,
    first: boolean,
    arrival: number,
    on: boolean,
  ): number {
    const { m, x, order } = this;
    const { steps } = this.P;
    const { locals: frame } = x;
    let room = limit;
    let th = this.th[t]!;
    frame.w = m.w;
    x.resched = false;
    this.slept = false;
    for (;;) {
      const began = clockAt(m, th);
      const ns = (arrival < until ? arrival : until) - began;
      // Counted down as a small integer; whoever asked for more asks again. Arrivals lie between two nanoseconds, a clock does not.
      const most = (Math.ceil(ns < MOST_NS ? ns : MOST_NS) | 0) + (first && until < arrival ? 1 : 0);
      let left = most;
      let clock = m.ld(th + ThreadCtx.clockNs);
      let fp = m.ld(th + ThreadCtx.fp);
      let s = steps[m.ld(fp)]!;
      let n = 0;
      x.t = t;
      x.th = th;
      x.fp = fp;
      frame.fp = fp;
      frame.slots = s.slots;
      do {
        x.pc = s.pc;
        x.nth = n;
        const r = s.run(x, frame, s.at);
        n++;
        if (r === BLOCK) {
          x.resched = true;
          this.slept = true;
          break;
        }
        const { cost } = s;
        left -= cost;
        clock += cost;
        if (clock >= NS_PER_MS) {
          clock -= NS_PER_MS;
          m.st(th + ThreadCtx.clockMs, m.ld(th + ThreadCtx.clockMs) + 1);
        }
        m.st(th + ThreadCtx.clockNs, clock);
        if (r >= 0) {
          m.st(fp, r);
          s = steps[r]!;
        } else if (r !== RETRY_STEP) {
          if (r === RETURN) {
            m.st(th + ThreadCtx.fp, m.ld(fp + 1));
            for (let i = 0; i < s.frameSize; i++) m.st(fp + i, 0);
          } else if (r !== CALLED) throw new Error(`${s.proc.name} ${s.label} answered ${r}`);
          fp = m.ld(th + ThreadCtx.fp);
          s = steps[m.ld(fp)]!;
          x.fp = fp;
          frame.fp = fp;
          frame.slots = s.slots;
        }
      } while (left > 0 && n < room && !x.resched);
      m.st(th + ThreadCtx.steps, m.ld(th + ThreadCtx.steps) + n);
      this.steps += n;
      this.happened += n;
      room -= n;
      if (x.resched || !on) break;
      order.wentOn(began + (most - left));
      if (room === 0 || order.at >= arrival) break;
      t = order.tid;
      th = this.th[t]!;
      if (m.ld(th + ThreadCtx.waiting) !== 0) break;
      ({ until, first } = order);
    }
    return limit - room;
  }

  /** Up to when thread `t` stays the one picked: exclusive unless `first`. */
  horizon(t: number): Horizon {
    const { order } = this;
    const arrival = this.nextArrival();
    order.look();
    order.limits(t);
    return { at: Math.min(arrival, order.until), first: order.first && order.until < arrival };
  }

  /** The next datagram arrives, at its time, on the socket that the kernel picks. */
  deliver(d: number): void {
    arriveAt(this, d, this.nextArrival(), socketFor(this.m, this.W, d));
  }

  /** The connection of capture connection `conn`, or 0; one that is only allocated yet does not count. */
  findConn(conn: number): number {
    const { m, W } = this;
    for (let p = poolNext(m, W.pools.conn, 0); p; p = poolNext(m, W.pools.conn, p)) {
      if (m.ld(p + QuicConn.cids) && m.ld(p + QuicConn.capConn) === conn) return p;
    }
    return 0;
  }

  /** Every live connection: capture connection (-1 unknown) and owner. */
  owners(): [number, number][] {
    const { m, W } = this;
    const out: [number, number][] = [];
    for (let p = poolNext(m, W.pools.conn, 0); p; p = poolNext(m, W.pools.conn, p)) {
      if (m.ld(p + QuicConn.cids)) out.push([m.ld(p + QuicConn.capConn), this.owner(p)]);
    }
    return out;
  }

  /** `tid` word of the connection's first CID; -1 when it has none, before its release ends. */
  owner(qc: number): number {
    const { m } = this;
    const first = listFirst(m, qc + QuicConn.cids);
    return first ? m.ald(first - QuicCid.byQc + QuicCid.tid) : -1;
  }

  /** Does one choice. Returns an empty string, or why it could not be done (the world is then unchanged). */
  apply(c: Choice): string {
    return apply(this, c);
  }

  /** Moves the world's present forward to `ns` for an order of the person at a time when nothing happens. */
  reach(ns: number): void {
    if (ns <= this.present()) return;
    this.m.st(this.W.global + Global.presentMs, Math.floor(ns / NS_PER_MS));
    this.m.st(this.W.global + Global.presentNs, ns % NS_PER_MS);
  }

  private present(): number {
    const { global } = this.W;
    return this.m.ld(global + Global.presentMs) * NS_PER_MS + this.m.ld(global + Global.presentNs);
  }

  /** The world's present, virtual ns: the latest clock of any thread that has run, or the last arrival. */
  now(): number {
    let t = this.present();
    for (let i = 0; i < this.W.cfg.threads; i++) t = Math.max(t, this.clock(i));
    return t;
  }

  /** 16 hex digits over the hashed words; `withTime` adds the words that hold time. */
  hash(withTime = false): string {
    return hashWords(this.m.w, this.W.layout.kinds, withTime);
  }

  /** Nothing more is to come and no thread can run without a timer. */
  get quiet(): boolean {
    if (this.nextArrival() !== NEVER) return false;
    for (let t = 0; t < this.W.cfg.threads; t++) if (this.enabled(t)) return false;
    return true;
  }

  /** As `quiet`, and no timer is armed anywhere. */
  get idle(): boolean {
    if (!this.quiet) return false;
    for (let t = 0; t < this.W.cfg.threads; t++)
      if (!listEmpty(this.m, this.W.th(t) + ThreadCtx.timers)) return false;
    return listEmpty(this.m, this.W.global + Global.timers);
  }
}
