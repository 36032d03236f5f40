/** Compiled steps of one thread of a Live run: a stretch at a time, and what it has told since. */
import { hasRole, type Program } from '../../haproxy/step/compile.ts';
import type { Exec } from '../../haproxy/step/exec.ts';
import { Stop } from '../../haproxy/step/guarded.ts';
import { PLACE, RING_BYTES, TELL, TOLD_BYTES, WHY } from '../../machine/compiled/layout.ts';
import { instantiate, type StepExports, writeTables } from '../../machine/compiled/steps.ts';
import { SCRIPT_NUMBERS } from '../../scenario/live/script-numbers.ts';
import { COLUMN } from '../../scenario/live/store.ts';
import type { RunParts } from './messages.ts';
import { type BoardSink, HEARD } from './sink.ts';

/** What the thread does where compiled steps do not go on by themselves. */
export interface StretchHost {
  /** Takes the step that the thread stands at, as a closure: also the one that waits in the poller. */
  one(): void;
  wake(tid: number): void;
  /** The step at `pc` is to be taken again. */
  spin(pc: number): void;
}

export class Stretcher {
  private readonly exports: StepExports;
  private readonly ring: Int32Array;
  private readonly careful: boolean;

  constructor(
    { steps, memory }: NonNullable<RunParts['compiled']>,
    { store, spec }: RunParts,
    private readonly x: Exec,
    P: Program,
    private readonly tid: number,
    private readonly sink: BoardSink,
  ) {
    // The poller is the thread's own: it sleeps for real there.
    const poll = P.steps.filter((s) => hasRole(s, 'pollWait')).map((s) => s.pc);
    writeTables(memory, x.W, P, steps.list, poll);
    this.careful = P.guard !== undefined;
    this.exports = instantiate(steps, memory, x, () => this.hear());
    const at = PLACE.rings + tid * RING_BYTES;
    this.ring = new Int32Array(memory.buffer, at, RING_BYTES / 4);
    this.exports.tell(TELL.ring, at, RING_BYTES, HEARD.counted, HEARD.atOnce, HEARD.point);
    const column = (i: number): number => store.columns.byteOffset + i * store.slots * 4;
    this.exports.storeAt(
      store.bytes.byteOffset,
      column(COLUMN.offset),
      column(COLUMN.length),
      column(COLUMN.saddr),
      column(COLUMN.client),
      column(COLUMN.order),
    );
    const { scripts, generations } = store;
    this.exports.scriptsAt(
      scripts.byteOffset,
      scripts.length / SCRIPT_NUMBERS,
      SCRIPT_NUMBERS * 4,
      generations.byteOffset + generations.byteLength / 2,
      !spec.replay && !spec.opening,
    );
  }

  /** Takes `most` steps; fewer where the program ends. */
  take(most: number, host: StretchHost): void {
    const { exports } = this;
    exports.be(this.tid);
    for (let left = most; left > 0; ) {
      const r = this.stretch(left);
      left -= r >> 3;
      switch (r & 7) {
        case WHY.notHere:
          this.hear();
          host.one();
          left--;
          break;
        case WHY.again:
          host.spin(exports.standsAt());
          break;
        case WHY.woke:
          host.wake(exports.takeWoken());
          break;
      }
    }
    this.hear();
  }

  /** In a program that somebody has changed a step may follow NULL: the run stops there, as at a crash. */
  private stretch(most: number): number {
    if (!this.careful) return this.exports.stretch(most);
    try {
      return this.exports.stretch(most);
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      const { x } = this;
      x.pc = this.exports.standsAt();
      x.bugOn(true, error.bug);
      return (most << 3) | WHY.ended;
    }
  }

  /** Books what steps have told since the last time. */
  private hear(): void {
    const words = this.exports.told() >> 2;
    const { ring, sink } = this;
    for (let i = 0; i < words; i += TOLD_BYTES / 4)
      sink.take(ring[i]!, ring[i + 1]!, ring[i + 2]!, ring[i + 3]!, ring[i + 4]!);
  }
}
