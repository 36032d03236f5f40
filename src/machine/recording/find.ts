/** Where a named position lies on a recorded line. */

import { filterOf } from './event-kinds.ts';
import type { Line } from './line.ts';
import type { Named } from './named.ts';
import { EventView } from './query.ts';

/**
 * The position, or -1 when it does not come on what is recorded of the line. `start`: where the moment begins; `atMs` gives the
 * first position whose happening begins at that time or later.
 */
export function positionOf(
  named: Named,
  line: Line,
  start: number,
  dgramOf: (no: string) => number,
  atMs: (ms: number) => number,
): number {
  switch (named.kind) {
    case 'start':
      return start;
    case 'end':
      return line.end;
    case 'step':
      return named.at <= line.end ? named.at : -1;
    case 'time':
      return atMs(named.ms);
    case 'event': {
      const seen = seenFrom(named, line, start, dgramOf);
      if (seen < 0) return -1;
      const at = seen + named.steps;
      return at >= 0 && at <= line.end ? at : -1;
    }
  }
}

function seenFrom(
  named: Extract<Named, { kind: 'event' }>,
  line: Line,
  start: number,
  dgramOf: (no: string) => number,
): number {
  // A rule that broke is told by no step: it stands among the marks alone.
  if (named.event === 'violation') {
    const marks = line.marks.filter((m) => m.kind === 'violation' && m.at >= start);
    const mark = named.nth < 0 ? marks.at(-1) : marks[named.nth - 1];
    return mark ? mark.at + 1 : -1;
  }
  const view = new EventView(filterOf(named, start, dgramOf), line.events).catchUp();
  const n = named.nth < 0 ? view.length - 1 : named.nth - 1;
  const number = view.numbers(n, n + 1)[0];
  return number === undefined || n < 0 ? -1 : line.events.columns.at[number]! + 1;
}
