import { describe, expect, test } from 'vitest';
import { PlainMem } from './plain.ts';
import { BlockPlan } from './plan.ts';
import { planRing, ringAt, ringClaim, ringHead, ringPublish, ringSince } from './ring.ts';
import { RAW } from './struct.ts';

function world() {
  const plan = new BlockPlan();
  const ring = planRing(plan, 'events', 4, 2);
  const block = plan.build();
  const m = new PlainMem(new Int32Array(block.words));
  const push = (v: number): void => {
    const seq = ringClaim(m, ring);
    m.st(ringAt(ring, seq), v);
    m.st(ringAt(ring, seq) + 1, -v);
    ringPublish(m, ring, seq);
  };
  const read = (from: number): { got: number[]; next: number } => {
    const got: number[] = [];
    const next = ringSince(m, ring, from, (seq, at) => {
      expect(m.ld(at + 1)).toBe(-m.ld(at));
      got.push(seq, m.ld(at));
    });
    return { got, next };
  };
  return { m, ring, block, push, read };
}

describe('ring', () => {
  test('a reader gets each record once, in order', () => {
    const { push, read } = world();
    expect(read(0)).toEqual({ got: [], next: 0 });
    push(10);
    push(11);
    expect(read(0)).toEqual({ got: [0, 10, 1, 11], next: 2 });
    push(12);
    expect(read(2)).toEqual({ got: [2, 12], next: 3 });
  });

  test('a slow reader loses the oldest records only', () => {
    const { push, read, m, ring } = world();
    for (let v = 0; v < 7; v++) push(v + 10);
    expect(ringHead(m, ring)).toBe(7);
    expect(read(1)).toEqual({ got: [3, 13, 4, 14, 5, 15, 6, 16], next: 7 });
  });

  test('a record that is being written ends the reading', () => {
    const { push, read, m, ring } = world();
    push(10);
    const seq = ringClaim(m, ring);
    push(12);
    expect(read(0)).toEqual({ got: [0, 10], next: 1 });
    m.st(ringAt(ring, seq), 11);
    m.st(ringAt(ring, seq) + 1, -11);
    ringPublish(m, ring, seq);
    expect(read(1)).toEqual({ got: [1, 11, 2, 12], next: 3 });
  });

  test('its words are raw, and its capacity a power of two', () => {
    const { block, ring } = world();
    expect(block.kinds.subarray(ring.base, ring.base + 13).every((kind) => kind === RAW)).toBe(true);
    expect(() => planRing(new BlockPlan(), 'events', 6, 1)).toThrow('capacity 6');
  });
});
