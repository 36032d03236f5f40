/** What a span of time held: steps and time by function and thread, moves, datagrams. */
import type { Mark, Slices } from '../../hosts/engine.ts';
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

export interface SpanSum {
  /** Positions [from, to] that it holds. */
  from: number;
  to: number;
  /** Virtual ns. */
  ns: number;
  steps: number;
  arrivals: number;
  datagrams: number;
  commits: number;
  redispatches: number;
  violations: number;
  /** By thread and function, the longest first; looking for work apart, at the end. */
  spent: Spent[];
}

/** @param from,to virtual ns; rows that begin within them count. Null where there are none. */
export function sumSpan(
  rows: Slices,
  words: Words,
  marks: readonly Mark[],
  from: number,
  to: number,
): SpanSum | null {
  const spent = new Map<string, Spent>();
  const datagrams = new Set<number>();
  let first = -1;
  let last = -1;
  let steps = 0;
  let arrivals = 0;
  for (let i = 0; i < rows.to - rows.from; i++) {
    const start = rows.start[i]!;
    if (start < from || start >= to) continue;
    if (first < 0) first = i;
    last = i;
    if (rows.dgram[i]! >= 0) datagrams.add(rows.dgram[i]!);
    const tid = rows.tid[i]!;
    if (tid < 0) {
      arrivals++;
      continue;
    }
    steps++;
    const fn = words(rows.pc[i]!)?.fn ?? '';
    const key = `${tid} ${fn}`;
    const s = spent.get(key) ?? { tid, fn, steps: 0, ns: 0, at: rows.from + i + 1 };
    s.steps++;
    s.ns += rows.cost[i]!;
    spent.set(key, s);
  }
  if (first < 0) return null;
  const within = (m: Mark): boolean => m.at >= rows.from + first && m.at <= rows.from + last;
  const count = (kind: Mark['kind']): number => marks.filter((m) => m.kind === kind && within(m)).length;
  return {
    from: rows.from + first,
    to: rows.from + last + 1,
    ns: to - from,
    steps,
    arrivals,
    datagrams: datagrams.size,
    commits: count('commit'),
    redispatches: count('redispatch'),
    violations: count('violation'),
    spent: [...spent.values()].sort((a, b) => Number(isPolling(a)) - Number(isPolling(b)) || b.ns - a.ns),
  };
}

/** A thread that looks for work or waits. */
export const isPolling = ({ fn }: Pick<Spent, 'fn'>): boolean => fn === 'run_poll_loop' || fn === '_do_poll';
