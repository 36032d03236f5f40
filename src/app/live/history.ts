/**
 * What the last minute was like: rates by thread for the lines, moves of the last 10 s for arcs and matrix. Works on
 * differences of totals, so a reading that comes late is no less true.
 */
import { LOOP_BUCKETS } from '../../hosts/live/board.ts';
import { loopTime } from './loops.ts';
import type { Reading } from './reading.ts';

/** How far back the lines reach, ms, and in how many points. */
export const LINE_MS = 60_000;
export const LINE_POINTS = 120;
/** Window of arcs, matrix and caps, ms. */
export const MOVES_MS = 10_000;

export const ROWS = ['load', 'datagrams', 'redispatches', 'inbox', 'loop'] as const;
export type RowName = (typeof ROWS)[number];

export interface Rates {
  /** Share of wall time at work, 0..1. */
  load: Float64Array;
  /** Datagrams and redispatches a second. */
  datagrams: Float64Array;
  redispatches: Float64Array;
  /** Longest inbox that was seen in the span. */
  inbox: Float64Array;
  /** The time 99 of 100 loops stayed under, ms. */
  loop: Float64Array;
}

export interface History {
  add(reading: Reading): void;
  /** Over about the last second. */
  now(): Rates;
  /** Points of `row` for thread `tid`, oldest first; NaN where the run had not begun. */
  line(row: RowName, tid: number): Float64Array;
  /** Largest value of `row` in any thread's line, at least `least`. */
  top(row: RowName, least: number): number;
  /** What came to pass in the last 10 s. */
  window(): Window;
}

export interface Window {
  /** Row to column. */
  moves: Float64Array;
  /** Over all threads. */
  handled: number;
  redispatched: number;
  crossed: number;
  steps: number;
  /** Steps tried again. */
  again: number;
  /** ms not asleep. */
  busy: number;
  /** How long the window is, ms. */
  ms: number;
}

interface Totals {
  at: number;
  steps: number;
  again: number;
  handled: Float64Array;
  redispatched: Float64Array;
  busy: Float64Array;
  loops: Float64Array;
  moves: Float64Array;
  crossed: Float64Array;
}

function wentBack(was: Totals, now: Totals): boolean {
  return now.handled.some((v, t) => v < was.handled[t]!) || now.busy.some((v, t) => v < was.busy[t]!);
}

const POINT_MS = LINE_MS / LINE_POINTS;
/** Rates shown as numbers are taken over this span, so that they can be read. */
const NOW_MS = 1000;

/** A history with nothing in it. */
export function createHistory(threads: number): History {
  const lines = Object.fromEntries(
    ROWS.map((r) => [
      r,
      Array.from({ length: threads }, () => new Float64Array(LINE_POINTS).fill(Number.NaN)),
    ]),
  ) as Record<RowName, Float64Array[]>;
  let kept: Totals[] = [];
  let point: Totals | null = null;
  let last: Totals | null = null;
  const zero = () => new Float64Array(threads);
  let peakInbox = zero();
  let rates: Rates = { load: zero(), datagrams: zero(), redispatches: zero(), inbox: zero(), loop: zero() };

  function push(from: Totals, to: Totals): void {
    const s = (to.at - from.at) / 1000;
    for (let t = 0; t < threads; t++) {
      const values: Record<RowName, number> = {
        load: Math.min(1, (to.busy[t]! - from.busy[t]!) / (s * 1000)),
        datagrams: (to.handled[t]! - from.handled[t]!) / s,
        redispatches: (to.redispatched[t]! - from.redispatched[t]!) / s,
        inbox: peakInbox[t]!,
        loop: loopTime(to.loops, from.loops, t * LOOP_BUCKETS, 0.99),
      };
      // A late reading covers the time of several points with its mean.
      const n = Math.max(1, Math.min(LINE_POINTS, Math.floor((s * 1000) / POINT_MS)));
      for (const r of ROWS) {
        const line = lines[r][t]!;
        line.copyWithin(0, n);
        line.fill(values[r], LINE_POINTS - n);
      }
    }
    peakInbox = zero();
  }

  return {
    add(reading) {
      const now: Totals = {
        at: reading.at,
        steps: reading.steps,
        again: reading.again,
        handled: reading.handled.slice(),
        redispatched: reading.redispatched.slice(),
        busy: reading.busy.slice(),
        loops: reading.loops.slice(),
        moves: reading.moves.slice(),
        crossed: reading.crossed.slice(),
      };
      for (let t = 0; t < threads; t++) {
        peakInbox[t] = Math.max(peakInbox[t]!, reading.inbox[t]!);
      }
      // Totals go back when the run goes on from an earlier image: what was before is no base for differences.
      if (last && wentBack(last, now)) {
        kept = [];
        point = null;
      }
      const inbox = peakInbox.slice();
      if (!point) point = now;
      else if (now.at - point.at >= POINT_MS) {
        push(point, now);
        point = now;
      }
      kept.push(now);
      // One reading older than the window stays: differences are taken to it.
      const old = kept.findLastIndex((k) => now.at - k.at >= MOVES_MS);
      if (old > 0) kept = kept.slice(old);
      const from = kept.findLast((k) => now.at - k.at >= NOW_MS) ?? kept[0]!;
      const s = Math.max(1e-3, (now.at - from.at) / 1000);
      const per = (to: Float64Array, was: Float64Array) => to.map((v, t) => (v - was[t]!) / s);
      rates = {
        load: per(now.busy, from.busy).map((ms) => Math.min(1, ms / 1000)),
        datagrams: per(now.handled, from.handled),
        redispatches: per(now.redispatched, from.redispatched),
        inbox,
        loop: zero().map((_, t) => loopTime(now.loops, from.loops, t * LOOP_BUCKETS, 0.99)),
      };
      last = now;
    },
    now: () => rates,
    line: (row, tid) => lines[row][tid]!,
    top(row, least) {
      let top = least;
      for (const line of lines[row]) for (const v of line) if (v > top) top = v;
      return top;
    },
    window() {
      const from = kept[0] ?? last;
      if (!from || !last) {
        const none = { handled: 0, redispatched: 0, crossed: 0, steps: 0, again: 0, busy: 0, ms: 0 };
        return { moves: new Float64Array(threads * threads), ...none };
      }
      const now = last;
      const grown = (name: 'handled' | 'redispatched' | 'crossed' | 'busy') =>
        now[name].reduce((n, v, t) => n + v - from[name][t]!, 0);
      return {
        moves: now.moves.map((v, i) => v - from.moves[i]!),
        handled: grown('handled'),
        redispatched: grown('redispatched'),
        crossed: grown('crossed'),
        steps: now.steps - from.steps,
        again: now.again - from.again,
        busy: grown('busy'),
        ms: now.at - from.at,
      };
    },
  };
}
