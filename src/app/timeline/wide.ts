/** The whole line where its steps are too many to be drawn one by one: how busy each thread was, and who owned the selected connection. */
import type { Mark } from '../../hosts/engine.ts';
import type { TallyRead } from '../../machine/recording/tally.ts';
import { type Fold, makeFold } from './fold.ts';
import type { SpanPlace } from './places.ts';

/** Width of a bar, px. */
export const BAR = 3;
/** More happenings in a view than this are drawn added up. */
export const WIDE = 10_000;

export function foldOf({ spans, of }: TallyRead, scale: number): Fold {
  return makeFold(
    Array.from(of, (_, k) => ({ from: spans[2 * k]!, to: spans[2 * k + 1]! })),
    scale,
  );
}

/** Virtual ns of a position: its place within the bucket's stretches. */
export function nsAt(t: TallyRead, at: number): number {
  const { of, spans, size } = t;
  if (of.length === 0) return 0;
  const n = Math.min(Math.floor(at / size), of[of.length - 1]!);
  const [first, last] = stretchesOf(t, n);
  const [from, to] = [spans[2 * first]!, spans[2 * last + 1]!];
  return from + (to - from) * Math.min(1, at / size - n);
}

/** The position at a time, as near as buckets tell. */
export function positionAt(t: TallyRead, ns: number): number {
  const { of, spans, size, upTo } = t;
  let low = 0;
  let high = of.length;
  while (low < high) {
    const half = (low + high) >> 1;
    if (spans[2 * half + 1]! <= ns) low = half + 1;
    else high = half;
  }
  if (low === of.length) return upTo;
  const n = of[low]!;
  const [first, last] = stretchesOf(t, n);
  const [from, to] = [spans[2 * first]!, spans[2 * last + 1]!];
  const part = to > from ? Math.max(0, Math.min(1, (ns - from) / (to - from))) : 0;
  return Math.min(upTo, Math.round((n + part) * size));
}

/** First and last stretch of bucket `n`, or of the next one that has any. */
function stretchesOf({ of }: TallyRead, n: number): [number, number] {
  let low = 0;
  let high = of.length - 1;
  while (low < high) {
    const half = (low + high) >> 1;
    if (of[half]! < n) low = half + 1;
    else high = half;
  }
  let last = low;
  while (last + 1 < of.length && of[last + 1] === of[low]) last++;
  return [low, last];
}

/** Share of each bar of `BAR` px in which a thread was busy, 0 to 1: a row a thread, from `left` px of the fold on. */
export function barsOf(t: TallyRead, fold: Fold, left: number, width: number): Float64Array[] {
  const n = Math.max(0, Math.ceil(width / BAR));
  const rows = Array.from({ length: t.threads }, () => new Float64Array(n));
  const time = new Float64Array(n);
  for (let k = 0; k < t.of.length; ) {
    const bucket = t.of[k]!;
    let end = k;
    let all = 0;
    while (end < t.of.length && t.of[end] === bucket) {
      all += t.spans[2 * end + 1]! - t.spans[2 * end]!;
      end++;
    }
    for (; k < end; k++) {
      const [from, to] = [t.spans[2 * k]!, t.spans[2 * k + 1]!];
      const [x0, x1] = [fold.x(from) - left, fold.x(to) - left];
      if (x1 < 0 || x0 > width || to <= from) continue;
      const wide = Math.max(1e-9, x1 - x0);
      const last = Math.min(n - 1, Math.floor(x1 / BAR));
      for (let b = Math.max(0, Math.floor(x0 / BAR)); b <= last; b++) {
        const part = Math.max(0, Math.min(x1, (b + 1) * BAR) - Math.max(x0, b * BAR)) / wide;
        // What falls into less than a pixel falls into it as a whole.
        const ns = (to - from) * (x1 - x0 < 1e-6 ? 1 : part);
        time[b]! += ns;
        for (const [tid, row] of rows.entries())
          row[b]! += all > 0 ? (ns / all) * t.busy[bucket * t.threads + tid]! : 0;
      }
    }
  }
  for (const row of rows)
    for (let b = 0; b < n; b++) row[b] = time[b]! > 0 ? Math.min(1, row[b]! / time[b]!) : 0;
  return rows;
}

/** Who owned connection `conn` when, by its commits alone: `owner` has it at the playhead `at`, -1 nobody. */
export function ownersOf(
  fold: Fold,
  marks: readonly Mark[],
  conn: number,
  letter: string,
  at: number,
  owner: number,
): SpanPlace[] {
  const commits = marks.filter((m) => m.kind === 'commit' && m.conn === conn);
  const out: SpanPlace[] = [];
  let x = 0;
  const put = (to: number, who: number, ahead: boolean) => {
    if (to > x && who >= 0)
      out.push({
        x,
        w: to - x,
        owner: who,
        kind: 'owns',
        text: `T${who} owns ${letter}`,
        state: ahead ? 'ahead' : 'done',
      });
    x = to;
  };
  for (const m of commits) put(fold.x(m.ms * 1e6 + m.ns), m.tid, false);
  const last = commits.at(-1);
  if (last || owner >= 0) put(fold.width, last ? last.other : owner, (last?.at ?? -1) >= at);
  return out;
}
