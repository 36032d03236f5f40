/** A tape to be played: any of its frames, how long each stands, and the positions that its events name. */
import type { Named } from '../machine/recording/named.ts';
import { PREPARING, SKIM } from '../machine/recording/rest.ts';
import { NS_PER_MS } from '../machine/time.ts';
import { nameOf } from '../report/name.ts';
import { type Json, patched } from './merge.ts';
import type { Tape, TapeEvent, TapeView } from './schema.ts';

/** Frames between two that are kept whole. */
const EVERY = 64;

export interface Mark extends TapeEvent {
  rest: number;
  /** Frame that shows it. */
  frame: number;
}

export class Reel {
  /** Frames, 0 the first. */
  readonly length: number;
  readonly marks: readonly Mark[];
  /** For each frame when it appears, ms from the beginning at the usual pace; and the whole length. */
  readonly shownAt: Float64Array;
  readonly lasts: number;
  private readonly steps: Int32Array;
  private readonly ns: Float64Array;
  private readonly kept: TapeView[] = [];
  private here = 0;
  private view: TapeView;

  constructor(readonly tape: Tape) {
    const { frames, start, clock } = tape;
    this.length = frames.length + 1;
    this.steps = new Int32Array(this.length);
    this.ns = new Float64Array(this.length);
    this.steps[0] = start;
    this.ns[0] = clock[0] * NS_PER_MS + clock[1];
    for (const [i, [by, ns]] of frames.entries()) {
      this.steps[i + 1] = this.steps[i]! + by;
      this.ns[i + 1] = this.ns[i]! + ns;
    }
    this.view = tape.first;
    this.kept.push(tape.first);
    this.marks = tape.events
      .filter((e): e is TapeEvent & { rest: number } => e.rest !== undefined)
      .map((e) => ({ ...e, frame: this.frameOf(e.at) }));
    this.shownAt = this.times();
    const last = this.length - 1;
    this.lasts = this.shownAt[last]! + this.restAt(last);
  }

  /** Position (happenings before it) that frame `i` shows. */
  stepAt(i: number): number {
    return this.steps[i]!;
  }

  clockAt(i: number): { ms: number; ns: number } {
    const now = this.ns[i]!;
    return { ms: Math.floor(now / NS_PER_MS), ns: now % NS_PER_MS };
  }

  /** The frame in which position `at` is seen: the last that does not lie beyond it, with the choices made there. */
  frameOf(at: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const half = (low + high) >> 1;
      if (this.steps[half]! <= at) low = half + 1;
      else high = half;
    }
    return Math.max(0, low - 1);
  }

  /** What frame `i` shows. */
  viewAt(i: number): TapeView {
    if (i < this.here) {
      const k = Math.min(Math.floor(i / EVERY), this.kept.length - 1);
      this.here = k * EVERY;
      this.view = this.kept[k]!;
    }
    while (this.here < i) {
      this.view = patched(this.view as Json, this.tape.frames[this.here]![2] as Json) as unknown as TapeView;
      this.here++;
      if (this.here % EVERY === 0 && this.here / EVERY === this.kept.length) this.kept.push(this.view);
    }
    return this.view;
  }

  /** The mark that a frame shows first, where it shows one. */
  markAt(i: number): Mark | null {
    return this.marks.find((m) => m.frame === i) ?? null;
  }

  /** The frame of the next mark after (1) or before (-1) frame `i`; -1 where there is none. */
  nextMark(i: number, by: -1 | 1): number {
    const found = by > 0 ? this.marks.find((m) => m.frame > i) : this.marks.findLast((m) => m.frame < i);
    return found?.frame ?? -1;
  }

  /** The frame that a name leads to, counted from the first; -1 when it is not on the tape. */
  frameNamed(n: Named): number {
    const { start } = this.tape;
    const end = this.steps[this.length - 1]!;
    switch (n.kind) {
      case 'start':
        return 0;
      case 'end':
        return this.length - 1;
      case 'step':
        return n.at < start || n.at > end ? -1 : this.frameOf(n.at);
      case 'time': {
        const i = this.ns.findIndex((now) => now >= n.ms * NS_PER_MS);
        return i;
      }
      case 'event': {
        const fit = this.tape.events.filter(
          (e) =>
            e.kind === n.event &&
            (n.conn === '' || (e.conn !== undefined && nameOf(e.conn).letter === n.conn)) &&
            (n.dgram === '' || e.no === n.dgram),
        );
        const found = n.nth < 0 ? fit.at(-1) : fit[n.nth - 1];
        if (!found) return -1;
        const at = found.at + n.steps;
        return at < start || at > end ? -1 : this.frameOf(at);
      }
    }
  }

  /** How long a frame stands for what it shows, ms. */
  restAt(i: number): number {
    return this.marks.reduce((ms, m) => (m.frame === i ? Math.max(ms, m.rest) : ms), 0);
  }

  /** What is worth nothing is skimmed between two rests, the steps of a rebind can be followed. */
  private times(): Float64Array {
    const at = new Float64Array(this.length);
    const stops = [...this.marks.map((m) => m.frame), this.length - 1].sort((a, b) => a - b);
    let from = 0;
    for (const to of stops) {
      const steps = this.steps[to]! - this.steps[from]!;
      const takes = this.preparing(from) ? (steps * 1000) / PREPARING : steps > 0 ? SKIM : 0;
      const begin = at[from]! + this.restAt(from);
      for (let i = from + 1; i <= to; i++)
        at[i] = begin + (steps > 0 ? ((this.steps[i]! - this.steps[from]!) / steps) * takes : 0);
      from = to;
    }
    return at;
  }

  /** Whether a rebind has begun before the end of this frame and is neither made nor refused yet. */
  private preparing(frame: number): boolean {
    const moves = this.tape.events.filter(
      (e) => ['rebind', 'commit', 'refused'].includes(e.kind) && e.at <= this.steps[frame]!,
    );
    return moves.at(-1)?.kind === 'rebind';
  }
}
