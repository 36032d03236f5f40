import { type PointerEvent, type RefObject, useMemo, useState } from 'react';
import type { TallyRead } from '../../machine/recording/tally.ts';
import type { ConnView } from '../../report/view.ts';
import { hue, ThreadBadge } from '../parts/Glyphs.tsx';
import { usePicture, useSession } from '../session/context.tsx';
import { count } from '../stage/text.ts';
import { CanvasBoxes, SvgBoxes } from './Boxes.tsx';
import { type Box, boxAt, boxesInView, DOM_LIMIT } from './boxes.ts';
import type { Fold } from './fold.ts';
import { laneSizes, laneTop, RULER } from './lanes.ts';
import { Arrivals, Arrows, Commits, Gaps, OwnerStrip } from './Marks.tsx';
import type { Places, SpanPlace } from './places.ts';
import { ticksOf } from './ruler.ts';
import { type Span, usePointer } from './usePointer.ts';
import type { View } from './useView.ts';
import { Wide } from './Wide.tsx';
import { barsOf, positionAt } from './wide.ts';
import { groupWords } from './words.ts';

/** Width of a character of a slice's words, px. */
const CHAR = 6.7;

interface Props {
  box: RefObject<HTMLDivElement | null>;
  size: { width: number; height: number };
  threads: number;
  places: Places | null;
  /** Steps are drawn added up. */
  wide: { fold: Fold; tally: TallyRead; playhead: number } | null;
  spans: readonly SpanPlace[];
  left: number;
  conn: ConnView | null;
  view: View;
  /** What was chosen, virtual ns. */
  span: Span | null;
  onSpan(span: Span | null): void;
  /** So many zooms further away, about `x` of the view. */
  onZoom(by: number, x: number): void;
}

/** Thread × time. A click goes to the moment after that step. */
export function Lanes({
  box,
  size,
  threads,
  places,
  wide,
  spans,
  left,
  conn,
  view: looked,
  span,
  onSpan,
  onZoom,
}: Props) {
  const session = useSession();
  const at = usePicture((p) => p.travel.at);
  const [over, setOver] = useState<{ box: Box; x: number; y: number } | null>(null);
  const lanes = laneSizes(threads, size.height);
  const { width } = size;
  const index = conn?.index ?? -1;
  const view = useMemo(
    () =>
      places && !wide
        ? boxesInView(places, left, width, laneSizes(threads, size.height), index)
        : { boxes: [], steps: 0 },
    [places, wide, left, width, threads, size.height, index],
  );
  const marks = usePicture((p) => p.travel.marks);
  const { tally, fold } = wide ?? {};
  const bars = useMemo(
    () => (tally && fold ? barsOf(tally, fold, left, width) : []),
    [tally, fold, left, width],
  );
  const drawn = wide ?? places;
  const tone = hue(conn?.name ?? null);
  const found = (e: PointerEvent): Box | null => {
    const frame = e.currentTarget.getBoundingClientRect();
    return boxAt(view.boxes, e.clientX - frame.left, e.clientY - frame.top);
  };
  const onMove = (e: PointerEvent) => {
    const hit = found(e);
    const frame = e.currentTarget.getBoundingClientRect();
    setOver(hit ? { box: hit, x: e.clientX - frame.left, y: hit.y } : null);
  };
  const go = (e: PointerEvent) => {
    // The view has the pointer: what lies beneath it is asked for.
    const mark = document.elementFromPoint(e.clientX, e.clientY)?.closest<SVGElement>('[data-dgram]');
    if (mark) {
      session.travel({ kind: 'seek', at: Number(mark.dataset.at) });
      session.openPacket(Number(mark.dataset.dgram), false);
      return;
    }
    if (wide) {
      const x = e.clientX - e.currentTarget.getBoundingClientRect().left;
      session.travel({ kind: 'seek', at: positionAt(wide.tally, wide.fold.ns(left + x)) });
      return;
    }
    const hit = found(e);
    const last = hit?.slice.group.steps.at(-1);
    const first = hit?.slice.steps.find((s) => s.x - left >= hit.x - 0.5)?.step;
    const step = first ?? last;
    if (!step) return;
    session.travel({ kind: 'seek', at: step.at + 1 });
    const { dgram, loop } = hit!.slice.group;
    // Where the inspector is a drawer it is not drawn over what is gone through.
    if (dgram >= 0 && !loop) session.set({ dgram: dgram + 1, tab: 'packet' });
  };
  const pointer = usePointer(box, {
    ns: (x) => drawn?.fold.ns(left + x) ?? 0,
    pan: looked.pan,
    zoom: onZoom,
    span: onSpan,
    click: go,
  });
  // Its words stay in view where it stands at an edge.
  const headX = (drawn?.playhead ?? 0) - left;
  const headShift = Math.max(36, Math.min(width - 36, headX)) - headX;
  const tip = over ? groupWords(over.box.slice.group) : '';
  const spanX = span && drawn ? [drawn.fold.x(span.from) - left, drawn.fold.x(span.to) - left] : null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a part of a panel, with keys of its own.
    <div
      className="tl-lanes"
      role="group"
      aria-label="Timeline. W and S zoom, A and D move, F fits, 0 shows all, Enter looks into the datagram in hand"
      data-testid="tl-lanes"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved through by keys.
      tabIndex={0}
    >
      <div className="tl-names" style={{ paddingTop: lanes.top }} aria-hidden="true">
        {Array.from({ length: threads }, (_, tid) => (
          <div key={`t${tid.toString()}`} style={{ height: lanes.pitch }}>
            <ThreadBadge tid={tid} threads={threads} />
          </div>
        ))}
      </div>
      <div
        className={`tl-view ${tone}`}
        ref={box}
        onPointerDown={pointer.down}
        onPointerMove={(e) => {
          pointer.move(e);
          onMove(e);
        }}
        onPointerLeave={() => setOver(null)}
        onPointerUp={pointer.up}
        onPointerCancel={pointer.cancel}
        aria-hidden="true"
      >
        {drawn && width > 0 && (
          <>
            {view.steps > DOM_LIMIT && <CanvasBoxes boxes={view.boxes} hue={tone} />}
            <svg width={width} height={lanes.height} className="tl-svg" aria-hidden="true">
              {Array.from({ length: threads }, (_, tid) => (
                <rect
                  key={`t${tid.toString()}`}
                  className={view.steps > DOM_LIMIT ? 'tl-lane bare' : 'tl-lane'}
                  x={0}
                  y={laneTop(lanes, tid)}
                  width={width}
                  height={lanes.h}
                />
              ))}
              <Gaps gaps={drawn.fold.gaps} left={left} width={width} height={lanes.height} />
              {ticksOf(drawn.fold, left, width, drawn.playhead - left).map((t) => (
                <g key={t.x} className="tl-tick">
                  <path d={`M${t.x} 16v4`} />
                  <text x={t.x} y={13}>
                    {t.text}
                  </text>
                </g>
              ))}
              <OwnerStrip spans={spans} left={left} width={width} />
              {wide && (
                <Wide
                  fold={wide.fold}
                  bars={bars}
                  marks={marks}
                  left={left}
                  width={width}
                  lanes={lanes}
                  head={wide.playhead - left}
                />
              )}
              {places && !wide && (
                <>
                  {view.steps <= DOM_LIMIT && <SvgBoxes boxes={view.boxes} />}
                  <Arrows
                    arrows={places.arrows.filter((a) => a.to.x > left && a.from.x < left + width)}
                    left={left}
                    width={width}
                    lanes={lanes}
                    conn={index}
                  />
                  <Arrivals arrivals={places.arrivals} left={left} width={width} />
                  <Commits commits={places.commits} left={left} width={width} lanes={lanes} />
                  {places.branch >= 0 && (
                    <g className="tl-branch" transform={`translate(${places.branch - left} 0)`}>
                      <path d={`M0 ${RULER}V${lanes.height}`} />
                      <circle cy={RULER} r={3.5} />
                      <text x={6} y={lanes.height - 4}>
                        branch
                      </text>
                    </g>
                  )}
                </>
              )}
              {spanX && (
                <g className="tl-span" data-testid="tl-span">
                  <rect
                    x={spanX[0]}
                    y={RULER}
                    width={Math.max(1, spanX[1]! - spanX[0]!)}
                    height={lanes.height - RULER}
                  />
                </g>
              )}
              <g className="playhead" transform={`translate(${drawn.playhead - left} 0)`}>
                <path d={`M0 16V${lanes.height}`} />
                <rect x={headShift - 34} y={1} width={68} height={16} />
                <text x={headShift} y={13}>
                  step {count(at)}
                </text>
              </g>
            </svg>
            {over && (
              <div
                className="tl-tip"
                style={{
                  left: Math.max(0, Math.min(over.x, width - tip.length * CHAR - 14)),
                  top: over.y - 26,
                }}
              >
                {tip}
              </div>
            )}
          </>
        )}
      </div>
    </div>
  );
}
