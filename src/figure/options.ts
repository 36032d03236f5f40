/** What an address asks of a figure. Each part is read alone; one that is wrong is as if it were not there, and nothing is said. */
import { type Named, parseNamed } from '../machine/recording/named.ts';

export type FigureTheme = 'auto' | 'light' | 'dark';
export type Begin = 'picture' | 'playing' | 'still';

export interface FigureOptions {
  /** Position that it stands at; null: the tape's own. */
  at: Named | null;
  /** Threads with a lane; null: those that the tape names. */
  lanes: number[] | null;
  theme: FigureTheme;
  begin: Begin;
  detail: 'simple' | 'full';
  /** The host has a caption of its own. */
  bare: boolean;
}

const oneOf = <T extends string>(text: string | null, all: readonly T[]): T =>
  all.find((t) => t === text) ?? all[0]!;

/** `T2,T0` or `2,0`; threads that a world of `threads` has, each once. Null where none is left. */
export function lanesIn(text: string | null, threads: number): number[] | null {
  const tids = (text ?? '')
    .split(',')
    .map((part) => /^\s*T?(\d{1,2})\s*$/i.exec(part)?.[1])
    .filter((n) => n !== undefined)
    .map(Number)
    .filter((tid) => tid < threads);
  const once = [...new Set(tids)];
  return once.length > 0 ? once : null;
}

/** @param query as in `location.search` */
export function optionsIn(query: string, threads: number): FigureOptions {
  const q = new URLSearchParams(query);
  const at = q.get('at');
  return {
    at: at === null ? null : parseNamed(at),
    lanes: lanesIn(q.get('lanes'), threads),
    theme: oneOf(q.get('theme'), ['auto', 'light', 'dark']),
    begin: oneOf(q.get('begin'), ['picture', 'playing', 'still']),
    detail: oneOf(q.get('detail'), ['simple', 'full']),
    bare: q.get('caption') === 'off',
  };
}
