/**
 * Where timers were last put. HAProxy keeps timers in a tree; here they are a sorted list, and a place in it is looked for
 * from its end. With thousands of idle timers in front of the short ones that is far. Most timers are set a fixed time
 * ahead, so the last one of the same distance stands right beside the place that is wanted.
 *
 * A hint only says where the search begins: the list comes out the same without. It belongs to the thread, not to the world.
 */
import type { Mem } from '../../memory/mem.ts';

const CLASSES = 20;

export class TimerHints {
  private readonly last = new Int32Array(CLASSES);

  /** Forgets all: the list has been replaced. */
  clear(): void {
    this.last.fill(0);
  }

  /** Node to search from for a timer `ahead` ms from now: in the list, or 0. */
  from(ahead: number): number {
    return this.last[classOf(ahead)]!;
  }

  /** A node has been put in for `ahead` ms from now. */
  put(ahead: number, node: number): void {
    this.last[classOf(ahead)] = node;
  }

  /** A node is about to leave the list with head `head`. */
  leave(m: Mem, head: number, node: number): void {
    for (let c = 0; c < CLASSES; c++) {
      if (this.last[c] !== node) continue;
      const before = m.ld(node + 1);
      this.last[c] = before === head ? 0 : before;
    }
  }
}

const classOf = (ahead: number): number => Math.min(CLASSES - 1, ahead <= 0 ? 0 : 32 - Math.clz32(ahead));
