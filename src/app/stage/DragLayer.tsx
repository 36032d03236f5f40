import type { StageView } from '../../report/view.ts';
import { Chip, hue } from '../parts/Glyphs.tsx';
import { useChoice } from '../session/context.tsx';
import type { Session } from '../session/session.ts';
import type { StageLayout } from './layout.ts';
import { outcome } from './outcome.ts';
import { fitted, wrap } from './text.ts';

/** While a connection is dragged: its copy under the pointer, and what each lane would say to it. */
export function DragLayer({ view, layout }: { view: StageView; layout: StageLayout }) {
  const state = useChoice((c) => c.drag);
  const conn = state ? view.conns.find((c) => c.index === state.conn) : undefined;
  if (!state || !conn) return null;
  const { lane, head } = layout;
  return (
    <g className={`drag-layer ${hue(conn.name)}`} data-testid="drag-layer">
      {view.threads
        .filter((t) => lane.y[t.tid] !== undefined)
        .map((t) => {
          const y = lane.y[t.tid] ?? 0;
          const o = outcome(view, conn, t.tid);
          const over = state.over === t.tid;
          if (!over && o.kind !== 'home')
            return <rect key={t.tid} className="target" x={lane.x} y={y} width={lane.w} height={lane.h} />;
          const rest = wrap(o.rest, head.w, 11, layout.compact ? 1 : 3);
          return (
            <g
              key={t.tid}
              className={`target ${o.kind} ${over ? 'over' : ''}`}
              data-testid={over ? 'drop-target' : undefined}
            >
              <rect x={lane.x} y={y} width={lane.w} height={lane.h} />
              <rect
                className="words"
                x={lane.x + 6}
                y={y + 3}
                width={head.x + head.w - lane.x - 2}
                height={lane.h - 6}
              />
              <text
                className="tid"
                x={head.x}
                y={y + (layout.compact ? 22 : 33)}
                fontSize={layout.compact ? 18 : 26}
              >
                T{t.tid}
              </text>
              <text className="lead" x={head.x} y={y + (layout.compact ? 39 : 54)}>
                {fitted(o.lead, head.w, 12.5)}
              </text>
              <text className="rest" y={y + (layout.compact ? 53 : 70)}>
                {rest.map((line, i) => (
                  <tspan key={line} x={head.x} dy={i === 0 ? 0 : 13}>
                    {line}
                  </tspan>
                ))}
              </text>
            </g>
          );
        })}
      <g transform={`translate(${state.x} ${state.y}) rotate(-4)`} className="lifted">
        <rect x={-27} y={-27} width={54} height={54} rx={10} />
        <Chip name={conn.name} x={-25} y={-25} side={50} look="soft" />
      </g>
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
