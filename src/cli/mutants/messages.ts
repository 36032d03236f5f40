/** Between the command and the processes that judge. */
import type { Come } from './grounds.ts';
import type { Depth, Fate, Known } from './judge.ts';

export type Order =
  | { readonly kind: 'begin'; readonly depth: Depth }
  /** Look at these worlds as they are; one process looks at the battery too. */
  | { readonly kind: 'look'; readonly worlds: readonly string[]; readonly battery: boolean }
  | { readonly kind: 'known'; readonly known: Known }
  | { readonly kind: 'judge'; readonly id: string };

export type Answer =
  | { readonly kind: 'looked'; readonly comes: readonly Come[]; readonly battery: Known['seen'] | null }
  | { readonly kind: 'fate'; readonly id: string; readonly fate: Fate };
