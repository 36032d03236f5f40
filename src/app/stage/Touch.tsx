import { memoised } from '../parts/memoised.ts';
import type { Blame } from '../session/store.ts';
import type { ChipPlace } from './chips.ts';
import type { StageLayout } from './layout.ts';
import { type Point, rounded } from './paths.ts';

interface Props {
  blame: Blame;
  layout: StageLayout;
  chips: readonly ChipPlace[];
}

/** A thread touches a connection that another one owns: from its lane to the chip, in the colour of a broken rule. */
export const Touch = memoised(({ blame, layout, chips }: Props) => {
  const chip = chips.find((c) => c.conn.index === blame.touched);
  if (!chip || chip.tid === blame.tid || layout.lane.y[blame.tid] === undefined) return null;
  const y = (layout.lane.y[blame.tid] ?? 0) + layout.lane.h * 0.62;
  const cx = chip.x + chip.side / 2;
  const down = chip.y > y;
  const edge = down ? chip.y - 8 : chip.y + chip.side + 8;
  const from = Math.max(layout.lane.x + 12, cx - 106);
  const points: Point[] = [
    [from, y],
    [cx, y],
    [cx, edge],
  ];
  const tip = down ? `M${cx} ${edge + 7}l-6 -9h12z` : `M${cx} ${edge - 7}l-6 9h12z`;
  return (
    <g className="touch" data-testid="touch">
      <path className="shaft" d={rounded(points, 8)} />
      <path className="tip" d={tip} />
      <text x={from} y={y - 8}>
        T{blame.tid} touches {chip.conn.name.letter} without owning it
      </text>
    </g>
  );
});
