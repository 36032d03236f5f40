/**
 * Whether a step may use plain accesses: in no state that is met does another thread touch, then or at any other time, a word that the
 * step accesses atomically. Of what belongs to the process or to a listener this is never said: that only one thread came there shows
 * how small a world is.
 */
import { Global, Listener, ThreadCtx } from '../../haproxy/model/layouts.ts';
import type { Machine } from '../../machine/machine.ts';
import type { JournaledMem } from '../../memory/journaled.ts';
import { type Onlooker, tread } from './commute.ts';

/** In one world: words have no meaning in another. */
export class Alone implements Onlooker {
  /** States in which the step was about to be done. */
  states = 0;
  /** Whether it accessed a word that belongs to all threads. */
  private everybodys = false;
  /** Words that the step accesses atomically, each with the threads that did so, as bits. */
  private readonly its = new Map<number, number>();
  /** Threads that touch a word, as bits. */
  private readonly touched = new Map<number, number>();

  constructor(private readonly pc: number) {}

  get holds(): boolean {
    if (this.everybodys) return false;
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
          for (const i of foot.atomics) {
            add(this.its, i, t);
            if (isEverybodys(x, i)) this.everybodys = true;
          }
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

function isEverybodys({ W }: Machine, i: number): boolean {
  const within = (base: number, words: number): boolean => i >= base && i < base + words;
  return within(W.global, Global.$size) || within(W.listener, Listener.$size * W.listeners.length);
}

const add = (to: Map<number, number>, word: number, t: number): void =>
  void to.set(word, (to.get(word) ?? 0) | (1 << t));

const many = (bits: number): boolean => (bits & (bits - 1)) !== 0;
