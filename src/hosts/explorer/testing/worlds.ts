import type { Explorable } from '../../../machine/explorable.ts';
import { type ProgramSpec, ProgramWorld } from './program.ts';
import { Toy } from './toy.ts';

/** Worlds of tests, as data for workers. */
export type TestSpec =
  | { kind: 'toy'; threads: number; length: number; forbidden?: number }
  | { kind: 'program'; program: ProgramSpec };

export function makeTestWorld(spec: TestSpec): Explorable {
  if (spec.kind === 'toy') return new Toy(spec.threads, spec.length, spec.forbidden);
  return new ProgramWorld(spec.program);
}
