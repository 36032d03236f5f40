import { Chip, Diamond, hue } from '../parts/Glyphs.tsx';
import { memoised } from '../parts/memoised.ts';
import type { ChipPlace, GhostPlace } from './chips.ts';
import type { StageLayout } from './layout.ts';
import { Part } from './lit.tsx';
import { type Point, rounded } from './paths.ts';

interface Props {
  chips: readonly ChipPlace[];
  ghosts: readonly GhostPlace[];
  layout: StageLayout;
}

/** Ghosts of what just left, and the line through the commit to where it is now. */
export const Moves = memoised(({ chips, ghosts, layout }: Props) => {
  return (
    <g className="moves">
      {ghosts.map((g, i) => {
        const now = chips.find((c) => c.conn.index === g.conn.index);
        const full = layout.kind === 'full';
        return (
          <g key={g.conn.index} className={hue(g.conn.name)} data-testid={`ghost-${g.conn.name.letter}`}>
            <Part of={[`chip:${g.conn.name.letter}`, 'commit']}>
              <Chip name={g.conn.name} x={g.x} y={g.y} side={g.side} look="ghost" />
              {full && !layout.compact && (
                <text className="note middle" x={g.x + g.side / 2} y={g.y + g.side + 14}>
                  was here
                </text>
              )}
            </Part>
            {now && (
              <Part of={['commit']}>
                <CommitLine
                  g={g}
                  now={now}
                  layout={layout}
                  says={!ghosts.slice(0, i).some((o) => upperLane(o, chips) === Math.min(g.tid, now.tid))}
                />
              </Part>
            )}
          </g>
        );
      })}
    </g>
  );
});

/** The upper one of the two lanes between which a connection has moved: beneath it stands the commit. */
const upperLane = (g: GhostPlace, chips: readonly ChipPlace[]): number =>
  Math.min(g.tid, chips.find((c) => c.conn.index === g.conn.index)?.tid ?? g.tid);

interface LineProps {
  g: GhostPlace;
  now: ChipPlace;
  layout: StageLayout;
  /** The word stands beside it: of commits at one place the first says it. */
  says: boolean;
}

function CommitLine({ g, now, layout, says }: LineProps) {
  const down = now.tid > g.tid;
  const x = layout.lane.x + layout.lane.w - (layout.kind === 'phone' ? 8 : 13);
  const gy = g.y + g.side / 2;
  const cx = now.x + now.side / 2;
  const edge = down ? now.y - 1 : now.y + now.side + 1;
  const turn = down
    ? Math.max((layout.lane.y[now.tid] ?? 0) + 2, now.y - 9)
    : Math.min(edge + 16, (layout.lane.y[now.tid] ?? 0) + layout.lane.h - 3);
  const points: Point[] = [
    [g.x + g.side + 2, gy],
    [x, gy],
    [x, turn],
    [cx, turn],
    [cx, down ? edge - 5 : edge + 5],
  ];
  const top = layout.lane.y[Math.min(g.tid, now.tid)] ?? 0;
  const dy = top + layout.lane.h + 3;
  const tip = down ? `M${cx} ${edge}l-5.5 -8h11z` : `M${cx} ${edge}l-5.5 8h11z`;
  return (
    <g className="commit" data-testid="commit">
      <path className="commit-line" d={rounded(points, 8)} />
      <path className="commit-tip" d={tip} />
      <g className="land">
        <Diamond cx={x} cy={dy} r={9} />
      </g>
      {says && (
        <text className="commit-word" x={x - 13} y={dy + 4}>
          commit
        </text>
      )}
    </g>
  );
}
