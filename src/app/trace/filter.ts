/** Which lines of the trace are shown: chosen by toggles, within a group any of them, between groups all. */
import { EV } from '../../haproxy/step/events.ts';
import { TRACE_POINTS } from '../../haproxy/step/trace-points.ts';
import type { TRACE_EVENTS } from '../../link/trace.ts';
import type { AnyOf, EventFilter } from '../../machine/recording/query.ts';
import { type FindIn, LINE_KINDS, wordFilter, wordsOf } from '../../report/find.ts';
import { EVERYTHING, type TraceFilter, type TraceFolds } from './everything.ts';

/** Groups of events in the order of their toggles. */
export const EVENTS: Readonly<Record<(typeof TRACE_EVENTS)[number], readonly number[]>> = {
  commit: [EV.COMMIT],
  redispatch: [EV.REDISPATCH],
  dispatch: [EV.DISPATCH],
  refused: [EV.REFUSED, EV.REBIND_ERROR],
  drop: [EV.DROP, EV.PKT_DROP],
  'made, accepted': [EV.CREATE, EV.ACCEPT, EV.FINALIZE],
  'closed, released': [EV.CLOSE, EV.RELEASE, EV.TIMER],
  trace: [EV.TRACE],
};

export const isEverything = (f: TraceFilter): boolean =>
  f.words.trim() === '' &&
  f.conns.length + f.tids.length + f.events.length === 0 &&
  f.level === EVERYTHING.level;

/** Null when a word is called by nothing here, so that no line can have it. */
export function lineFilter(f: TraceFilter, where: FindIn): EventFilter | null {
  const all: AnyOf[] = [
    {
      kinds:
        f.events.length > 0 ? f.events.flatMap((e) => EVENTS[e as keyof typeof EVENTS] ?? []) : LINE_KINDS,
    },
  ];
  for (const w of wordsOf(f.words)) {
    const any = wordFilter(w, where);
    if (!any) return null;
    all.push(any);
  }
  if (f.conns.length > 0) all.push({ conns: f.conns });
  if (f.tids.length > 0) all.push({ tids: f.tids });
  if (f.level < EVERYTHING.level) {
    const points = TRACE_POINTS.flatMap((p, i) => (p.level <= f.level ? [i] : []));
    all.push({ points, kinds: LINE_KINDS.filter((k) => k !== EV.TRACE) });
  }
  // Landmarks stay whatever the words say.
  const landmarks = wordsOf(f.words).length > 0 && f.events.length === 0;
  return landmarks ? { all, always: [EV.COMMIT, EV.REDISPATCH] } : { all };
}

/** Somebody looks for lines, and not only leaves out others: what is found is not folded away. */
export const isSearch = (f: TraceFilter): boolean =>
  wordsOf(f.words).length > 0 || f.events.some((e) => e !== 'trace');

/** What of a callback's lines opens it: those that are looked for, or all. */
export const opening = (f: TraceFilter, filter: EventFilter | null, found: EventFilter | null) =>
  f.each || isSearch(f) ? filter : found;

/** A callback opened by hand, or shut. */
export function folded(folds: TraceFolds, call: number, open: boolean): TraceFolds {
  const without = (list: readonly number[]) => list.filter((c) => c !== call);
  const { opened, shut } = folds;
  return open
    ? { opened: [...without(opened), call], shut: without(shut) }
    : { opened: without(opened), shut: [...without(shut), call] };
}

/** `list` with `item` put in or taken out. */
export const toggled = <T>(list: readonly T[], item: T): T[] =>
  list.includes(item) ? list.filter((x) => x !== item) : [...list, item];
