/** What threads saw before the moment was frozen, as one column of seven numbers an event. */
import { BUGS } from '../../haproxy/model/bugs.ts';
import { EV } from '../../haproxy/step/events.ts';
import type { PastEvent } from '../../scenario/frozen.ts';
import type { Column } from './columns.ts';
import { FileProblem, int } from './fields.ts';
import { MOST } from './format.ts';

const NUMBERS = 7;
/** Most numbers in the column. */
export const MOST_PAST = NUMBERS * MOST.past;
const LAST = Math.max(...Object.values(EV));
const WHAT = 'what was observed before';
const I32 = 2 ** 31 - 1;

export function pastColumn(past: readonly PastEvent[]): Int32Array {
  const out = new Int32Array(past.length * NUMBERS);
  past.forEach((p, i) => {
    out.set([p.tid, p.ms, p.us, p.kind, p.conn, p.a, p.b], i * NUMBERS);
  });
  return out;
}

/** Throws FileProblem. */
export function readPast(column: Column | undefined, threads: number, conns: number): PastEvent[] {
  const n = (column?.length ?? -1) / NUMBERS;
  if (!(column instanceof Int32Array) || !Number.isInteger(n) || n > MOST.past)
    throw new FileProblem(`The file is not what it says: ${WHAT} cannot be read.`);
  return Array.from({ length: n }, (_, i) => {
    const [tid, ms, us, kind, conn, a, b] = column.subarray(i * NUMBERS, (i + 1) * NUMBERS);
    return {
      tid: int(tid, 0, threads - 1, WHAT),
      ms: int(ms, 0, I32, WHAT),
      us: int(us, 0, I32, WHAT),
      kind: int(kind, 1, LAST, WHAT),
      conn: int(conn, -1, conns - 1, WHAT),
      a: kind === EV.BUG ? int(a, 0, BUGS.length - 1, WHAT) : a!,
      b: b!,
    };
  });
}
