import fc from 'fast-check';
import { type Op, type ProgramSpec, WORDS } from './program.ts';

const word = fc.nat(WORDS - 1);
const k = fc.nat(3);
const to = fc.nat(3);

const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant('own' as const), k }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('mix' as const), word, k }) },
  fc.record({ op: fc.constant('read' as const), word }),
  fc.record({ op: fc.constant('write' as const), word, k }),
  fc.record({ op: fc.constant('lock' as const), word }),
  fc.record({ op: fc.constant('unlock' as const), word }),
  fc.record({ op: fc.constant('assert' as const), k }),
  fc.record({ op: fc.constant('loop' as const), word, k, to }),
);

/** Two or three threads of up to six operations. */
export const programs: fc.Arbitrary<ProgramSpec> = fc.record({
  threads: fc.array(fc.array(op, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 3 }),
  forbidden: fc.integer({ min: -1, max: 7 }),
});
