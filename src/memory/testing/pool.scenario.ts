import { RETRY } from '../mem.ts';
import { BlockPlan } from '../plan.ts';
import { poolAlloc, poolFree, poolIndex, poolSlot } from '../pool.ts';
import { f, HASHED, struct } from '../struct.ts';
import type { Scenario } from './scenario.ts';

const names = ['alloc', 'free'] as const;
const PER_THREAD = 70;
const Item = struct('item', { one: f.word, two: f.word });
const plan = new BlockPlan();
const items = plan.pool(Item, 2, PER_THREAD, { canFail: true });
/** Slots one thread leaves for the other to free. */
const mailbox = plan.words('mailbox', 2, HASHED);
const block = plan.build();

/** Slots at both ends of a bitmap word, free at first; all others are in use. */
const FREE = [30, 31, 32, 33, 64];
const FAIL = 4;

interface State {
  readonly free: readonly number[];
  readonly fail: number;
}

/** Two threads that allocate from their own ranges and free slots of either. Slots are counted over both ranges. */
export const pool: Scenario<State> = {
  names,
  block,
  reset(m) {
    for (let i = 0; i < items.bitWords * 2; i++) m.st(items.bits + i, 0);
    for (let i = 0; i < items.sumWords * 2; i++) m.st(items.sums + i, 0);
    for (const t of [0, 1]) for (const i of FREE) poolFree(m, items, poolSlot(items, t, i));
    m.st(items.fail, FAIL);
    m.st(mailbox, 0);
    m.st(mailbox + 1, 0);
  },
  held: () => [],
  step(m, thread, rnd, held, record) {
    const post = m.xchg(mailbox + thread, 0);
    if (post > 0) held.push(post);
    if (held.length === 0 || rnd.below(2) === 0) {
      const slot = record(0, 0, 0, () => {
        const ptr = poolAlloc(m, items, thread);
        return ptr > 0 ? poolIndex(items, ptr) + 1 : ptr;
      });
      if (slot <= 0) return;
      const old = m.xchg(mailbox + 1 - thread, items.base + (slot - 1) * items.slotWords);
      if (old > 0) held.push(old);
    } else {
      const ptr = held.pop()!;
      record(1, poolIndex(items, ptr) + 1, 0, () => poolFree(m, items, ptr));
    }
  },
  finish(m, record) {
    for (const t of [0, 1]) {
      for (let n = 0; n < 8; n++) {
        const slot = record(0, t, 1, () => {
          const ptr = poolAlloc(m, items, t);
          return ptr > 0 ? poolIndex(items, ptr) + 1 : ptr;
        });
        if (slot <= 0) break;
      }
    }
  },
  model: {
    initial: { free: [...FREE, ...FREE.map((i) => i + PER_THREAD)], fail: FAIL },
    apply(s, op, thread) {
      if (op.name === 'free') {
        const slot = op.a - 1;
        if (op.result !== 1 || s.free.includes(slot)) return null;
        return { free: [...s.free, slot].sort((a, b) => a - b), fail: s.fail };
      }
      if (op.result === RETRY) return s;
      const home = op.b === 1 ? op.a : thread;
      const mine = s.free.filter((i) => Math.floor(i / PER_THREAD) === home);
      if (mine.length === 0) return op.result === 0 ? s : null;
      const fail = Math.max(0, s.fail - 1);
      if (s.fail === 1) return op.result === 0 ? { free: s.free, fail } : null;
      return op.result === mine[0]! + 1 ? { free: s.free.filter((i) => i !== mine[0]), fail } : null;
    },
  },
};
