/**
 * The processor state of the thread whose step is being taken: a window onto its frame in the block. It holds nothing of
 * the world itself; every field is set anew before each step.
 */
import { type Mem, NULL } from '../../memory/mem.ts';
import { type Pool, poolAlloc } from '../../memory/pool.ts';
import { PacketHeader } from '../../quic/header.ts';
import { Global, ThreadCtx } from '../model/layouts.ts';
import type { World } from '../model/world.ts';
import { EV, type EventSink } from './events.ts';
import { CALLED, FRAME_HEAD, type Procedure, type Program } from './proc.ts';
import type { TimerHints } from './timer-hints.ts';

export class Exec {
  t = 0;
  th = 0;
  fp = 0;
  pc = 0;
  /** Words of the running procedure's frame. */
  frameSize = 0;
  /** Steps of the running turn before this one: the machine counts a turn's steps when it ends. */
  nth = 0;
  /** A step sets it when it changed who may run next: another thread woken, the run stopped. */
  resched = false;
  /** Thread whose pipe a step has just written to, -1 none: the host that lets threads sleep for real wakes it. */
  woken = -1;
  /** Where the search for a free fd begins; only hosts with threads at once move it on. */
  fdFrom = 0;
  /** Hosts with many timers: for each distance in time, where in the list the last one was put. See `TimerHints`. */
  timers: TimerHints | null = null;
  /** Extra virtual ns of this step, for work whose size varies. */
  extra = 0;
  /** A CID as a tree key, loaded and used within one step: five big-endian words and its length in bytes. */
  k0 = 0;
  k1 = 0;
  k2 = 0;
  k3 = 0;
  k4 = 0;
  klen = 0;
  /** Scratch of the packet parser, used within one step. */
  readonly header = new PacketHeader();

  constructor(
    readonly m: Mem,
    readonly W: World,
    readonly P: Program,
    readonly sink: EventSink,
  ) {}

  /** Local number `i` of the running procedure. */
  get(i: number): number {
    return this.m.ld(this.fp + FRAME_HEAD + i);
  }

  set(i: number, v: number): void {
    this.m.st(this.fp + FRAME_HEAD + i, v);
  }

  /** What the last called procedure returned. */
  get ret(): number {
    return this.m.ld(this.th + ThreadCtx.ret);
  }

  /** Sets what this procedure returns; the step itself returns RET. */
  setRet(v: number): void {
    this.m.st(this.th + ThreadCtx.ret, v);
  }

  /** This thread's HAProxy tick: whole virtual ms. */
  get now(): number {
    return this.m.ld(this.th + ThreadCtx.clockMs);
  }

  /** Calls `proc`; on return the step after this one runs. */
  call(proc: Procedure, a = 0, b = 0, c = 0, d = 0): number {
    return this.callId(proc.id, this.pc + 1, a, b, c, d);
  }

  /** Calls `proc`; on return the step at `then` runs. */
  callThen(then: number, proc: Procedure, a = 0, b = 0, c = 0, d = 0): number {
    return this.callId(proc.id, then, a, b, c, d);
  }

  /** Calls the procedure whose id a `process` or `iocb` word holds. */
  callId(id: number, then: number, a = 0, b = 0, c = 0, d = 0): number {
    const m = this.m;
    const entry = this.P.entry[id]!;
    const callee = this.fp + this.frameSize;
    const locals = this.P.steps[entry]!.frameSize - FRAME_HEAD;
    if (callee + FRAME_HEAD + locals > this.W.stackEnd(this.t))
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

  /** Allocates from `pool` for this thread; 0 when exhausted or told to fail, RETRY (-1) when the try met another thread. */
  alloc(pool: Pool): number {
    const p = poolAlloc(this.m, pool, this.t);
    if (p === NULL) this.sink.note(this, EV.NO_MEMORY, 0, pool.base);
    return p;
  }

  /** BUG_ON: when `cond` holds, the run stops here with HAProxy's text (number `bug` of BUGS). */
  bugOn(cond: boolean, bug: number): boolean {
    if (!cond) return false;
    const g = this.W.global;
    this.m.st(g + Global.bug, bug + 1);
    this.m.st(g + Global.bugTid, this.t);
    this.m.st(g + Global.bugPc, this.pc);
    this.resched = true;
    this.sink.note(this, EV.BUG, 0, bug);
    return true;
  }
}
