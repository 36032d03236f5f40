import { Octagon } from '../parts/Glyphs.tsx';
import type { CellMark } from './types.ts';

export function Tick({ cx, cy, r }: { cx: number; cy: number; r: number }) {
  const k = r * 0.42;
  return (
    <g className="ex-tick">
      <circle cx={cx} cy={cy} r={r} />
      <path d={`M${cx - k} ${cy + r * 0.04}l${k * 0.7} ${k * 0.78}l${k * 1.3} ${-k * 1.5}`} />
    </g>
  );
}

/** One cell of the museum: found, safe within bounds, being searched, not reached. */
export function Mark({ mark }: { mark: CellMark }) {
  return (
    <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true" className="ex-mark">
      {mark === 'found' && <Octagon cx={11} cy={11} r={9.5} />}
      {mark === 'safe' && <Tick cx={11} cy={11} r={8.5} />}
      {mark === 'running' && (
        <g className="ex-sign">
          <circle cx={11} cy={11} r={8.5} />
          <path className="arc" d="M11 2.5a8.5 8.5 0 0 1 8.5 8.5" />
        </g>
      )}
      {mark === 'none' && <circle className="dot" cx={11} cy={11} r={1.8} />}
    </svg>
  );
}

export const MARK_WORDS: Record<CellMark, string> = {
  found: 'found',
  safe: 'safe within bounds',
  running: 'being searched',
  none: 'not reached',
};

/** Sign of a verdict that is no violation. */
export function Sign({ tone }: { tone: string }) {
  if (tone === 'safe') return <Tick cx={23} cy={23} r={20} />;
  return (
    <g className="ex-sign">
      <circle cx={23} cy={23} r={20} />
      {tone === 'searching' && <path className="arc" d="M23 3a20 20 0 0 1 20 20" />}
      {tone === 'unreached' && <path className="gap" d="M13 23h20" />}
      {tone === 'limit' && <path className="half" d="M23 3a20 20 0 0 0 0 40z" />}
    </g>
  );
}
