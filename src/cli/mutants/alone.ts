/**
 * Whether a step may use plain accesses: in no state that is met does another thread touch, then or at any other time, a word that the
 * step accesses atomically.
 */
import { ThreadCtx } from '../../haproxy/model/layouts.ts';
import type { Machine } from '../../machine/machine.ts';
import type { JournaledMem } from '../../memory/journaled.ts';
import { type Onlooker, tread } from './commute.ts';

/** In one world: words have no meaning in another. */
export class Alone implements Onlooker {
  /** States in which the step was about to be done. */
  states = 0;
  /** Words that the step accesses atomically, each with the threads that did so, as bits. */
  private readonly its = new Map<number, number>();
  /** Threads that touch a word, as bits. */
  private readonly touched = new Map<number, number>();

  constructor(private readonly pc: number) {}

  get holds(): boolean {
    for (const [word, by] of this.its) if ((this.touched.get(word)! & ~by) !== 0 || many(by)) return false;
    return true;
  }

  look(x: Machine, m: JournaledMem): void {
    for (let t = 0; t < x.W.cfg.threads; t++) {
      if (!x.enabled(t)) continue;
      const at = m.w[m.w[x.W.th(t) + ThreadCtx.fp]!]! === this.pc;
      const mark = m.mark();
      const { watch } = m;
      try {
        const foot = tread(x, m, t);
        for (const i of [...foot.reads, ...foot.writes]) add(this.touched, i, t);
        if (at) {
          this.states++;
          for (const i of foot.atomics) add(this.its, i, t);
        }
      } catch (error) {
        // A step that cannot go on touches nothing more.
        if (!(error instanceof Error)) throw error;
      }
      m.undo(mark);
      m.watch = watch;
    }
  }
}

const add = (to: Map<number, number>, word: number, t: number): void =>
  void to.set(word, (to.get(word) ?? 0) | (1 << t));

const many = (bits: number): boolean => (bits & (bits - 1)) !== 0;
