import type { ConnView, ThreadView } from '../../report/view.ts';
import { hue } from '../parts/Glyphs.tsx';
import { memoised } from '../parts/memoised.ts';
import { Connection } from './Connection.tsx';
import type { ChipPlace } from './chips.ts';
import { Inbox } from './Inbox.tsx';
import { LaneHead } from './LaneHead.tsx';
import type { StageLayout } from './layout.ts';
import { Part } from './lit.tsx';

interface Props {
  thread: ThreadView;
  /** Its name for whoever does not see it. */
  words: string;
  layout: StageLayout;
  /** The selected connection. */
  conn: ConnView | null;
  chips: readonly ChipPlace[];
  /** Chips that found no room. */
  hidden: number;
  simple: boolean;
  /** It aborted here, or broke a rule at this moment. */
  fatal: boolean;
  /** A trunk comes in from above. */
  raised: boolean;
  /** Or from below. */
  under: boolean;
}

/** A thread. What sits in its lane belongs to it. */
export const Lane = memoised(
  ({ thread, words, layout, conn, chips, hidden, simple, fatal, raised, under }: Props) => {
    const { tid } = thread;
    const y = layout.lane.y[tid] ?? 0;
    const owns = conn?.owner === tid;
    const left = !owns && conn?.ghostTid === tid;
    const { x, w, h } = layout.lane;
    const state = [
      thread.state === 'asleep' ? 'idle' : thread.state,
      owns ? 'own' : '',
      fatal ? 'fatal' : '',
    ].join(' ');
    return (
      // biome-ignore lint/a11y/useSemanticElements: SVG has no fieldset.
      // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a <g> is not interactive.
      <g
        role="group"
        aria-label={words}
        className={`lane ${state} ${conn ? hue(conn.name) : ''}`}
        data-testid={`lane-T${tid}`}
        data-state={thread.state}
      >
        <Part of={[`lane:${tid}`]}>
          <rect className="floor" x={x + 0.5} y={y + 0.5} width={w - 1} height={h - 1} />
          {(owns || fatal) && <rect className="owner-bar" x={x} y={y} width={5} height={h} />}
          {left && <path className="former-bar" d={`M${x + 2.5} ${y}v${h}`} />}
          <LaneHead
            thread={thread}
            y={y}
            layout={layout}
            letter={owns || left ? (conn?.name ?? null) : null}
            owns={owns}
            fatal={fatal}
            simple={simple}
          />
        </Part>
        <Part of={[`inbox:${tid}`]}>
          <Inbox
            tid={tid}
            inbox={thread.inbox}
            y={y}
            layout={layout}
            simple={simple}
            raised={raised}
            under={under}
          />
        </Part>
        {chips.map((p) => (
          <Connection
            key={p.conn.index}
            place={p}
            selected={p.conn === conn}
            layout={layout}
            simple={simple}
          />
        ))}
        {hidden > 0 && (
          <Part of={['more']}>
            <text className="note end" x={layout.conns.x + layout.conns.w} y={y + h - 8}>
              +{hidden} more
            </text>
          </Part>
        )}
      </g>
    );
  },
);
