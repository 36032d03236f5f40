/** The museum's worlds on today's program: what each comes to, and what breaks there as it is. */

import { Seen, watched } from '../../haproxy/mutants/seen.ts';
import type { Program } from '../../haproxy/step/compile.ts';
import { MUSEUM, type MuseumRun, museumRun } from '../../scenario/museum/index.ts';
import { worldWith } from '../../scenario/museum/patched.ts';
import { ALL, hunt } from './hunt.ts';

/** A world where its search begins. */
export interface Ground {
  readonly id: string;
  readonly run: MuseumRun;
}

/** What a world comes to within a number of states, as plain data. */
export interface Come {
  readonly id: string;
  readonly states: number;
  readonly whole: boolean;
  /** What breaks, by symptom and rule. */
  readonly broken: readonly string[];
  /** By program counter: how often a step ran, and bits of DOES. */
  readonly times: Float64Array;
  readonly does: Uint8Array;
}

export const GROUNDS: readonly string[] = MUSEUM.map((w) => w.id);

/**
 * A museum world on the newest program, without its mutation and without what would end its hypothesis; undefined where the way to its
 * beginning is not one of this program.
 */
export function groundOf(id: string): Ground | undefined {
  const hypothesis = MUSEUM.find((w) => w.id === id)?.hypothesis !== undefined;
  try {
    return { id, run: museumRun({ world: id, fixed: !hypothesis, revision: 'newest' }) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Searches a world as it is, and writes down what its steps do. */
export function comeTo({ id, run }: Ground, P: Program, states: number): Come {
  const seen = new Seen(P.steps.length);
  const { broken, whole, states: met } = hunt(worldWith(run, watched(P, seen), id, true), states, ALL);
  return { id, states: met, whole, broken: [...broken], times: seen.times, does: seen.does };
}
