/**
 * How many connections each thread took from the listener and was pushed, counted from the events of a run. A run that began
 * in the middle of another (a frozen moment) is counted from its own beginning.
 */
import { EV } from '../../haproxy/step/events.ts';
import { type EventRow, ROW, rowAt } from '../../machine/recording/events.ts';

/** The events it is counted from. */
export const ACCEPT_EVENTS = [EV.CREATE, EV.REBIND_START, EV.REBIND_ERROR, EV.COMMIT, EV.ACCEPT] as const;

export interface Accepts {
  /** By the thread that took them from its listener. */
  accepted: number[];
  /** By the thread whose accept ring they went to. */
  pushed: number[];
  /** By the thread whose ring had no place left. */
  full: number[];
}

/** A connection object from its creation on, until its session starts. */
interface Taking {
  /** The thread that took it, and the one whose ring it is meant for; -1 while nothing rebinds it. */
  from: number;
  to: number;
  /** It stays where it is: no memory for the rebind. */
  stays: boolean;
  pushed: boolean;
}

/**
 * `rows`: events of `ACCEPT_EVENTS` in their order, as they travel. A connection is taken when its first rebind begins, or,
 * where nothing rebinds it, when its session starts. It went to the ring that its rebind names, unless the thread that took it
 * starts its session itself though another was named: then that ring was full. (One that was named itself and whose own ring is
 * full looks as if it had been pushed.)
 */
export function countAccepts(rows: Int32Array, threads: number): Accepts {
  const out: Accepts = { accepted: zeros(threads), pushed: zeros(threads), full: zeros(threads) };
  const taking = new Map<number, Taking>();
  for (let i = 0; i < rows.length / ROW; i++) {
    const e: EventRow = rowAt(rows, i);
    if (e.kind === EV.CREATE) {
      taking.set(e.qc, { from: -1, to: -1, stays: false, pushed: false });
      continue;
    }
    const c = taking.get(e.qc);
    if (!c) continue;
    if (e.kind === EV.REBIND_START && c.from < 0) {
      [c.from, c.to] = [e.tid, e.a];
      bump(out.accepted, e.tid);
    } else if (e.kind === EV.REBIND_ERROR) c.stays = true;
    else if (e.kind === EV.COMMIT && !c.pushed) {
      c.pushed = true;
      bump(out.pushed, c.to);
    } else if (e.kind === EV.ACCEPT) {
      taking.delete(e.qc);
      if (c.from < 0) bump(out.accepted, e.tid);
      else if (!c.stays && e.tid === c.from && c.to !== c.from) {
        bump(out.full, c.to);
        if (c.pushed) bump(out.pushed, c.to, -1);
      }
    }
  }
  return out;
}

const zeros = (n: number): number[] => new Array<number>(n).fill(0);

function bump(list: number[], t: number, by = 1): void {
  if (t >= 0 && t < list.length) list[t]! += by;
}
