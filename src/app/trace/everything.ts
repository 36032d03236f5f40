/** What a filter of the trace holds, and the one that leaves everything: the store needs no more of it. */
export interface TraceFilter {
  words: string;
  /** Capture connections, -1 for lines of none; empty: all. */
  conns: readonly number[];
  tids: readonly number[];
  /** Names of EVENTS; empty: all. */
  events: readonly string[];
  /** Levels of HAProxy's trace up to this one. */
  level: number;
}

export const EVERYTHING: TraceFilter = { words: '', conns: [], tids: [], events: [], level: 5 };
