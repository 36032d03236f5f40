/** The museum's worlds, and some of our own, on today's program: what each comes to, and what breaks there as it is. */

import { Seen, watched } from '../../haproxy/mutants/seen.ts';
import type { Program } from '../../haproxy/step/compile.ts';
import type { SymptomKind } from '../../machine/explorable.ts';
import { MUSEUM, museumRun } from '../../scenario/museum/index.ts';
import { type Searched, worldWith } from '../../scenario/museum/patched.ts';
import { ALL, hunt } from './hunt.ts';
import { OWN, ownWorld } from './worlds.ts';

/** As what a rule, or an assertion of HAProxy's, can break. */
const SYMPTOMS: readonly SymptomKind[] = ['rule', 'bug', 'lost', 'twice', 'cycle'];

/** A world where its search begins. */
export interface Ground {
  readonly id: string;
  readonly run: Searched;
  /** What it is about, where it is of a hypothesis: it breaks as HAProxy is, however few states are seen. By symptom and rule. */
  readonly breaks: readonly string[];
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

export const GROUNDS: readonly string[] = [...MUSEUM.map((w) => w.id), ...OWN];

/**
 * One of our own worlds, or a museum world on the newest program, without its mutation and without what would end its hypothesis; undefined where the way to its
 * beginning is not one of this program.
 */
export function groundOf(id: string): Ground | undefined {
  const own = ownWorld(id);
  if (own) return { id, run: own, breaks: [] };
  const world = MUSEUM.find((w) => w.id === id);
  const hypothesis = world?.hypothesis !== undefined;
  try {
    return {
      id,
      run: museumRun({ world: id, fixed: !hypothesis, revision: 'newest' }),
      breaks: world && hypothesis ? SYMPTOMS.map((s) => `${s} ${world.breaks}`) : [],
    };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Searches a world as it is, and writes down what its steps do. */
export function comeTo({ id, run, breaks }: Ground, P: Program, states: number): Come {
  const seen = new Seen(P.steps.length);
  const {
    broken,
    whole,
    states: met,
  } = hunt(worldWith(run, watched(P, seen), id, 'everywhere'), states, ALL);
  return {
    id,
    states: met,
    whole,
    broken: [...new Set([...broken, ...breaks])],
    times: seen.times,
    does: seen.does,
  };
}
