/** What may happen in a search beside the steps of threads, and how often. Kept in the block, so that it is part of a state. */
export interface ExploreBounds {
  /** Client datagrams that may arrive, by index; each once, in any order. */
  deliver: readonly number[];
  /** Orders by hand that a person may give, each once: connection, thread. At most 30. */
  rebinds: readonly (readonly [conn: number, tid: number])[];
  /** How often a sleeping thread's next timer may run out. */
  timerFirings: number;
  /** How often an allocation may fail. */
  allocationFailures: number;
  /** How often a call of a connection on a socket may fail. */
  socketFailures: number;
}

export const NOTHING_MORE: ExploreBounds = {
  deliver: [],
  rebinds: [],
  timerFirings: 0,
  allocationFailures: 0,
  socketFailures: 0,
};

/** Words of the block's budget. */
export const BUDGET = { timers: 0, failures: 1, orders: 2, sockets: 3 } as const;
