/** A thread's seat at the table: its worker, whether it lives, and the turn it has been given. */
import type { Rows } from '../machine/recording/events.ts';
import type { FromThread, ToThread, Turn } from './messages.ts';
import type { Port } from './port.ts';
import { Ticks } from './pulse.ts';

/** Ticks without a word from a worker, by what it does. One whose script is being loaded takes longest; */
const STARTING = 80;
/** one that has a turn is waited for by all; */
const IN_TURN = 20;
/** one without a turn may not come to run for long on a busy machine. */
const AT_REST = 40;
/** One that was given up for silence is taken back when it speaks again within so many ticks more; then it is ended. */
const KEPT = 120;

const MUTE = 'it does not answer';

export type Answer =
  | { taken: number; told: Rows; block: ArrayBuffer | null }
  /** Its worker was lost in the middle of the turn. */
  | { lost: string };

/** Hears how a seat's worker fares. */
export interface SeatEvents {
  /** It has ended; or it is `silent`, and may yet speak. */
  lost(tid: number, why: string, silent: boolean): void;
  /** It was silent and has spoken again. */
  back(tid: number): void;
}

export class Seat {
  alive = false;
  private port: Port<FromThread, ToThread> | undefined;
  private waiting: { seq: number; answer: (a: Answer) => void } | undefined;
  private starting: ((ok: boolean) => void) | undefined;
  private ticks: Ticks | undefined;
  /** Ticks since its last word. */
  private silence = 0;
  /** It gives signs of life while it has no turn. */
  private beats = false;
  /** It was given up for silence. */
  private silent = false;

  constructor(
    readonly tid: number,
    private readonly events: SeatEvents,
  ) {}

  /** Starts a worker for this thread; false when it does not come up. A worker that had the seat before is ended. */
  start(port: Port<FromThread, ToThread>, init: ToThread): Promise<boolean> {
    this.leave();
    this.port = port;
    // A worker that had this seat before may still be on its way out: what it says no longer counts.
    port.onMessage((m) => {
      if (this.port === port) this.hear(m);
    });
    port.onEnd((why) => {
      if (this.port === port) this.end(why);
    });
    this.silence = 0;
    this.beats = false;
    this.silent = false;
    this.ticks = new Ticks(() => this.look());
    const up = new Promise<boolean>((resolve) => {
      this.starting = (ok) => {
        this.starting = undefined;
        this.alive = ok;
        resolve(ok);
      };
    });
    port.post(init);
    return up;
  }

  /** Gives the thread a turn and waits for its answer. The seat must be alive. */
  turn(turn: Turn): Promise<Answer> {
    return new Promise((answer) => {
      const { port } = this;
      if (!port || !this.alive) throw new Error(`T${this.tid} has no worker`);
      this.waiting = { seq: turn.seq, answer };
      this.silence = 0;
      port.post(turn, turn.block ? [turn.block] : []);
    });
  }

  /** Tells the worker that the world goes on in another block; one that is silent hears it before its next turn. */
  move(shared: SharedArrayBuffer): void {
    this.port?.post({ kind: 'move', shared });
  }

  /** Ends the worker, as a crash would. */
  kill(why: string): void {
    this.end(why);
  }

  private hear(m: FromThread): void {
    this.silence = 0;
    if (m.kind === 'ready') this.starting?.(true);
    if (m.kind === 'beat') this.beats = true;
    if ((m.kind === 'done' || m.kind === 'failed') && this.waiting?.seq === m.seq) {
      if (m.kind === 'failed') this.end(m.why);
      else this.settle({ taken: m.taken, told: m.told, block: m.block });
      return;
    }
    // Whatever it was given before it fell silent comes to it before what it is given now.
    if (this.silent) {
      this.silent = false;
      this.alive = true;
      this.events.back(this.tid);
    }
  }

  private look(): void {
    const { starting, waiting, beats, silent } = this;
    this.silence++;
    if (silent) {
      if (this.silence >= KEPT) this.end(MUTE);
      return;
    }
    const most = starting ? STARTING : waiting ? IN_TURN : beats ? AT_REST : Number.POSITIVE_INFINITY;
    if (this.silence >= most) this.lose(starting ? 'it does not start' : MUTE, true);
  }

  private end(why: string): void {
    this.leave();
    this.lose(why, false);
  }

  /** Its worker is not waited for any longer. */
  private lose(why: string, silent: boolean): void {
    const had = this.alive || this.silent || this.starting !== undefined;
    this.silence = 0;
    this.alive = false;
    this.silent = silent;
    if (had) this.events.lost(this.tid, why, silent);
    this.starting?.(false);
    this.settle({ lost: why });
  }

  /** The worker is ended, and nothing more is heard of it. */
  private leave(): void {
    this.ticks?.stop();
    this.port?.close();
    this.port = undefined;
  }

  private settle(answer: Answer): void {
    const w = this.waiting;
    this.waiting = undefined;
    w?.answer(answer);
  }
}
