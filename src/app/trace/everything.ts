import type { LinkTrace } from '../../link/moment.ts';

/** Which lines of the trace are shown, as a link holds it. Events are names of EVENTS. */
export type TraceFilter = LinkTrace;

/** Callbacks whose lines were opened or shut by hand, each named by the happening that called it. */
export interface TraceFolds {
  opened: readonly number[];
  shut: readonly number[];
}

export const NO_FOLDS: TraceFolds = { opened: [], shut: [] };

/** All of them: the store needs no more of what a filter is. */
export const EVERYTHING: TraceFilter = { words: '', conns: [], tids: [], events: [], level: 5, each: false };
