/** What a recording is told apart by: the moments worth going to, and what each happening was. Plain data. */
import { EV } from '../../haproxy/step/events.ts';
import type { EventLog } from './events.ts';

/** A moment worth going to. */
export interface Mark {
  /** The happening (from 0) in which it came about: it can be seen from position `at + 1` on. */
  at: number;
  /** `commit`: ownership moved. `redispatch`: a late datagram was sent on. `violation`: a rule broke or a BUG_ON fired. */
  kind: 'commit' | 'redispatch' | 'violation' | 'refused';
  /** Id of the rule that broke; a violation without one is a BUG_ON. A rule is marked once a line. */
  rule?: string;
  /** Thread that did it; -1 when it was none. */
  tid: number;
  /** Capture connection it is about; -1 when there is none, or it is unknown. */
  conn: number;
  /** Datagram (from 0) that was sent on, -1 for other kinds. */
  dgram: number;
  /** Thread that it went to, or was to go to; -1 none. */
  other: number;
  /** Clock of the thread when the step began: whole virtual ms, and ns beyond them. */
  ms: number;
  ns: number;
}

const KINDS: Readonly<Record<number, Mark['kind']>> = {
  [EV.COMMIT]: 'commit',
  [EV.REDISPATCH]: 'redispatch',
  [EV.REFUSED]: 'refused',
  [EV.REBIND_ERROR]: 'refused',
  [EV.BUG]: 'violation',
};

/** The marks among the events of a log, from number `from` on. */
export function marksOf({ columns, length }: EventLog, from: number): Mark[] {
  const out: Mark[] = [];
  for (let i = from; i < length; i++) {
    const kind = KINDS[columns.kind[i]!];
    if (kind === undefined) continue;
    out.push({
      at: columns.at[i]!,
      kind,
      tid: columns.tid[i]!,
      conn: columns.conn[i]!,
      dgram: kind === 'redispatch' ? columns.dgram[i]! : -1,
      other: columns.other[i]!,
      ms: columns.ms[i]!,
      ns: columns.ns[i]!,
    });
  }
  return out;
}

/** What kind of happening a row is. */
export const SLICE = { STEP: 0, DELIVER: 1 } as const;

/**
 * One row a happening, for a window [from, to) of the current line; row i is the happening that leads from position
 * `from + i` to `from + i + 1`.
 */
export interface Slices {
  /** The line it was read from (`Frame.line`); rows of another line are stale. */
  line: number;
  from: number;
  /** Exclusive; less than was asked for when the line ends before it, or the window was too wide. */
  to: number;
  /** Thread, -1 for a delivery. */
  tid: Int8Array;
  /** Index of the step in the compiled program, -1 for a delivery. */
  pc: Int32Array;
  /** Frames below the step's own: 0 in run_poll_loop. */
  depth: Uint8Array;
  /** Virtual ns at which it began: the thread's clock, or the arrival. */
  start: Float64Array;
  /** Virtual ns it took. */
  cost: Int32Array;
  /** One of SLICE. */
  kind: Uint8Array;
  /** Datagram (from 0) that was delivered, or that was in the thread's hands; -1 for none. */
  dgram: Int32Array;
  /** Capture connection the step was about; -1 for none, or unknown. */
  conn: Int32Array;
}
