import type { Broken, Explorable } from '../../machine/explorable.ts';
import { stuck } from './retrace.ts';
import { settle } from './settle.ts';

/** A find of a search that goes down one run at a time. */
export interface SoloFind {
  codes: number[];
  broken: Broken;
  inState: boolean;
  /** The run goes on for ever from this choice on. */
  cycleFrom?: number;
}

/** A search that needs no other worker: depth first, or random walks. */
export interface Solo {
  readonly states: number;
  readonly transitions: number;
  /** Of the present run, and the greatest so far. */
  readonly depth: number;
  readonly deepest: number;
  readonly memoryBytes: number;
  readonly facts: number[];
  /** Choices that led back to a state of their own run. */
  readonly back: number;
  readonly find: SoloFind | null;
  /** Some runs were cut at the depth bound. */
  readonly cut: boolean;
  /** No memory for what was found. */
  readonly full: boolean;
  /** Goes on for about `limit` transitions. False: it has ended. */
  expand(limit: number): boolean;
}

/** What a run that repeats itself breaks. */
export const FOR_EVER: Broken = { symptom: 'cycle', rule: '', text: 'The run repeats itself for ever' };

/**
 * Takes every choice of the present state and takes it back, telling `each` of those that break nothing while the world
 * stands where they lead. Returns what broke first, with its code (-1: the state itself), or null.
 */
export function probe(
  x: Explorable,
  reduction: boolean,
  codes: Int32Array,
  saved: Int32Array,
  each: (code: number) => void,
): { code: number; broken: Broken } | null {
  let found: { code: number; broken: Broken } | null = null;
  const n = x.enabled(codes);
  if (n === 0) {
    const broken = stuck(x);
    return broken ? { code: -1, broken } : null;
  }
  x.mem.save(saved);
  x.opened?.();
  for (let k = 0; k < n; k++) {
    const code = codes[k]!;
    x.take(code);
    const broken = x.broken() ?? (reduction ? settle(x) : null);
    if (!broken) each(code);
    else found ??= { code, broken };
    x.mem.restore(saved);
  }
  const broken = x.closed?.() ?? null;
  return broken ? { code: -1, broken } : found;
}

/** Adds one to the count of each bit of `facts`. */
export function countFacts(counts: number[], facts: number): void {
  for (let bits = facts, k = 0; bits !== 0; bits >>>= 1, k++) if (bits & 1) counts[k]!++;
}
