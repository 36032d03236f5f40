/**
 * Where a choice was made, in words that another program understands too. A position is a count of happenings; when steps
 * are added or taken away, the counts shift, and "T0 has come to S14 for the 2nd time since the last choice" still holds.
 */
import { ThreadCtx } from '../haproxy/model/layouts.ts';
import { happens } from './choice.ts';
import type { Machine } from './machine.ts';
import type { Departure } from './schedule.ts';

export type Anchor =
  /**
   * Thread `tid` has just come to step `label` of the procedure with key `proc`, for the `nth` time (from 1) since the last choice;
   * nth 0: it stands there, before a step that was chosen.
   */
  | { kind: 'step'; tid: number; proc: string; label: string; nth: number }
  /** Datagram `dgram` has just arrived. */
  | { kind: 'arrival'; dgram: number };

/** A choice that can be found again. Without an anchor it was made at once after the choice before. */
export interface Anchored extends Departure {
  anchor?: Anchor | undefined;
}

/** What the last happening was, as far as an anchor names it. */
interface Last {
  tid: number;
  pc: number;
  dgram: number;
}

/** Counts, from one choice to the next, how often each thread has come to each step. */
export class Tally {
  private counts = new Map<number, number>();
  last: Last | null = null;

  /** The same counts, to go on from twice. */
  copy(): Tally {
    const out = new Tally();
    out.counts = new Map(this.counts);
    out.last = this.last;
    return out;
  }

  clear(): void {
    this.counts.clear();
    this.last = null;
  }

  /** One happening by the clock; false when there is none. */
  take(x: Machine): boolean {
    const p = x.pick();
    if (!p) return false;
    x.take(p);
    if (p.kind === 'deliver') {
      this.last = { tid: -1, pc: -1, dgram: p.dgram };
      return true;
    }
    const pc = x.m.ld(x.m.ld(x.W.th(p.tid) + ThreadCtx.fp));
    const key = pc * x.W.cfg.threads + p.tid;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    this.last = { tid: p.tid, pc, dgram: -1 };
    return true;
  }

  /** Anchor of the present position; undefined right after a choice. */
  anchor(x: Machine): Anchor | undefined {
    const { last } = this;
    if (!last) return undefined;
    if (last.tid < 0) return { kind: 'arrival', dgram: last.dgram };
    const s = x.P.steps[last.pc]!;
    const nth = this.counts.get(last.pc * x.W.cfg.threads + last.tid)!;
    return { kind: 'step', tid: last.tid, proc: s.proc.key, label: s.label, nth };
  }
}

/** Of steps chosen one after the other, where the thread of every so many stands is written down. */
const STANDS_EVERY = 8;

/** Where the thread of a choice stands; undefined for choices that are no step. */
export function standing(x: Machine, { choice }: Departure): Anchor | undefined {
  if (choice.kind !== 'step') return undefined;
  const s = x.at(choice.tid);
  return { kind: 'step', tid: choice.tid, proc: s.proc.key, label: s.label, nth: 0 };
}

export interface AnchorsRead {
  /** One for each departure; undefined where it was made right after the one before. */
  departures: (Anchor | undefined)[];
  playhead: Anchor | undefined;
}

/**
 * Reads the anchors of a schedule by running it on a machine of its own, in portions. The machine is booted and stands at
 * the beginning.
 */
export class AnchorReader {
  private readonly tally = new Tally();
  private readonly out: AnchorsRead = { departures: [], playhead: undefined };
  private next = 0;
  private placed = false;
  /** Choices made one after the other, so far. */
  private bare = 0;

  constructor(
    private readonly x: Machine,
    private readonly departures: readonly Departure[],
    private readonly playhead: { at: number; undone: number },
  ) {}

  /** Runs on for at most `most` happenings. Null while there is more to run; throws when the schedule does not hold. */
  read(most: number): AnchorsRead | null {
    const { x, tally, departures } = this;
    const until = x.happened + most;
    for (;;) {
      this.placePlayhead();
      const d = departures[this.next];
      if (d && d.at === x.happened) {
        this.out.departures.push(this.anchorOf(d));
        const why = x.apply(d.choice);
        if (why) throw new Error(`${d.choice.kind} at ${d.at}: ${why}`);
        this.next++;
        tally.clear();
        continue;
      }
      if (this.placed && !d) return this.out;
      if (x.happened >= until) return null;
      if (!tally.take(x)) throw new Error(`the run ended after ${x.happened} happenings`);
    }
  }

  /** Of choices that follow one another at once, every so many has the place where its thread stands. */
  private anchorOf(d: Departure): Anchor | undefined {
    const anchor = this.tally.anchor(this.x);
    this.bare = anchor ? 0 : this.bare + 1;
    return anchor ?? (this.bare % STANDS_EVERY === 0 ? standing(this.x, d) : undefined);
  }

  /** Right after the last choice that was made there and not taken back. */
  private placePlayhead(): void {
    const { x, playhead, departures } = this;
    if (this.placed || x.happened !== playhead.at) return;
    let made = this.next;
    while (departures[made]?.at === playhead.at && !happens(departures[made]!.choice)) made++;
    if (this.next < made - playhead.undone) return;
    this.out.playhead = this.tally.anchor(x);
    this.placed = true;
  }
}
