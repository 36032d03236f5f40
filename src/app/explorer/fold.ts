/** Rows of a run drawn together: steps of one thread in one procedure in which nobody else takes part. */
import type { LifeRow } from '../../report/lifelines.ts';

export interface DrawnRow {
  first: LifeRow;
  last: LifeRow;
  /** "S1.1 to S13". */
  label: string;
  bad: boolean;
}

/** @param apart rows, from 0, that stand alone besides commits, pushes and the last one. */
export function foldRows(rows: readonly LifeRow[], apart: ReadonlySet<number>, badLast: boolean): DrawnRow[] {
  const out: DrawnRow[] = [];
  let open: LifeRow[] = [];
  const close = () => {
    if (open.length > 0) out.push(drawn(open, false));
    open = [];
  };
  rows.forEach((row, i) => {
    const bad = badLast && i === rows.length - 1;
    if (bad || row.commit || row.push || apart.has(i) || row.thread < 0) {
      close();
      out.push(drawn([row], bad));
      return;
    }
    const last = open.at(-1);
    if (last && (last.thread !== row.thread || last.procedure !== row.procedure)) close();
    open.push(row);
  });
  close();
  return out;
}

function drawn(rows: readonly LifeRow[], bad: boolean): DrawnRow {
  const first = rows[0]!;
  const last = rows.at(-1)!;
  return { first, last, bad, label: first === last ? first.step : `${first.step} to ${last.step}` };
}
