/** Two runs of one beginning, row by row: what is the same in both, and where they first part. */
import { EV } from '../haproxy/step/events.ts';
import { TOLD_KINDS } from './told-kinds.ts';

/** What of an event is compared: not its time, which may differ where its order does not. */
export interface BesideEvent {
  kind: number;
  tid: number;
  conn: number;
  dgram: number;
  other: number;
}

/** And by the ways of datagrams: what a run is told by would say the same of two in which they went different ones. */
export const BESIDE_KINDS: readonly number[] = [
  ...TOLD_KINDS,
  EV.RECEIVE,
  EV.DISPATCH,
  EV.POP,
  EV.TIMER,
  EV.BUG,
];

/** Numbers of the events that stand beside each other; -1 where one run has none. */
export interface BesideRow {
  a: number;
  b: number;
  /** Both runs tell the same here. */
  same: boolean;
}

const key = (e: BesideEvent): string => `${e.kind} ${e.tid} ${e.conn} ${e.dgram} ${e.other}`;

/** Most events of a run that are aligned: the work grows with both. */
export const MOST_BESIDE = 400;

/** The longest sequence that both have stands side by side; `first` is the row of the first difference, -1 when there is none. */
export function besideRows(
  a: readonly BesideEvent[],
  b: readonly BesideEvent[],
): { rows: BesideRow[]; first: number } {
  const [x, y] = [a.map(key), b.map(key)];
  // Length of the longest common sequence of what is left from (i, j) on.
  const width = y.length + 1;
  const longest = new Uint16Array((x.length + 1) * width);
  for (let i = x.length - 1; i >= 0; i--)
    for (let j = y.length - 1; j >= 0; j--)
      longest[i * width + j] =
        x[i] === y[j]
          ? longest[(i + 1) * width + j + 1]! + 1
          : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
  const rows: BesideRow[] = [];
  /** What has no like in the other run: it stands beside what the other has in its place. */
  let apart: { a: number[]; b: number[] } = { a: [], b: [] };
  const put = (): void => {
    for (let k = 0; k < Math.max(apart.a.length, apart.b.length); k++)
      rows.push({ a: apart.a[k] ?? -1, b: apart.b[k] ?? -1, same: false });
    apart = { a: [], b: [] };
  };
  for (let i = 0, j = 0; i < x.length || j < y.length; ) {
    if (i < x.length && j < y.length && x[i] === y[j]) {
      put();
      rows.push({ a: i++, b: j++, same: true });
    } else if (
      j >= y.length ||
      (i < x.length && longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!)
    )
      apart.a.push(i++);
    else apart.b.push(j++);
  }
  put();
  return { rows, first: rows.findIndex((r) => !r.same) };
}
