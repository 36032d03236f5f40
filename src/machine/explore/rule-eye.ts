/** Rules over the states of a search: each at its stable point, and only when something it looks at has changed. */
import { ThreadCtx } from '../../haproxy/model/layouts.ts';
import type { World } from '../../haproxy/model/world.ts';
import { FRAME_HEAD } from '../../haproxy/step/frame.ts';
import type { JournaledMem } from '../../memory/journaled.ts';
import type { Broken } from '../explorable.ts';
import type { Machine } from '../machine.ts';
import { RULES, type Rule, type StablePoint } from '../rules/index.ts';
import { READS } from '../rules/reads.ts';
import { looksAt } from '../rules/rule.ts';
import { appending, busy, connsOf } from '../rules/view.ts';

/** Rules whose breaking has a name of its own. */
const SYMPTOM: Readonly<Record<string, Broken['symptom']>> = { I12: 'lost', I27: 'cycle' };

export class RuleEye {
  private readonly on: Record<StablePoint, Rule[]> = {
    step: [],
    list: [],
    object: [],
    callback: [],
    quiescence: [],
  };
  /** For each word the `step` rules that look at it, a bit each. */
  private readonly readers: Int32Array;
  /** Rules that look at frames; at who has which connection in hand; at who has called what; and for each step at threads standing there. */
  private framesMask = 0;
  private handsMask = 0;
  private callsMask = 0;
  private readonly stepMask: Int32Array;
  /** Rules that say nothing unless a thread stands at one of their steps, and for each step which of them look there. */
  private thereMask = 0;
  private readonly there: Int32Array;
  /** thread_ctx of each thread. */
  private readonly th: readonly number[];

  constructor(
    private readonly x: Machine,
    private readonly m: JournaledMem,
    off: ReadonlySet<string>,
  ) {
    for (const r of RULES) if (!off.has(r.id)) this.on[r.stable].push(r);
    this.readers = new Int32Array(x.W.layout.words);
    this.th = Array.from({ length: x.W.cfg.threads }, (_, t) => x.W.th(t));
    this.stepMask = new Int32Array(x.P.steps.length);
    this.there = new Int32Array(x.P.steps.length);
    this.on.step.forEach((r, bit) => {
      const reads = new Set(READS[r.id]);
      if (reads.has('frames')) this.framesMask |= 1 << bit;
      if (reads.has('hands')) this.handsMask |= 1 << bit;
      if (reads.has('calls')) this.callsMask |= 1 << bit;
      if (r.there) {
        this.thereMask |= 1 << bit;
        for (const s of x.P.steps) if (looksAt(r, s)) this.there[s.pc]! |= 1 << bit;
      }
      if (reads.has('steps')) for (const s of x.P.steps) if (looksAt(r, s)) this.stepMask[s.pc]! |= 1 << bit;
      eachWord(x.W, reads, (i) => {
        this.readers[i]! |= 1 << bit;
      });
    });
  }

  private depth(fp: number): number {
    const { w } = this.m;
    let n = -1;
    for (let f = fp; f; f = w[f + 1]!) n++;
    return n;
  }

  /**
   * What the choice since `mark` broke; `t` is the thread that took a step, -1 when none did. Of a state that is `known` only what holds
   * where something ends is asked: another choice may have led there in the midst of it.
   */
  after(mark: number, t: number, fpBefore: number, pcBefore: number, known: boolean): Broken | null {
    const { m, x } = this;
    const fp = t >= 0 ? m.w[this.th[t]! + ThreadCtx.fp]! : 0;
    const broken = known ? null : this.afterEach(mark, t, fpBefore, pcBefore, fp);
    if (broken) return broken;
    if (t >= 0 && fp !== fpBefore) {
      const ended = this.depth(fp) <= 1 && this.depthWas(fpBefore, fp) > 1;
      const appended = x.P.steps[pcBefore]!.proc.roles.has('listWriter') && fp < fpBefore;
      const b = (ended || appended ? this.lists() : null) ?? (ended ? this.callbackEnd() : null);
      if (b) return b;
    }
    return !known && this.atRest() ? this.rest() : null;
  }

  /** Rules that hold after every step, of those that the choice since `mark` may have broken. `fp`: where the thread's frame is now. */
  private afterEach(mark: number, t: number, fpBefore: number, pcBefore: number, fp: number): Broken | null {
    const { m } = this;
    let dirty = 0;
    if (t >= 0) {
      dirty |= this.stepMask[pcBefore]! | this.stepMask[m.w[fp]!]!;
      if (fp !== fpBefore) dirty |= this.framesMask | this.called(fpBefore, pcBefore, fp);
    }
    dirty |= this.changed(mark, t, fp, fpBefore);
    if (dirty & this.thereMask) dirty &= ~this.thereMask | this.standing();
    if (dirty !== 0) {
      for (let bit = 0; bit < this.on.step.length; bit++) {
        if (!(dirty & (1 << bit))) continue;
        const b = this.look(this.on.step[bit]!, 0);
        if (b) return b;
      }
    }
    return null;
  }

  /** A popped frame's words are zero by now: it lay above the one that runs. */
  private depthWas(fpBefore: number, fp: number): number {
    return fpBefore > fp ? this.depth(fp) + 1 : this.depth(fpBefore);
  }

  /**
   * Rules that look at what a call or a return has changed. What it has in hand matters only of a procedure on a connection, and of one
   * that calls when it has handed it over with that.
   */
  private called(fpBefore: number, pcBefore: number, fp: number): number {
    const { steps } = this.x.P;
    const { w } = this.m;
    const before = steps[pcBefore]!;
    if (fp < fpBefore) return before.proc.worksOnConn ? this.handsMask : 0;
    const over = before.handedOver !== steps[w[fpBefore]!]!.handedOver;
    return (over || steps[w[fp]!]!.proc.worksOnConn ? this.handsMask : 0) | this.callsMask;
  }

  /** Which of the rules that look at steps alone have a thread to look at. */
  private standing(): number {
    const { m, th, there } = this;
    let bits = 0;
    for (const at of th) bits |= there[m.w[m.w[at + ThreadCtx.fp]!]!]!;
    return bits;
  }

  /** Rules that look at a word stored to since `mark`. A step writes locals of the running frame only, unless it calls or returns. */
  private changed(mark: number, t: number, fp: number, fpBefore: number): number {
    const { x, m, readers } = this;
    const { log } = m;
    const low = t < 0 ? 0 : x.W.stack(t);
    const high = t < 0 ? 0 : x.W.stack(t + 1);
    const hand = t < 0 ? -1 : x.P.steps[m.w[fp]!]!.proc.qc;
    const end = m.mark();
    let dirty = 0;
    for (let at = mark; at < end; at += 2) {
      const i = log[at]!;
      dirty |= readers[i]!;
      if (i < low || i >= high || i === fp || i === fpBefore) continue;
      dirty |= this.framesMask;
      if (i < fp || (hand >= 0 && i === fp + FRAME_HEAD + hand)) dirty |= this.handsMask;
    }
    return dirty;
  }

  private lists(): Broken | null {
    if (appending(this.x)) return null;
    for (const r of this.on.list) {
      const b = this.look(r, 0);
      if (b) return b;
    }
    return null;
  }

  private callbackEnd(): Broken | null {
    const { x } = this;
    if (this.on.object.length > 0) {
      const hands = busy(x);
      for (const qc of connsOf(x)) {
        if (hands.has(qc)) continue;
        for (const r of this.on.object) {
          const b = this.look(r, qc);
          if (b) return b;
        }
      }
    }
    for (let t = 0; t < x.W.cfg.threads; t++)
      if (this.depth(this.m.w[x.W.th(t) + ThreadCtx.fp]!) > 1) return null;
    for (const r of this.on.callback) {
      const b = this.look(r, 0);
      if (b) return b;
    }
    return null;
  }

  /** No thread can take a step on its own: what is still to come is up to the network, a timer, or a person. */
  private atRest(): boolean {
    for (let t = 0; t < this.x.W.cfg.threads; t++) if (this.x.enabled(t)) return false;
    return true;
  }

  private rest(): Broken | null {
    for (const r of this.on.quiescence) {
      const b = this.look(r, 0);
      if (b) return b;
    }
    return null;
  }

  private look(r: Rule, qc: number): Broken | null {
    const text = r.check(this.x, qc);
    return text ? { symptom: SYMPTOM[r.id] ?? 'rule', rule: r.id, text } : null;
  }
}

/** Calls `visit` with every word that `reads` names. */
export function eachWord(W: World, reads: ReadonlySet<string>, visit: (i: number) => void): void {
  for (const r of W.layout.regions) {
    if (reads.has(r.name)) for (let i = 0; i < r.words; i++) visit(r.base + i);
    if (!r.struct) continue;
    for (const f of r.struct.$fields) {
      if (!reads.has(`${r.struct.$name}.${f.name}`)) continue;
      for (let n = 0; n < r.n; n++)
        for (let o = 0; o < f.words; o++) visit(r.base + n * r.stride + f.offset + o);
    }
  }
}
