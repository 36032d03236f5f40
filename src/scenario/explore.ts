/** Which world a search begins from, as plain data: it goes to workers, into links and into a history of runs. */

/** How much may happen. Absent: as the world says. */
export interface WorldBounds {
  threads?: number;
  connections?: number;
  datagrams?: number;
  rebinds?: number;
  timerFirings?: number;
  allocationFailures?: number;
  ringSize?: number;
  batchLimit?: number;
  inboxRecords?: number;
  socketFailures?: number;
}

export interface WorldSpec {
  /** Id of a museum world (`M01`, `X02`). */
  world: string;
  /** False: as it was before its fix, or with its mutation. True: after, or without. */
  fixed: boolean;
  /** Departures from what the world says. */
  revision?: string;
  without?: readonly string[];
  mutations?: readonly string[];
  /** In words of `haproxy/ideas.ts`. */
  ideas?: readonly string[];
  bounds?: WorldBounds;
  /** What the world spares before its fix or with its mutation is looked at all the same. */
  unspared?: boolean;
  /** Rules that are not looked at. */
  rulesOff?: readonly string[];
}
