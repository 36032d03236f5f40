/** Numbers and the sentence of Live. */
import { count, plural } from '../stage/text.ts';

/** "142k", "1.20M", "61": at most five signs. */
export function brief(n: number): string {
  if (!Number.isFinite(n)) return '–';
  if (n < 1) return n < 0.05 ? '0' : n.toFixed(1);
  if (n < 10) return n % 1 < 0.05 ? String(Math.floor(n)) : n.toFixed(1);
  if (n < 1000) return String(Math.round(n));
  if (n < 9950) return `${(n / 1000).toFixed(1)}k`;
  if (n < 999_500) return `${Math.round(n / 1000)}k`;
  return `${(n / 1e6).toFixed(n < 9.95e6 ? 2 : 1)}M`;
}

/** Milliseconds of a loop: "0.04", "3.9", "120". */
export function briefMs(ms: number): string {
  if (ms < 0.1) return ms < 0.005 ? '0' : ms.toFixed(2);
  return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}

/** Wall time of a run: "00:42.6". */
export function runClock(ms: number): string {
  const tenths = Math.floor(ms / 100);
  const s = Math.floor(tenths / 10);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(s / 60))}:${two(s % 60)}.${tenths % 10}`;
}

/** How long ago: "0.3 s", "12 s", "3 min". */
export function ago(ms: number): string {
  if (ms < 9950) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

export interface Shares {
  /** Connections by thread. */
  connections: readonly number[];
  /** Moves of the last 10 s out of each thread. */
  left: readonly number[];
}

/**
 * The thread whose connections are furthest above its fair share, or -1 when none is a quarter above it, or no further than
 * chance takes one of many: three times the root of the share.
 */
export function crowded(connections: readonly number[]): number {
  const total = connections.reduce((a, b) => a + b, 0);
  const fair = total / Math.max(1, connections.length);
  let most = 0;
  for (let t = 1; t < connections.length; t++) if (connections[t]! > connections[most]!) most = t;
  const much = fair + Math.max(fair / 4, 3 * Math.sqrt(fair)) + 1;
  return total > 0 && connections.length > 1 && connections[most]! >= much ? most : -1;
}

/** Who holds what: the sentence above the columns. */
export function sharesSentence({ connections, left }: Shares): { lead: string; rest: string } {
  const total = connections.reduce((a, b) => a + b, 0);
  const threads = connections.length;
  if (total === 0) return { lead: 'No connections yet.', rest: '' };
  const most = crowded(connections);
  const gone = (n: number) =>
    n > 0 ? `${count(n)} left it in the last 10 s.` : 'None left it in the last 10 s.';
  if (most >= 0) {
    const n = connections[most]!;
    return {
      lead: `T${most} holds ${plural(n, 'connection')}, ${times((n * threads) / total)} its share.`,
      rest: gone(left[most] ?? 0),
    };
  }
  const moved = left.reduce((a, b) => a + b, 0);
  const lead =
    threads === 1
      ? `T0 holds ${plural(total, 'connection')}.`
      : `${threads} threads hold ${plural(total, 'connection')}, about an equal share each.`;
  return { lead, rest: threads === 1 ? '' : `${count(moved)} moved in the last 10 s.` };
}

function times(ratio: number): string {
  if (ratio < 1.75) return `${ratio.toFixed(1)} times`;
  if (ratio < 2.25) return 'twice';
  return `${ratio < 10 ? ratio.toFixed(1).replace(/\.0$/, '') : Math.round(ratio)} times`;
}

/** 0 to `n` - 1. */
export function threadsOf(n: number): number[] {
  return Array.from({ length: n }, (_, t) => t);
}
