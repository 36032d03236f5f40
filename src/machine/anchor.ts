/**
 * Where a choice was made, in words that another program understands too. A position is a count of happenings; when steps
 * are added or taken away, the counts shift, and "T0 has come to S14 for the 2nd time since the last choice" still holds.
 */
import { ThreadCtx } from '../haproxy/model/layouts.ts';
import { happens } from './choice.ts';
import type { Machine } from './machine.ts';
import type { Departure } from './schedule.ts';

export type Anchor =
  /** Thread `tid` has just come to step `label` of `proc`, for the `nth` time (from 1) since the last choice. */
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
class Tally {
  private counts = new Map<number, number>();
  last: Last | null = null;

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
    return { kind: 'step', tid: last.tid, proc: s.proc.name, label: s.label, nth };
  }

  /** Whether the present position is the one that `a` names. */
  isAt(x: Machine, a: Anchor): boolean {
    const { last } = this;
    if (!last) return false;
    if (a.kind === 'arrival') return last.dgram === a.dgram;
    if (last.tid !== a.tid) return false;
    const s = x.P.steps[last.pc]!;
    if (s.label !== a.label || s.proc.name !== a.proc) return false;
    return this.counts.get(last.pc * x.W.cfg.threads + last.tid) === a.nth;
  }
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
        this.out.departures.push(tally.anchor(x));
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

export interface Placed {
  departures: Departure[];
  /** Position of the playhead. */
  at: number;
  /** Happenings run: the last choice or the playhead, whichever is later. */
  end: number;
  /** What could not be found or done here, a sentence each. */
  notes: string[];
}

/** Happenings beyond the recorded distance that are looked through for an anchor. */
const FURTHER = 20_000;

/**
 * Finds the choices of a schedule that was made with another program. The machine is booted and stands at the beginning; at
 * the end it stands at the last choice or the playhead. A choice whose place does not come is left out, and said.
 */
export function placeByAnchors(
  x: Machine,
  departures: readonly Anchored[],
  playhead: { at: number; anchor?: Anchor | undefined },
): Placed {
  const tally = new Tally();
  const out: Placed = { departures: [], at: -1, end: 0, notes: [] };
  let before = 0;
  const placePlayhead = (): void => {
    const missed = goTo(x, tally, playhead.anchor, playhead.at - before);
    if (missed) out.notes.push(`The playhead stands at the choice before it: ${missed}.`);
    before = playhead.at;
    out.at = x.happened;
  };
  for (const d of departures) {
    if (out.at < 0 && d.at > playhead.at) placePlayhead();
    const missed = goTo(x, tally, d.anchor, d.at - before);
    before = d.at + (happens(d.choice) ? 1 : 0);
    if (missed) {
      out.notes.push(`The choice “${d.choice.kind}” is left out: ${missed}.`);
      continue;
    }
    const at = x.happened;
    const why = x.apply(d.choice);
    if (why) {
      out.notes.push(`The choice “${d.choice.kind}” is refused here: ${why}.`);
      continue;
    }
    out.departures.push({ at, choice: d.choice });
    tally.clear();
  }
  if (out.at < 0) placePlayhead();
  out.end = x.happened;
  return out;
}

/** Runs by the clock to the anchor, or without one by the distance. Empty, or why it did not come: nothing has moved then. */
function goTo(x: Machine, tally: Tally, anchor: Anchor | undefined, distance: number): string {
  if (!anchor) {
    for (let i = 0; i < distance; i++) if (!tally.take(x)) break;
    return '';
  }
  if (tally.isAt(x, anchor)) return '';
  const words = x.m.w.slice();
  const { happened, steps } = x;
  for (let i = 4 * distance + FURTHER; i > 0 && tally.take(x); i--) if (tally.isAt(x, anchor)) return '';
  x.m.w.set(words);
  x.happened = happened;
  x.steps = steps;
  tally.clear();
  return anchor.kind === 'arrival'
    ? `datagram ${anchor.dgram + 1} does not arrive`
    : `T${anchor.tid} does not come to ${anchor.label} of ${anchor.proc} (${nthText(anchor.nth)} time)`;
}

const nthText = (n: number): string => (n === 1 ? 'first' : n === 2 ? '2nd' : n === 3 ? '3rd' : `${n}th`);
