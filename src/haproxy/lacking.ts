/**
 * Commits that HAProxy has on this line and the model has not, or not in full: those that could change what a search finds. A
 * revision of the model is HAProxy of its date without these.
 */

export interface Lacking {
  readonly id: string;
  /** Date of the commit. */
  readonly date: string;
  /** First version that has it. */
  readonly version: string;
  readonly what: string;
}

const lacking = (id: string, date: string, version: string, what: string): Lacking => ({
  id,
  date,
  version,
  what,
});

/** By date. */
export const LACKING: readonly Lacking[] = [
  lacking('282b9b7d1', '2026-03-23', '3.4-dev8', 'budgets of the classes, in a way that is not known to us'),
  lacking('aaee6c463', '2026-06-12', '3.5-dev1', 'threads of a group share no timers any more'),
  lacking('753aa4441', '2026-07-06', '3.5-dev2', 'closing an fd of another group stops no thread'),
];

/** What the model of HAProxy of `date` (YYYY-MM-DD) is without. */
export const lackingAt = (date: string): readonly Lacking[] => LACKING.filter((l) => l.date <= date);
