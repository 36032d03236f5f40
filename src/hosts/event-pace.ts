/**
 * Plays by what happens instead of by steps: polling and what nobody waits for goes by quickly, the steps of a rebind can be
 * followed, and each commit, redispatch and refusal stands for a while, one after the other. Nothing is left out.
 */
import { EV } from '../haproxy/step/events.ts';
import type { EventLog } from '../machine/recording/events.ts';
import type { Recording } from '../machine/recording/recording.ts';
import { FAR, PREPARING, restAt, SKIM } from '../machine/recording/rest.ts';

/** Happenings a second where it is not known yet what comes. */
const AHEAD = 3000;
const MOVE: ReadonlySet<number> = new Set([EV.REBIND_START, EV.COMMIT, EV.REFUSED, EV.REBIND_ERROR]);

export class EventPace {
  /** It stands at an event. */
  resting = false;
  private restUntil = 0;
  private readonly times: number;
  /** The stretch that is being skimmed: to where, how long, since when, and how much of it is done. */
  private stretch: { line: number; to: number; length: number; since: number; done: number } | null = null;
  private before: number;

  /**
   * @param times 1: the usual pace, 2: twice as fast.
   * @param now wall clock, ms
   * @param until position at which it ends; -1 for none
   */
  constructor(
    times: number,
    now: number,
    readonly until: number,
  ) {
    this.times = times > 0 ? times : 1;
    this.before = now;
  }

  /** How many happenings are due at `now` (ms), never past a recorded event that it stops at, nor past its end. */
  due(now: number, { at, line }: Recording): number {
    const passed = Math.min(now - this.before, 100) * this.times;
    if (now < this.restUntil) {
      this.before = now;
      return 0;
    }
    this.resting = false;
    const stop = this.nextStop(line.events, at);
    const end = this.until >= at ? this.until : Number.POSITIVE_INFINITY;
    const to = Math.min(stop, end);
    if (to <= at) return 0;
    let n: number;
    if (preparing(line.events, at)) {
      n = Math.floor((passed * PREPARING) / 1000);
      this.stretch = null;
    } else if (Number.isFinite(to)) {
      const s = this.stretch;
      const own = s && s.line === line.id && s.to === to ? s : this.skim(line.id, to, to - at, now);
      const share = Math.min(1, ((now - own.since) * this.times) / SKIM);
      n = Math.floor(own.length * share) - own.done;
      own.done += Math.max(0, n);
    } else n = Math.floor((passed * AHEAD) / 1000);
    // What is too little for one happening adds up.
    if (n > 0) this.before = now;
    return Math.max(0, Math.min(n, to - at));
  }

  /** After happenings [from, at) have come about: the position to stand at instead, where one was passed that it stops at; else -1. */
  passed({ at, line }: Recording, from: number, now: number): number {
    const log = line.events;
    for (let i = log.firstAt(from); i < log.length && log.columns.at[i]! < at; i++) {
      const rest = restAt(log, i);
      if (rest === 0) continue;
      this.resting = true;
      this.restUntil = now + rest / this.times;
      this.before = this.restUntil;
      this.stretch = null;
      return log.columns.at[i]! + 1;
    }
    return -1;
  }

  private skim(line: number, to: number, length: number, since: number) {
    this.stretch = { line, to, length, since, done: 0 };
    return this.stretch;
  }

  /** Position from which the next event that it stops at can be seen; Infinity when none is recorded. */
  private nextStop(log: EventLog, at: number): number {
    const first = log.firstAt(at);
    for (let i = first; i < Math.min(log.length, first + FAR); i++)
      if (restAt(log, i) > 0) return log.columns.at[i]! + 1;
    return Number.POSITIVE_INFINITY;
  }
}

/** Whether a rebind has begun before this position and is neither made nor refused yet. */
function preparing(log: EventLog, at: number): boolean {
  const { kind } = log.columns;
  const end = log.firstAt(at);
  for (let i = end - 1; i >= Math.max(0, end - FAR); i--)
    if (MOVE.has(kind[i]!)) return kind[i] === EV.REBIND_START;
  return false;
}
