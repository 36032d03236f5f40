/** The one menu that may be open, of whatever it is: never two at once. */
import type { Panel } from '../address/panel-ids.ts';
import type { MarkName, Marks, Point } from './marks.ts';

export type MenuOf =
  | { kind: 'conn'; conn: number }
  /** A datagram in flight, by its number in the store (from 1). */
  | { kind: 'dgram'; dgram: number }
  | { kind: 'thread'; tid: number }
  /** Panels whose tabs find no room. */
  | { kind: 'panels'; hidden: readonly Panel[] };

export type MenuState = MenuOf & Point;

function markOf(of: MenuOf): MarkName | null {
  if (of.kind === 'conn') return `conn:${of.conn}`;
  if (of.kind === 'panels') return null;
  return of.kind === 'dgram' ? `dgram:${of.dgram}` : `thread:${of.tid}`;
}

/** The menu at `at`, or beneath the mark of what it is about; null when that is not on screen. */
export function menuAt(marks: Marks, of: MenuOf, at?: Point): MenuState | null {
  const mark = markOf(of);
  const point = at ?? (mark && marks.below(mark));
  return point && { ...of, ...point };
}
