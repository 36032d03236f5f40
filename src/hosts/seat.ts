/** A thread's seat at the table: its worker, whether it lives, and the turn it has been given. */
import type { FromThread, ToThread, Turn } from './messages.ts';
import type { Port } from './port.ts';

/** A worker that does not answer a turn for so long is lost. Milliseconds. */
export const TURN_LIMIT = 2000;
/** Starting takes longer than a turn: the script is loaded first. Milliseconds. */
export const START_LIMIT = 20_000;

export type Answer = { taken: number; block: ArrayBuffer | null } | { lost: string };

export class Seat {
  alive = false;
  private port: Port<FromThread, ToThread> | undefined;
  private waiting:
    | { seq: number; answer: (a: Answer) => void; timer: ReturnType<typeof setTimeout> }
    | undefined;
  private ready: ((ok: boolean) => void) | undefined;

  constructor(
    readonly tid: number,
    private readonly onLost: (tid: number, why: string) => void,
  ) {}

  /** Starts a worker for this thread; false when it does not come up. */
  async start(port: Port<FromThread, ToThread>, init: ToThread): Promise<boolean> {
    this.port?.close();
    this.port = port;
    port.onMessage((m) => this.hear(m));
    port.onEnd((why) => this.end(why));
    const up = new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), START_LIMIT);
      this.ready = (ok) => {
        clearTimeout(timer);
        resolve(ok);
      };
    });
    port.post(init);
    this.alive = await up;
    return this.alive;
  }

  /** Gives the thread a turn and waits for its answer, within the limit. */
  turn(turn: Turn): Promise<Answer> {
    return new Promise((answer) => {
      const port = this.port;
      if (!port || !this.alive) {
        answer({ lost: 'it has no worker' });
        return;
      }
      const timer = setTimeout(() => this.end('it does not answer'), TURN_LIMIT);
      this.waiting = { seq: turn.seq, answer, timer };
      port.post(turn, turn.block ? [turn.block] : []);
    });
  }

  /** Ends the worker, as a crash would. */
  kill(why: string): void {
    this.end(why);
  }

  close(): void {
    this.alive = false;
    this.port?.close();
    if (this.waiting) clearTimeout(this.waiting.timer);
  }

  private hear(m: FromThread): void {
    if (m.kind === 'ready') {
      this.ready?.(true);
      return;
    }
    const w = this.waiting;
    if (!w || w.seq !== m.seq) return;
    clearTimeout(w.timer);
    this.waiting = undefined;
    if (m.kind === 'done') w.answer({ taken: m.taken, block: m.block });
    else {
      this.alive = false;
      this.port?.close();
      this.onLost(this.tid, m.why);
      w.answer({ lost: m.why });
    }
  }

  private end(why: string): void {
    this.ready?.(false);
    if (!this.alive) return;
    this.alive = false;
    this.port?.close();
    this.onLost(this.tid, why);
    const w = this.waiting;
    if (!w) return;
    clearTimeout(w.timer);
    this.waiting = undefined;
    w.answer({ lost: why });
  }
}
