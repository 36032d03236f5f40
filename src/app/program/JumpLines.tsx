import type { DifferenceRow } from '../../report/difference.ts';
import { backPath, gutterOf, headPath, type Trunk, trunkPath } from './jumps.ts';
import type { MeasuredJumps } from './useJumps.ts';

/** The jumps as lines in the gutter beside the rows. Their names stand in the rows, where each line begins. */
export function JumpLines({
  laid,
  lit,
  rows,
}: {
  laid: MeasuredJumps;
  /** Row whose lines stand out. */
  lit: string;
  rows: readonly DifferenceRow[];
}) {
  const { trunks, lanes, back, height } = laid;
  const leads = new Set(
    rows.find((r) => r.kind !== 'removed' && r.step.label === lit)?.step.edges.map((e) => e.to),
  );
  const isLit = (t: Trunk): boolean => t.target === lit || leads.has(t.target);
  // What stands out is drawn last.
  const drawn = [...trunks].sort((a, b) => Number(isLit(a)) - Number(isLit(b)));
  return (
    <svg className="jumps" width={gutterOf(lanes)} height={height} aria-hidden="true">
      {drawn.map((t) => (
        <g key={t.target} className={isLit(t) ? 'lit' : ''} data-trunk={t.target}>
          <path d={trunkPath(t, lanes)} />
          <path className="head" d={headPath(t)} />
        </g>
      ))}
      {back.map((y) => (
        <path key={y} className="back" d={backPath(y)} />
      ))}
    </svg>
  );
}
