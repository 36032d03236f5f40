/** A thread's seat at the table: its worker, whether it lives, and the turn it has been given. */
import type { Rows } from '../machine/recording/events.ts';
import type { FromThread, ToThread, Turn } from './messages.ts';
import type { Port } from './port.ts';
import { SILENT_AT_REST, Watch } from './pulse.ts';

/**
 * A worker that does not answer a turn for so long is lost. Milliseconds. It is waited for in two halves: when the whole
 * machine has slept, the first ends at once although the answer is on its way.
 */
export const TURN_LIMIT = 2000;
/** Starting takes longer than a turn: the script is loaded first. Milliseconds. */
export const START_LIMIT = 20_000;

export type Answer =
  | { taken: number; told: Rows; block: ArrayBuffer | null }
  /** Its worker was lost in the middle of the turn. */
  | { lost: string };

export class Seat {
  alive = false;
  private port: Port<FromThread, ToThread> | undefined;
  private waiting:
    | { seq: number; answer: (a: Answer) => void; timer: ReturnType<typeof setTimeout> }
    | undefined;
  private starting: ((ok: boolean) => void) | undefined;
  /** Of a worker that gives signs of life while it has no turn. */
  private watch: Watch | undefined;

  constructor(
    readonly tid: number,
    private readonly onLost: (tid: number, why: string) => void,
  ) {}

  /** Starts a worker for this thread; false when it does not come up. A worker that had the seat before is ended. */
  start(port: Port<FromThread, ToThread>, init: ToThread): Promise<boolean> {
    this.port?.close();
    this.unwatch();
    this.port = port;
    // A worker that had this seat before may still be on its way out: what it says no longer counts.
    port.onMessage((m) => {
      if (this.port === port) this.hear(m);
    });
    port.onEnd((why) => {
      if (this.port === port) this.end(why);
    });
    const up = new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => this.starting?.(false), START_LIMIT);
      this.starting = (ok) => {
        clearTimeout(timer);
        this.starting = undefined;
        this.alive = ok;
        resolve(ok);
      };
    });
    port.post(init);
    return up;
  }

  /** Gives the thread a turn and waits for its answer, within the limit. The seat must be alive. */
  turn(turn: Turn): Promise<Answer> {
    return new Promise((answer) => {
      const { port } = this;
      if (!port || !this.alive) throw new Error(`T${this.tid} has no worker`);
      const half = (then: () => void): ReturnType<typeof setTimeout> => setTimeout(then, TURN_LIMIT / 2);
      const waiting = {
        seq: turn.seq,
        answer,
        timer: half(() => {
          waiting.timer = half(() => this.end('it does not answer'));
        }),
      };
      this.waiting = waiting;
      port.post(turn, turn.block ? [turn.block] : []);
    });
  }

  /** Tells the worker that the world goes on in another block. */
  move(shared: SharedArrayBuffer): void {
    if (this.alive) this.port?.post({ kind: 'move', shared });
  }

  /** Ends the worker, as a crash would. */
  kill(why: string): void {
    this.end(why);
  }

  private hear(m: FromThread): void {
    if (m.kind === 'beat') {
      this.watch ??= this.watching();
      this.watch.heard(true);
      return;
    }
    this.watch?.heard(true);
    if (m.kind === 'ready') {
      this.starting?.(true);
      return;
    }
    if (this.waiting?.seq !== m.seq) return;
    if (m.kind === 'failed') this.end(m.why);
    else this.settle({ taken: m.taken, told: m.told, block: m.block });
  }

  /** One who has given signs of life and gives none any more is lost before its next turn comes. */
  private watching(): Watch {
    const watch = new Watch(SILENT_AT_REST);
    watch.on(({ state }) => {
      if (state === 'silent' && !this.waiting) this.end('it does not answer');
    });
    return watch;
  }

  private unwatch(): void {
    this.watch?.stop();
    this.watch = undefined;
  }

  private end(why: string): void {
    this.unwatch();
    this.starting?.(false);
    if (!this.alive) return;
    this.alive = false;
    this.port?.close();
    this.onLost(this.tid, why);
    this.settle({ lost: why });
  }

  private settle(answer: Answer): void {
    const w = this.waiting;
    if (!w) return;
    clearTimeout(w.timer);
    this.waiting = undefined;
    w.answer(answer);
  }
}
