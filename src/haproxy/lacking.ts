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
  lacking('9f7cfb0a5', '2023-08-08', '2.9-dev3', 'a small object stands for a closed connection'),
  lacking('fe29dba87', '2023-10-26', '2.9-dev9', 'which lives for a second at most'),
  lacking('3df6a6011', '2023-11-09', '2.9-dev10', 'a limit of handshakes'),
  lacking('7ecf4b34b', '2023-11-09', '2.9-dev10', 'an idle task that a mux outlives ends itself'),
  lacking('bb28215d9', '2023-11-09', '2.9-dev10', 'a limit of connections that wait to be accepted'),
  lacking('f1064c738', '2025-04-25', '3.2-dev13', 'nbconn moves to the listener of the other group'),
  lacking('9240cd4a2', '2025-04-25', '3.2-dev13', 'RUNNING on tasklets'),
  lacking('2bab043c8', '2025-04-30', '3.2-dev13', 'one bit for queued tasks and tasklets'),
  lacking('b81c9390f', '2025-04-30', '3.2-dev13', 'one way to kill both'),
  lacking('74b95922e', '2025-06-20', '3.3-dev2', 'a connection lives as long as its struct connection'),
  lacking('5a8728d03', '2025-11-10', '3.3-dev13', 'the CID is inserted before the connection is made'),
  lacking('7d40b3134', '2026-03-23', '3.4-dev8', 'nothing runs twice in one loop of the scheduler'),
  lacking('9852d5be2', '2026-03-23', '3.4-dev8', 'no wake-up into the class that is running'),
  lacking('282b9b7d1', '2026-03-23', '3.4-dev8', 'shares of the classes by weight'),
  lacking('9b5f11cd3', '2026-04-30', '3.4-dev11', 'datagrams in a byte ring (only its handler is here)'),
];

/** What the model of HAProxy of `date` (YYYY-MM-DD) is without. */
export const lackingAt = (date: string): readonly Lacking[] => LACKING.filter((l) => l.date <= date);
