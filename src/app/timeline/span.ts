/** What a span of the run held: steps and time by function and thread, moves, datagrams, and who waited how long. */
import { EV } from '../../haproxy/step/events.ts';
import type { EventRow } from '../../machine/recording/events.ts';
import type { Sum } from '../../machine/recording/tally.ts';
import type { Words } from './groups.ts';

export interface Spent {
  tid: number;
  fn: string;
  steps: number;
  /** Virtual ns. */
  ns: number;
  /** First position from which a step of it can be seen. */
  at: number;
}

/** A datagram in an inbox. */
export interface Wait {
  /** From 0. */
  dgram: number;
  /** Capture connection, -1 none. */
  conn: number;
  /** Virtual ns within the span. */
  ns: number;
}

export interface SpanSum {
  /** Positions [from, to] that it holds. */
  from: number;
  to: number;
  /** Virtual ns. */
  ns: number;
  steps: number;
  arrivals: number;
  /** By events: datagrams that came in, that were handled, and what became of connections. */
  received: number;
  handled: number;
  commits: number;
  redispatches: number;
  violations: number;
  /** Who waited in an inbox, the longest first. */
  waits: Wait[];
  /** By thread and function, the longest first; looking for work apart, at the end. */
  spent: Spent[];
}

/** Kinds that a span is told from; those of a wait are wanted from before it too. */
export const SPAN_KINDS: readonly number[] = [EV.RECEIVE, EV.COMMIT, EV.BUG];
export const WAIT_KINDS: readonly number[] = [EV.DISPATCH, EV.REDISPATCH, EV.POP, EV.HANDLED, EV.DROP];

/** @param ns times [from, to] of the span; `events` are of both kinds, up to its end, in order */
export function spanOf(
  { from, to }: { from: number; to: number },
  ns: readonly [number, number],
  sum: Sum,
  events: readonly EventRow[],
  words: Words,
): SpanSum {
  const within = events.filter((e) => e.at >= from && e.at < to);
  const count = (kind: number): number => within.filter((e) => e.kind === kind).length;
  const spent = new Map<string, Spent>();
  for (const { tid, pc, steps, ns: took, at } of sum.done) {
    const fn = words(pc)?.fn ?? '';
    const s = spent.get(`${tid} ${fn}`);
    if (s) {
      s.steps += steps;
      s.ns += took;
      s.at = Math.min(s.at, at);
    } else spent.set(`${tid} ${fn}`, { tid, fn, steps, ns: took, at });
  }
  return {
    from,
    to,
    ns: ns[1] - ns[0],
    steps: sum.steps,
    arrivals: sum.arrivals,
    received: count(EV.RECEIVE),
    handled: count(EV.HANDLED),
    commits: count(EV.COMMIT),
    redispatches: count(EV.REDISPATCH),
    violations: count(EV.BUG),
    waits: waitsIn(events, ns),
    spent: [...spent.values()].sort((a, b) => Number(isPolling(a)) - Number(isPolling(b)) || b.ns - a.ns),
  };
}

/** In an inbox from being sorted or passed on until it is taken; what is still there waits to the span's end. */
function waitsIn(events: readonly EventRow[], [from, to]: readonly [number, number]): Wait[] {
  const since = new Map<number, EventRow>();
  const waits = new Map<number, Wait>();
  const end = (e: EventRow, until: number): void => {
    const begun = Math.max(from, e.ms * 1e6 + e.ns);
    const ns = Math.min(to, until) - begun;
    if (ns <= 0) return;
    const w = waits.get(e.dgram) ?? { dgram: e.dgram, conn: e.conn, ns: 0 };
    w.ns += ns;
    waits.set(e.dgram, w);
  };
  for (const e of events) {
    if (e.dgram < 0) continue;
    if (e.kind === EV.DISPATCH || e.kind === EV.REDISPATCH) since.set(e.dgram, e);
    else if (e.kind === EV.POP || e.kind === EV.HANDLED || e.kind === EV.DROP) {
      const begun = since.get(e.dgram);
      if (begun) end(begun, e.ms * 1e6 + e.ns);
      since.delete(e.dgram);
    }
  }
  for (const e of since.values()) end(e, to);
  return [...waits.values()].sort((a, b) => b.ns - a.ns);
}

/** A thread that looks for work or waits. */
export const isPolling = ({ fn }: Pick<Spent, 'fn'>): boolean => fn === 'run_poll_loop' || fn === '_do_poll';
