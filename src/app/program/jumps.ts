/**
 * Jumps of a procedure as lines beside its rows. All that lead to one row share one upright line, its trunk; trunks that
 * overlap stand in different lanes, lane 0 next to the rows. Nothing is measured here: places come in as numbers.
 */

export interface Jump {
  /** Label of the row that it leads to. */
  readonly target: string;
  /** Where it leaves its row, and where it comes to the other, px from the top of the list. */
  readonly from: number;
  readonly to: number;
}

export interface Trunk {
  readonly target: string;
  readonly lane: number;
  /** Where it leads to, px. */
  readonly to: number;
  /** Where its jumps come in, px, from the top. */
  readonly from: readonly number[];
  readonly top: number;
  readonly bottom: number;
}

export interface LaidJumps {
  /** By lane, then from the top. */
  readonly trunks: readonly Trunk[];
  readonly lanes: number;
}

/** Two trunks of one lane have at least so much between them, px. */
export const GAP = 4;

/** Shorter trunks come first, so one that spans another stands further out, and lines cross as seldom as can be. */
export function layJumps(jumps: readonly Jump[]): LaidJumps {
  const byTarget = new Map<string, Jump[]>();
  for (const j of jumps) byTarget.set(j.target, [...(byTarget.get(j.target) ?? []), j]);
  const spans = [...byTarget].map(([target, group]) => {
    const to = group[0]!.to;
    const from = group.map((j) => j.from).sort((a, b) => a - b);
    return { target, to, from, top: Math.min(to, from[0]!), bottom: Math.max(to, from.at(-1)!) };
  });
  spans.sort((a, b) => a.bottom - a.top - (b.bottom - b.top) || a.top - b.top);
  const lanes: { top: number; bottom: number }[][] = [];
  const trunks = spans.map((span): Trunk => {
    const free = lanes.findIndex((lane) =>
      lane.every((o) => span.bottom + GAP <= o.top || o.bottom + GAP <= span.top),
    );
    const lane = free < 0 ? lanes.length : free;
    lanes[lane] = [...(lanes[lane] ?? []), span];
    return { ...span, lane };
  });
  trunks.sort((a, b) => a.lane - b.lane || a.top - b.top);
  return { trunks, lanes: lanes.length };
}

/** Between two lanes, px, and at most so much for all of them. */
const STEP = 7;
const MOST = 77;
/** Before the first lane, for the arrow's head, and behind the last, px. */
const LEAD = 12;
const TAIL = 5;

const stepOf = (lanes: number): number => Math.min(STEP, MOST / Math.max(1, lanes));

/** Width of the gutter that so many lanes need, px. */
export const gutterOf = (lanes: number): number => LEAD + Math.max(1, lanes) * stepOf(lanes) + TAIL;

/** Where a lane stands in the gutter, px from its left. */
export const laneX = (lane: number, lanes: number): number => LEAD + lane * stepOf(lanes);

/** The lines of a trunk as the path of an SVG whose left is the gutter's: in from each jump, along, and out to the row. */
export function trunkPath({ to, from, lane }: Trunk, lanes: number): string {
  const x = laneX(lane, lanes);
  return from
    .map((y) => {
      const r = Math.min(3, Math.abs(to - y) / 2);
      const turn = to > y ? r : -r;
      return `M0 ${y}H${x - r}q${r} 0 ${r} ${turn}V${to - turn}q0 ${turn} ${-r} ${turn}H5`;
    })
    .join('');
}

/** The head of a trunk's arrow. */
export const headPath = ({ to }: Trunk): string => `M1 ${to}l6 -3.5v7z`;

/** The way back to the caller: a short line that ends at a bar. */
export const backPath = (y: number): string => `M0 ${y}h8m0 -3.5v7`;
