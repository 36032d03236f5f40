import type { ConnView, StageView, ThreadView } from '../../report/view.ts';
import { hue } from '../parts/Glyphs.tsx';
import { usePicture } from '../session/context.tsx';
import { Connection } from './Connection.tsx';
import type { ChipPlaces } from './chips.ts';
import { Inbox } from './Inbox.tsx';
import { LaneHead } from './LaneHead.tsx';
import type { StageLayout } from './layout.ts';
import { laneWords } from './words.ts';

interface Props {
  thread: ThreadView;
  view: StageView;
  layout: StageLayout;
  conn: ConnView | null;
  places: ChipPlaces;
  simple: boolean;
  /** A trunk comes in from above. */
  raised: boolean;
}

/** A thread. What sits in its lane belongs to it. */
export function Lane({ thread, view, layout, conn, places, simple, raised }: Props) {
  const { tid } = thread;
  const y = layout.lane.y[tid] ?? 0;
  const owns = conn?.owner === tid;
  const left = !owns && conn?.ghostTid === tid;
  const blamed = usePicture((p) => p.blame?.tid === tid);
  const fatal = view.fatal?.tid === tid || blamed;
  const { x, w, h } = layout.lane;
  const state = [
    thread.state === 'asleep' ? 'idle' : thread.state,
    owns ? 'own' : '',
    fatal ? 'fatal' : '',
  ].join(' ');
  const hidden = places.hidden[tid] ?? 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no fieldset.
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a <g> is not interactive.
    <g
      role="group"
      aria-label={laneWords(view, thread)}
      className={`lane ${state} ${conn ? hue(conn.name) : ''}`}
      data-testid={`lane-T${tid}`}
      data-state={thread.state}
    >
      <rect className="floor" x={x + 0.5} y={y + 0.5} width={w - 1} height={h - 1} />
      {(owns || fatal) && <rect className="owner-bar" x={x} y={y} width={5} height={h} />}
      {left && <path className="former-bar" d={`M${x + 2.5} ${y}v${h}`} />}
      <LaneHead thread={thread} y={y} layout={layout} selected={conn} fatal={fatal} />
      <Inbox thread={thread} y={y} layout={layout} simple={simple} raised={raised} />
      {places.chips
        .filter((p) => p.tid === tid)
        .map((p) => (
          <Connection
            key={p.conn.index}
            place={p}
            selected={p.conn === conn}
            layout={layout}
            simple={simple}
          />
        ))}
      {hidden > 0 && (
        <text className="note end" x={layout.conns.x + layout.conns.w} y={y + h - 8}>
          +{hidden} more
        </text>
      )}
    </g>
  );
}
