import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { type ChangeEvent, type KeyboardEvent, memo, useMemo, useRef } from 'react';
import type { Mark, Slices } from '../../hosts/engine.ts';
import type { TallyRead } from '../../machine/recording/tally.ts';
import { order } from '../commands/table.ts';
import { useSize } from '../page/useSize.ts';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { count } from '../stage/text.ts';
import { Brush } from './Brush.tsx';
import { SCALES } from './scales.ts';
import { momentWords } from './words.ts';

const HEIGHT = 34;
const LINE = 12;
const KEPT = 26;

interface OverviewProps {
  rows: Slices | null;
  /** Positions that the lanes show, -1 none. */
  from: number;
  to: number;
  tally: TallyRead | null;
  onWindow(from: number, to: number): void;
}

type Along = ScaleLinear<number, number>;

/** A line that grows by a step is laid out as before until it has grown by one of so many parts: less than can be seen. */
const PARTS = 256;

/** Steps that the width stands for, `far` or a few more. */
function laidOut(far: number): number {
  const part = 2 ** Math.max(0, Math.floor(Math.log2(far / PARTS)));
  return Math.ceil(far / part) * part;
}

/** The whole run by steps: marks, the old future beneath, and the scrubber. A step moves its playhead and nothing else. */
export const Overview = memo(({ rows, from, to, tally, onWindow }: OverviewProps) => {
  const session = useSession();
  const end = usePicture((p) => p.travel.end);
  const kept = usePicture((p) => p.travel.kept);
  const marks = usePicture((p) => p.travel.marks);
  const zoom = useChoice((c) => c.zoom);
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const far = Math.max(1, end, kept?.end ?? 0);
  const laid = laidOut(far);
  const x = useMemo(
    () =>
      scaleLinear()
        .domain([0, laid])
        .range([8, Math.max(9, width - 8)]),
    [laid, width],
  );
  return (
    <div className="tl-overview">
      <span className="tl-label">Whole run</span>
      <div ref={box} className="tl-scrub">
        <svg width={Math.max(0, width)} height={HEIGHT} aria-hidden="true">
          <DensityBars x={x} tally={tally} />
          <rect className="tl-ahead" x={x(0)} y={LINE - 2} width={x(end) - x(0)} height={4} />
          <Done x={x} />
          {kept && <Kept x0={x(kept.from)} x1={x(kept.end)} />}
          <Ticks x={x} />
          <OverviewMarks marks={marks} x={x} />
          <Head x={x} />
        </svg>
        <Scrubber rows={rows} far={far} />
        {from >= 0 && tally && <Brush from={from} to={to} end={end} x={x} onChange={onWindow} />}
      </div>
      <div className="tl-tools">
        {kept && (
          <button
            type="button"
            className="btn"
            data-testid="bring-back"
            title="B"
            onClick={() => order(session, 'bring-back')}
          >
            Bring back the old future
            <span className="muted mono">
              {count(kept.from)}–{count(kept.end)}
            </span>
          </button>
        )}
        <button
          type="button"
          className="btn icon"
          aria-label="Zoom out of the timeline"
          title="−"
          disabled={zoom >= SCALES.length - 1}
          onClick={() => order(session, 'zoom-out')}
        >
          −
        </button>
        <button
          type="button"
          className="btn icon"
          aria-label="Zoom into the timeline"
          title="+"
          disabled={zoom <= 0}
          onClick={() => order(session, 'zoom-in')}
        >
          +
        </button>
      </div>
    </div>
  );
});

/** What of the line lies behind the playhead. */
function Done({ x }: { x: Along }) {
  const at = usePicture((p) => p.travel.at);
  return <rect className="tl-done" x={x(0)} y={LINE - 2} width={x(at) - x(0)} height={4} />;
}

/** The playhead. */
function Head({ x }: { x: Along }) {
  const at = usePicture((p) => p.travel.at);
  return <path className="tl-head" d={`M${x(at)} 0v${HEIGHT}M${x(at) - 4} 0h8`} />;
}

/** Goes to any step of the run, by pointer and by keys. `far`: the last that there is, of this future or of the old one. */
function Scrubber({ rows, far }: { rows: Slices | null; far: number }) {
  const session = useSession();
  const { at, end, marks } = usePicture((p) => p.travel);
  const go = (to: number) => session.travel({ kind: 'seek', at: Math.max(0, Math.min(end, Math.round(to))) });
  const onKeyDown = (e: KeyboardEvent) => {
    const by = e.key === 'ArrowLeft' ? -1 : e.key === 'ArrowRight' ? 1 : 0;
    if (e.key === 'End') go(end);
    else if (by !== 0 && e.shiftKey) session.travel({ kind: 'mark', by });
    else return;
    e.preventDefault();
  };
  // One question an animation frame, however fast the pointer moves.
  const wanted = useRef({ frame: 0, at: 0 });
  const onChange = (e: ChangeEvent<HTMLInputElement>) => {
    const w = wanted.current;
    w.at = Number(e.target.value);
    if (w.frame) return;
    w.frame = requestAnimationFrame(() => {
      w.frame = 0;
      go(w.at);
    });
  };
  return (
    <input
      type="range"
      min={0}
      max={far}
      value={at}
      aria-label="Step of the run"
      aria-valuetext={momentWords(at, end, rows, session.stepWords, marks)}
      data-testid="scrubber"
      onKeyDown={onKeyDown}
      onChange={onChange}
    />
  );
}

/** How busy each thread was, one row a thread behind the line of the run. */
const DensityBars = memo(({ x, tally }: { x: Along; tally: TallyRead | null }) => {
  const paths = useMemo(() => (tally ? busyPaths(tally, x) : []), [tally, x]);
  return (
    <g className="tl-density" data-testid="density">
      {paths.map((d, t) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a thread is its number.
        <path key={t} d={d} />
      ))}
    </g>
  );
});

/** Width of a bar, px. */
const BAR = 3;

function busyPaths(tally: TallyRead, x: (at: number) => number): string[] {
  const { threads, busy, size, spans, of, upTo } = tally;
  const n = busy.length / threads;
  const time = new Float64Array(n);
  for (const [k, b] of of.entries()) time[b]! += spans[2 * k + 1]! - spans[2 * k]!;
  const row = Math.floor((HEIGHT - 2) / Math.max(1, threads));
  const bars = Math.max(1, Math.ceil((x(upTo) - x(0)) / BAR));
  const sums = Array.from({ length: threads + 1 }, () => new Float64Array(bars));
  for (let b = 0; b < n; b++) {
    const at = Math.min(bars - 1, Math.floor((x((b + 0.5) * size) - x(0)) / BAR));
    sums[threads]![at]! += time[b]!;
    for (let t = 0; t < threads; t++) sums[t]![at]! += busy[b * threads + t]!;
  }
  return Array.from({ length: threads }, (_, t) => {
    let d = '';
    for (let k = 0; k < bars; k++) {
      const share = sums[threads]![k]! > 0 ? Math.min(1, sums[t]![k]! / sums[threads]![k]!) : 0;
      if (share === 0) continue;
      const h = Math.max(1, Math.round((row - 1) * share));
      d += `M${(x(0) + k * BAR).toFixed(1)} ${(t + 1) * row}h${BAR - 0.5}v${-h}h${0.5 - BAR}z`;
    }
    return d;
  });
}

/** Where what is looked for was found: a tick for each part of the line that has any, taller where there are more. */
const Ticks = memo(({ x }: { x: Along }) => {
  const find = useChoice((c) => c.find);
  const line = usePicture((p) => p.travel.line);
  if (!find || find.line !== line) return null;
  const n = find.spread.length;
  const most = Math.max(1, ...find.spread);
  return (
    <g data-testid="find-ticks">
      {Array.from(find.spread, (k, i) =>
        k === 0 ? null : (
          <path
            // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place.
            key={i}
            className="find-tick"
            d={`M${x(((i + 0.5) * find.end) / n)} 0v${4 + (6 * k) / most}`}
          />
        ),
      )}
    </g>
  );
});

/** The old future: dashed, from where it parts. */
function Kept({ x0, x1 }: { x0: number; x1: number }) {
  return (
    <g className="tl-kept" data-testid="kept">
      <path d={`M${x0} ${LINE}C${x0 + 6} ${LINE} ${x0} ${KEPT} ${x0 + 8} ${KEPT}H${Math.max(x0 + 16, x1)}`} />
      <circle cx={x0} cy={LINE} r={3.5} />
    </g>
  );
}

const OverviewMarks = memo(({ marks, x }: { marks: readonly Mark[]; x: Along }) => (
  <>
    {thinned(marks, x).map((m) => (
      <OverviewMark key={`${m.at} ${m.kind}`} mark={m} x={x(m.at + 1)} />
    ))}
  </>
));

function OverviewMark({ mark, x }: { mark: Mark; x: number }) {
  if (mark.kind === 'commit')
    return <path className="diamond" d={`M${x} ${LINE - 6}l6 6l-6 6l-6 -6z`} data-mark="commit" />;
  if (mark.kind === 'redispatch')
    return <path className="tl-redispatch" d={`M${x - 2} ${LINE - 8}l4 16`} data-mark="redispatch" />;
  if (mark.kind === 'violation')
    return (
      <path
        className="tl-violation"
        d={`M${x - 3} ${LINE - 7}h6l4 4v6l-4 4h-6l-4 -4v-6z`}
        data-mark="violation"
      />
    );
  return <path className="tl-refused" d={`M${x} ${LINE - 6}v12`} data-mark="refused" />;
}

/** Marks that fall on one pixel are drawn once. */
function thinned(marks: readonly Mark[], x: (at: number) => number): Mark[] {
  const seen = new Set<string>();
  return marks.filter((m) => {
    const key = `${Math.round(x(m.at + 1))} ${m.kind}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
