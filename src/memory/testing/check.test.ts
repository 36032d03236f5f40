import { describe, expect, test } from 'vitest';
import { isLinearizable, type Model, type Op } from './check.ts';

const register: Model<number> = {
  initial: 0,
  apply: (state, op) => (op.name === 'write' ? op.a : op.result === state ? state : null),
};

/** One row a thread: `w1` writes 1, `r1` reads 1; columns are time, dashes last as long as the operation. */
function history(...rows: string[]): Op[][] {
  return rows.map((row) =>
    [...row.matchAll(/([rw])(\d)-*/g)].map((hit) => ({
      name: hit[1] === 'w' ? 'write' : 'read',
      a: Number(hit[2]),
      b: 0,
      result: hit[1] === 'w' ? 0 : Number(hit[2]),
      start: hit.index,
      end: hit.index + hit[0].length - 1,
    })),
  );
}

describe('the linearizability checker', () => {
  test.each([
    ['one thread in order', ['w1 r1 w2 r2']],
    ['a read during a write sees either', ['w1------', ' r0 r1 ']],
    ['a write may take effect late', ['w1------ r1', ' r0  r0    ']],
  ])('accepts: %s', (_, rows) => {
    expect(isLinearizable(register, history(...rows))).toBe(true);
  });

  test.each([
    ['a read of the past', ['w1 r0']],
    ['a read that goes back', ['w1------', ' r1 r0 ']],
    ['a write that another thread does not see afterwards', ['w1      ', '    r0  ']],
  ])('refuses: %s', (_, rows) => {
    expect(isLinearizable(register, history(...rows))).toBe(false);
  });
});
