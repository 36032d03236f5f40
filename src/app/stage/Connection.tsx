import type { MouseEvent } from 'react';
import { Chip, Hexagon, Plug, TimerRing } from '../parts/Glyphs.tsx';
import { memoised } from '../parts/memoised.ts';
import { useSession } from '../session/context.tsx';
import { useMark } from '../session/useMark.ts';
import type { ChipPlace } from './chips.ts';
import { chipOpens } from './hands.ts';
import type { StageLayout } from './layout.ts';
import { useDim } from './lit.tsx';
import { span } from './text.ts';
import { useRebindDrag } from './useRebindDrag.ts';

interface Props {
  place: ChipPlace;
  selected: boolean;
  layout: StageLayout;
  simple: boolean;
}

/** A connection on its owner's lane: handle for dragging, button for its menu. */
export const Connection = memoised(({ place, selected, layout, simple }: Props) => {
  const session = useSession();
  const node = useMark<SVGGElement>(`conn:${place.conn.index}`);
  useRebindDrag(node, place.conn.index, layout);
  const { conn, x, y, side } = place;
  const dim = useDim(`chip:${conn.name.letter}`);
  const menuAt = (e: MouseEvent) => {
    e.preventDefault();
    session.select(conn.index);
    session.openMenu({ kind: 'conn', conn: conn.index }, { x: e.clientX, y: e.clientY });
  };
  const hit = Math.max(0, (24 - side) / 2);
  return (
    <g className={`connection ${selected ? 'on' : ''} ${dim.back}`} aria-hidden={dim.inert || undefined}>
      {/* biome-ignore lint/a11y/useSemanticElements: SVG has no button element. */}
      <g
        ref={node}
        role="button"
        tabIndex={selected && !dim.inert ? 0 : -1}
        aria-haspopup={chipOpens}
        aria-pressed={selected}
        aria-label={`Connection ${conn.name.letter}, owned by T${conn.owner}${conn.frozen ? ', frozen' : ''}`}
        data-testid={`chip-${conn.name.letter}`}
        data-owner={conn.owner}
        className={conn.closing || conn.draining ? 'handle closing' : 'handle'}
        onClick={(e) => {
          session.select(conn.index);
          // A finger cannot hover or press a right button: a tap offers the moves.
          if ((e.nativeEvent as PointerEvent).pointerType === 'touch') menuAt(e);
        }}
        // By keyboard only: a press selects when it is let go, or the chip would move away from under it.
        onFocus={(e) => e.currentTarget.matches(':focus-visible') && session.select(conn.index)}
        onContextMenu={menuAt}
      >
        <title>{`${conn.name.letter}, ${conn.client}, ${conn.state}`}</title>
        <rect className="hit" x={x - hit} y={y - hit} width={side + 2 * hit} height={side + 2 * hit} />
        <Chip name={conn.name} x={x} y={y} side={side} look={selected ? 'solid' : 'soft'} />
      </g>
      {place.size === 'big' && <BigParts place={place} simple={simple} />}
      {place.size === 'detailed' && <SmallParts place={place} simple={simple} />}
    </g>
  );
});

function BigParts({ place, simple }: { place: ChipPlace; simple: boolean }) {
  const { conn, x, y, side } = place;
  const gx = x + side + 12;
  const step = side / 3;
  const row = (i: number) => y + step * (i + 0.5);
  const ring = (t: typeof conn.idle) => (t.armed ? span(t.leftMs) : 'off');
  return (
    <g className="parts">
      <g>
        <title>{`Idle timer: ${ring(conn.idle)}${conn.idle.armed && !conn.idle.queued ? ', queued nowhere: it will not fire' : ''}`}</title>
        <TimerRing kind="idle" timer={conn.idle} cx={gx} cy={row(0)} r={7} />
        <text className="mono" x={gx + 11} y={row(0) + 4}>
          {ring(conn.idle)}
        </text>
      </g>
      <g>
        <title>{`Loss timer: ${ring(conn.loss)}${conn.loss.armed && !conn.loss.queued ? ', queued nowhere: it will not fire' : ''}`}</title>
        <TimerRing kind="loss" timer={conn.loss} cx={gx} cy={row(1)} r={7} />
        <text className="mono" x={gx + 11} y={row(1) + 4}>
          {ring(conn.loss)}
        </text>
      </g>
      <g>
        <title>{`I/O tasklet ${conn.io.process} on T${conn.io.tid}${conn.io.queued ? ', in its run queue' : ', at rest'}`}</title>
        <Hexagon cx={gx} cy={row(2)} r={7} />
        <text className={conn.io.queued ? 'mono on' : 'mono'} x={gx + 11} y={row(2) + 4}>
          io{conn.io.queued ? ' ready' : ''}
        </text>
      </g>
      <BigNote place={place} simple={simple} />
    </g>
  );
}

/** The one line under the large chip: the worst thing first. */
function BigNote({ place, simple }: { place: ChipPlace; simple: boolean }) {
  const { conn, x, y, side } = place;
  const ny = y + side + 15;
  if (conn.frozen) {
    return (
      <text className="under frozen" x={x} y={ny}>
        frozen: nothing will run it
      </text>
    );
  }
  if (conn.listTid < 0 && !conn.inClosingList) {
    return (
      <text className="under exposed" x={x} y={ny}>
        <title>Exposed: it is in no thread’s list, a soft stop now would miss it</title>
        in no list: exposed
      </text>
    );
  }
  if (simple) return null;
  if (!conn.fd) {
    // The line of the commit that brought it here from below ends there.
    if (conn.ghostTid > conn.owner) return null;
    return (
      <text className="under note" x={x} y={ny}>
        no own socket
      </text>
    );
  }
  return (
    <g>
      <Plug cx={x + 8} cy={ny - 4} size={13} polled={conn.fd.polledBy.length > 0} />
      <text className="under mono" x={x + 20} y={ny}>
        fd {conn.fd.number}
        {conn.fd.polledBy.length === 0 ? ', not polled' : ''}
      </text>
    </g>
  );
}

function SmallParts({ place, simple }: { place: ChipPlace; simple: boolean }) {
  const { conn, x, y } = place;
  const gx = x + 38;
  return (
    <g className="parts small">
      <TimerRing kind="idle" timer={conn.idle} cx={gx} cy={y + 7} r={5.5} />
      <TimerRing kind="loss" timer={conn.loss} cx={gx + 15} cy={y + 7} r={5.5} />
      <Hexagon cx={gx} cy={y + 22} r={5.5} filled={conn.io.queued} />
      {conn.fd && !simple && <Plug cx={gx + 15} cy={y + 22} size={12} polled={conn.fd.polledBy.length > 0} />}
      {conn.frozen && (
        <text className="under frozen" x={x} y={y + 42}>
          frozen
        </text>
      )}
    </g>
  );
}
