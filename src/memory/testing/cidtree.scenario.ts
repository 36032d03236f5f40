import { CidNode, CidRoot, cidDelete, cidInsert, cidLookup, cidSetKey } from '../cidtree.ts';
import { type Mem, RETRY } from '../mem.ts';
import { BlockPlan } from '../plan.ts';
import { rdTry, rdUnlock, wrTry, wrUnlock } from '../rwlock.ts';
import { f, struct } from '../struct.ts';
import type { Scenario } from './scenario.ts';

const names = ['lookup', 'insert', 'delete'] as const;
const KEYS = 6;
const plan = new BlockPlan();
const Tree = struct('tree', { lock: f.atomic, root: f.part(CidRoot) });
const tree = plan.region(Tree);
/** Two nodes for each key, one of each thread. */
const nodes = plan.array(CidNode, KEYS * 2);
const block = plan.build();
const root = tree + Tree.root;
const lock = tree + Tree.lock;

/** Second bytes that differ in one bit pair, in the next, and far behind. */
const SECOND = [0x00, 0x01, 0x04, 0x40, 0x80, 0xc0];
const FIRST_BYTE = 0x11;
const k0 = (key: number): number => (FIRST_BYTE << 24) | (SECOND[key]! << 16);
const number = (node: number): number => (node > 0 ? (node - nodes.base) / nodes.size + 1 : node);

/** For each key, the node (numbered from 1) that is in the tree, or 0. */
type State = readonly number[];

function locked(m: Mem, broken: boolean, write: boolean, run: () => number): number {
  if (broken) return run();
  if (!(write ? wrTry(m, lock) : rdTry(m, lock))) return RETRY;
  const result = run();
  if (write) wrUnlock(m, lock);
  else rdUnlock(m, lock);
  return result;
}

/** Lookups under the read lock, inserts and deletes under the write lock; broken means without. */
export const cidTree: Scenario<State> = {
  names,
  block,
  reset(m) {
    for (let i = 0; i < Tree.$size; i++) m.st(tree + i, 0);
    for (let i = 0; i < nodes.n; i++) {
      for (let o = 0; o < nodes.size; o++) m.st(nodes.at(i) + o, 0);
      cidSetKey(m, nodes.at(i), Uint8Array.of(FIRST_BYTE, SECOND[i >> 1]!), 0, 2);
    }
    cidInsert(m, root, nodes.at(0));
    cidInsert(m, root, nodes.at(7));
  },
  held: () => [],
  step(m, thread, rnd, _held, record, broken) {
    const key = rnd.below(KEYS);
    const node = nodes.at(2 * key + thread);
    const what = rnd.below(3);
    if (what === 0) {
      record(0, key, 0, () =>
        locked(m, broken, false, () => number(cidLookup(m, root, k0(key), 0, 0, 0, 0, 2))),
      );
    } else if (what === 1) {
      record(1, key, number(node), () =>
        locked(m, broken, true, () => {
          // A node that is in the tree already is not put in twice; that is the caller's business.
          const there = cidLookup(m, root, k0(key), 0, 0, 0, 0, 2);
          return number(there === node ? there : cidInsert(m, root, node));
        }),
      );
    } else {
      record(2, key, number(node), () => locked(m, broken, true, () => cidDelete(m, root, node)));
    }
  },
  finish(m, record) {
    for (let key = 0; key < KEYS; key++) {
      record(0, key, 0, () => number(cidLookup(m, root, k0(key), 0, 0, 0, 0, 2)));
    }
  },
  model: {
    initial: [1, 0, 0, 8, 0, 0],
    apply(s, op) {
      if (op.result === RETRY) return s;
      const there = s[op.a]!;
      const put = (node: number): State => s.map((old, key) => (key === op.a ? node : old));
      if (op.name === 'lookup') return op.result === there ? s : null;
      if (op.name === 'insert') return op.result === (there || op.b) ? put(there || op.b) : null;
      if (there !== op.b) return op.result === 0 ? s : null;
      return op.result === 1 ? put(0) : null;
    },
  },
};
