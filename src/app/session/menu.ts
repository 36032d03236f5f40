/** The one menu that may be open, of whatever it is: never two at once. */
import type { MarkName, Marks, Point } from './marks.ts';

export type MenuOf =
  | { kind: 'conn'; conn: number }
  /** A datagram in flight, by its number in the store (from 1). */
  | { kind: 'dgram'; dgram: number }
  | { kind: 'thread'; tid: number };

export type MenuState = MenuOf & Point;

function markOf(of: MenuOf): MarkName {
  if (of.kind === 'conn') return `conn:${of.conn}`;
  return of.kind === 'dgram' ? `dgram:${of.dgram}` : `thread:${of.tid}`;
}

/** The menu at `at`, or beneath the mark of what it is about; null when that is not on screen. */
export function menuAt(marks: Marks, of: MenuOf, at?: Point): MenuState | null {
  const point = at ?? marks.below(markOf(of));
  return point && { ...of, ...point };
}
