/** The workers of a run: one a thread and the load generator's. Who has come up, who still beats, who is lost. */
import type { Port } from '../port.ts';
import { type Board, HEAD, ROW, STATE } from './board.ts';
import type { FromWorker, RunParts, ToWorker } from './messages.ts';
import { sleep } from './sleep.ts';

export type LivePort = Port<FromWorker, ToWorker>;

/** A worker whose beat stands still for so long is named, and after as long again and more it is lost, ms. */
const SILENT = 1500;
const LOST = 4000;
/** A look that comes so long after the one before counts for nothing: a supervisor that was kept waiting itself has not heard. ms. */
export const TOO_LATE = 100;
/** Starting takes longer: the script is loaded first. ms. */
const START = 30_000;

interface Seat {
  tid: number;
  port: LivePort;
  /** Has said that it is about to run. */
  up: boolean;
  beat: number;
  silent: number;
  /** Its number on the board; and that it is known to have ended. */
  readonly number: number;
  ended: boolean;
}

export interface CrewEvents {
  /** `failed`: it could not go on; else it ended, was ended, or is silent for too long. */
  lost(tid: number, why: string, failed: boolean): void;
  /** One more has come up. */
  up(): void;
  /** A worker has not answered for a while: on a machine that is kept busy it may yet. */
  silent(tid: number): void;
  /** One that was silent beats again. */
  heard(tid: number): void;
}

export class Crew {
  private readonly seats = new Map<number, Seat>();
  /** Those that are no longer the thread they were. Told to end, a browser lets them run on for a while. */
  private readonly leaving: Seat[] = [];
  /** Those whose turn to be started has not come. */
  private toSeat: number[] = [];
  /** The run has begun: those that have not been started compete with it from then on. */
  private begun = false;

  constructor(
    private readonly board: Board,
    private readonly run: RunParts,
    private readonly spawn: (tid: number) => LivePort,
    private readonly events: CrewEvents,
    /** Workers that are started at the same time, at first. */
    private readonly atOnce: number,
  ) {}

  /**
   * Starts the first threads' workers; the others' when it is told `seatOthers`, a few at a time: those that are up work while others
   * load their script, and do not wait for the last one's. The load generator is seated once the world is filled: it begins with the places
   * that are free in it.
   */
  seatThreads(): void {
    this.toSeat = Array.from({ length: this.board.threads }, (_, t) => t);
    this.seatNext();
  }

  /** The run has begun, or does not without the others. */
  seatOthers(): void {
    if (this.begun) return;
    this.begun = true;
    this.seatNext();
  }

  private seatNext(): void {
    let [starting, up] = [0, 0];
    for (const s of this.seats.values()) s.up ? up++ : starting++;
    // Few at first, so that the run begins soon; then more, so that the last ones come soon.
    const most = this.begun ? this.atOnce + up : this.atOnce - up;
    for (; starting < most && this.toSeat.length > 0; starting++) this.seat(this.toSeat.shift()!);
  }

  /** Starts a worker for thread `tid`, or (-1) for the load generator. */
  seat(tid: number): void {
    const { words } = this.board;
    this.retire(tid);
    const port = this.spawn(tid);
    const number = Atomics.add(words, this.at(tid).worker, 1) + 1;
    const seat: Seat = { tid, port, up: false, beat: 0, silent: 0, number, ended: false };
    this.seats.set(tid, seat);
    Atomics.store(words, this.at(tid).state, STATE.starting);
    port.onMessage((m) => {
      if (this.seats.get(tid) !== seat) return;
      if (m.kind === 'ready') {
        seat.up = true;
        seat.silent = 0;
        this.seatNext();
        this.events.up();
      } else {
        seat.ended = true;
        this.lose(seat, m.kind === 'failed' ? m.why : 'it has ended', m.kind === 'failed');
      }
    });
    port.onEnd((why) => {
      seat.ended = true;
      this.lose(seat, why, false);
    });
    port.post({ kind: 'run', tid, worker: number, run: this.run });
  }

  /** A worker is no longer the thread it was: it leaves when it looks at the board, or is ended by its host. */
  retire(tid: number): void {
    const seat = this.seats.get(tid);
    if (!seat) return;
    this.seats.delete(tid);
    const { state, worker } = this.at(tid);
    Atomics.add(this.board.words, worker, 1);
    // One that has not begun looks at its number before it does.
    if (Atomics.load(this.board.words, state) !== STATE.starting) this.leaving.push(seat);
    seat.port.close();
  }

  /** Waits until none of the retired can touch the world any more, at most until `end` by the run's clock. */
  async untilLeft(end: number, run: { now(): number; nudge(): void }): Promise<void> {
    const here = (s: Seat): boolean =>
      !s.ended && Atomics.load(this.board.words, this.at(s.tid).left) !== s.number;
    while (this.leaving.some(here) && run.now() < end) {
      run.nudge();
      await sleep(1);
    }
    this.leaving.length = 0;
  }

  /** All have come up. */
  get complete(): boolean {
    for (const s of this.seats.values()) if (!s.up) return false;
    return this.toSeat.length === 0 && this.seats.has(-1);
  }

  has(tid: number): boolean {
    return this.seats.has(tid);
  }

  /** Looks at all beats; `passed` ms since the last look. */
  watch(passed: number): void {
    for (const s of [...this.seats.values()]) {
      const beat = this.board.words[this.at(s.tid).beat]!;
      if (beat !== s.beat) {
        s.beat = beat;
        if (s.up && s.silent > SILENT) this.events.heard(s.tid);
        s.silent = 0;
        continue;
      }
      const before = s.silent;
      if (passed < TOO_LATE) s.silent += passed;
      if (s.up && before <= SILENT && s.silent > SILENT) this.events.silent(s.tid);
      if (s.silent > (s.up ? LOST : START))
        this.lose(s, s.up ? 'it does not answer' : 'it does not start', false);
    }
  }

  /** Those that have begun and do not stand still. */
  moving(): number[] {
    const { words } = this.board;
    const out: number[] = [];
    for (const s of this.seats.values()) {
      const at = this.at(s.tid);
      const state = Atomics.load(words, at.state);
      if (state === STATE.starting || state === STATE.failed) continue;
      const answered = Atomics.load(words, at.answered) === words[HEAD.stand];
      if (!(state === STATE.stopped && answered)) out.push(s.tid);
    }
    return out;
  }

  /** Waits until all stand still, at most `most` ms in which the supervisor was not late itself; gives those that do not. */
  async untilStill(most: number, run: { now(): number; nudge(): void }): Promise<number[]> {
    let waited = 0;
    for (let last = run.now(), moving = this.moving(); ; moving = this.moving()) {
      if (moving.length === 0 || waited > most) return moving;
      run.nudge();
      await sleep(1);
      const now = run.now();
      if (now - last < TOO_LATE) waited += now - last;
      last = now;
    }
  }

  /** Ends a worker, as a crash would. */
  kill(tid: number, why: string): void {
    const seat = this.seats.get(tid);
    if (seat) this.lose(seat, why, false);
  }

  close(): void {
    this.toSeat = [];
    for (const s of this.seats.values()) s.port.close();
    this.seats.clear();
  }

  private lose(seat: Seat, why: string, failed: boolean): void {
    if (this.seats.get(seat.tid) !== seat) return;
    this.retire(seat.tid);
    this.events.lost(seat.tid, why, failed);
    this.seatNext();
  }

  /** Where the words of a worker stand on the board. */
  private at(tid: number): { state: number; answered: number; beat: number; worker: number; left: number } {
    if (tid < 0)
      return {
        state: HEAD.trafficState,
        answered: HEAD.trafficAnswered,
        beat: HEAD.trafficBeat,
        worker: HEAD.trafficWorker,
        left: HEAD.trafficLeft,
      };
    const row = this.board.row(tid);
    return {
      state: row + ROW.state,
      answered: row + ROW.answered,
      beat: row + ROW.beat,
      worker: row + ROW.worker,
      left: row + ROW.left,
    };
  }
}
