import type { StageView } from '../../report/view.ts';
import { Chip, hue } from '../parts/Glyphs.tsx';
import { useChoice } from '../session/context.tsx';
import type { Session } from '../session/session.ts';
import { chipPlaces } from './chips.ts';
import type { StageLayout } from './layout.ts';
import { type Outcome, outcome } from './outcome.ts';
import { fitted, wrap } from './text.ts';

/** While a connection is dragged: its copy under the pointer, and what each lane would say to it. */
export function DragLayer({ view, layout }: { view: StageView; layout: StageLayout }) {
  const state = useChoice((c) => c.drag);
  const conn = state ? view.conns.find((c) => c.index === state.conn) : undefined;
  if (!state || !conn) return null;
  const { lane } = layout;
  const at = chipPlaces(layout, view.conns, state.conn).chips.find((c) => c.conn === conn);
  const home = at && { x: at.x + at.side / 2, y: at.y + at.side / 2 };
  return (
    <g className={`drag-layer ${hue(conn.name)}`} data-testid="drag-layer">
      {view.threads
        .filter((t) => lane.y[t.tid] !== undefined)
        .map((t) => {
          const y = lane.y[t.tid] ?? 0;
          const o = outcome(view, conn, t.tid);
          if (state.over === t.tid) return <Target key={t.tid} tid={t.tid} o={o} y={y} layout={layout} />;
          // The owner keeps its head: it is the owner until the commit, wherever the copy hangs.
          return o.kind === 'home' ? (
            <text key={t.tid} className="until" x={layout.conns.x} y={y + lane.h - 9}>
              owner until the commit
            </text>
          ) : (
            <path key={t.tid} className="may" d={`M${lane.x + 1.5} ${y}v${lane.h}`} />
          );
        })}
      {home && (
        <path
          className="leash"
          d={`M${home.x} ${home.y}Q${(home.x + state.x) / 2 + 40} ${(home.y + state.y) / 2} ${state.x} ${state.y}`}
        />
      )}
      <g transform={`translate(${state.x} ${state.y}) rotate(-4)`} className="lifted">
        <rect x={-27} y={-27} width={54} height={54} rx={10} />
        <Chip name={conn.name} x={-25} y={-25} side={50} look="soft" />
      </g>
    </g>
  );
}

interface TargetProps {
  tid: number;
  o: Outcome;
  y: number;
  layout: StageLayout;
}

/** The lane under the pointer, and in its head what letting go would do. It leaves the CID table free, which is no lane's. */
function Target({ tid, o, y, layout }: TargetProps) {
  const { lane, head, band } = layout;
  const low = layout.compact;
  const [left, right] = [lane.x, lane.x + lane.w];
  const parts =
    layout.kind === 'full'
      ? [
          `M${band.x} ${y}H${left}v${lane.h}H${band.x}`,
          `M${band.x + band.w} ${y}H${right}v${lane.h}H${band.x + band.w}`,
        ]
      : [`M${left} ${y}H${right}v${lane.h}H${left}z`];
  return (
    <g className={`target ${o.kind}`} data-testid="drop-target">
      {parts.map((d) => (
        <path key={d} className="over" d={d} />
      ))}
      <rect
        className="words"
        x={lane.x + 6}
        y={y + 3}
        width={head.x + head.w - lane.x - 2}
        height={lane.h - 6}
      />
      <text className="tid" x={head.x} y={y + (low ? 22 : 33)} fontSize={low ? 18 : 26}>
        T{tid}
      </text>
      <text className="lead" x={head.x} y={y + (low ? 39 : 54)}>
        {fitted(o.lead, head.w, 12.5)}
      </text>
      <text className="rest" y={y + (low ? 53 : 70)}>
        {wrap(o.rest, head.w, 11, low ? 1 : 3).map((line, i) => (
          <tspan key={line} x={head.x} dy={i === 0 ? 0 : 13}>
            {line}
          </tspan>
        ))}
      </text>
    </g>
  );
}

/** Connection `conn` has been let go over lane `tid`. */
export function dropOn(session: Session, conn: number, tid: number): void {
  const view = session.picture.getState().stage;
  const who = view?.conns.find((c) => c.index === conn);
  if (!view || !who) return;
  const { kind } = outcome(view, who, tid);
  if (kind === 'rebind' || kind === 'refused') session.rebind(conn, tid);
}
