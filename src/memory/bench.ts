import {
  CidNode,
  cidFan,
  cidInitRoot,
  cidInsert,
  cidLookup,
  cidRoot,
  cidSetKey,
  cidWord,
} from './cidtree.ts';
import { BlockPlan } from './plan.ts';
import { poolAlloc } from './pool.ts';
import { rdTry, rdUnlock } from './rwlock.ts';
import { SharedMem } from './shared.ts';
import { f, struct } from './struct.ts';

const ConnId = struct('quic_connection_id', { node: f.part(CidNode), tid: f.atomic, qc: f.to('quic_conn') });

export const CID_BYTES = 8;
const SHORT_HEADER = 0x40;
const THREADS = 16;

/** A world of nothing but connection IDs, and one short-header datagram for each of them, in random order. */
export interface LookupWorld {
  readonly datagrams: Uint8Array;
  /** Bytes of one datagram. Its DCID follows the first byte. */
  readonly stride: number;
  /** The lock and the root of the first tree, and how many words further those of the next one are. */
  readonly lock: number;
  readonly root: number;
  readonly apart: number;
  /** Words from the beginning of an ID's node to its `tid`. */
  readonly owner: number;
  /** The `tid` stored with the 8-byte DCID at `at`, looked up under its tree's read lock; -1 without. */
  tidOf(bytes: Uint8Array, at: number): number;
}

/** Room for so many words, all zero. */
export type BlockRoom = (words: number) => Int32Array;

/** Builds 256 trees, picked by an ID's first byte and each with a lock of its own, with `cids` random IDs. */
export function lookupWorld(
  cids: number,
  room: BlockRoom = (words) => new Int32Array(new SharedArrayBuffer(words * 4)),
): LookupWorld {
  const fan = cidFan(cids, 256);
  const Tree = struct('quic_cid_tree', { lock: f.atomic, root: f.part(cidRoot(fan)) });
  const plan = new BlockPlan();
  const trees = plan.array(Tree, 256);
  const pool = plan.pool(ConnId, THREADS, Math.ceil(cids / THREADS), { align: 16 });
  const block = plan.build();
  const m = new SharedMem(room(block.words));
  block.init(m);
  for (let i = 0; i < 256; i++) cidInitRoot(m, trees.at(i) + Tree.root, fan);

  const random = randomWords(1);
  const stride = 24;
  const datagrams = new Uint8Array(cids * stride);
  for (let i = 0; i < datagrams.length; i++) datagrams[i] = random() >>> 11;
  const order = shuffled(cids, random);
  for (const i of order) {
    const at = i * stride;
    datagrams[at] = SHORT_HEADER;
    const k = poolAlloc(m, pool, i % THREADS);
    cidSetKey(m, k + ConnId.node, datagrams, at + 1, CID_BYTES);
    m.st(k + ConnId.tid, i % THREADS);
    cidInsert(m, trees.at(datagrams[at + 1]!) + Tree.root, k + ConnId.node);
  }

  function tidOf(bytes: Uint8Array, at: number): number {
    const end = at + CID_BYTES;
    const k0 = cidWord(bytes, at, end);
    const k1 = cidWord(bytes, at + 4, end);
    const tree = trees.base + (k0 >>> 24) * Tree.$size;
    if (!rdTry(m, tree + Tree.lock)) return -1;
    const node = cidLookup(m, tree + Tree.root, k0, k1, 0, 0, 0, CID_BYTES);
    const tid = node === 0 ? -1 : m.ald(node - ConnId.node + ConnId.tid);
    rdUnlock(m, tree + Tree.lock);
    return tid;
  }

  return {
    datagrams,
    stride,
    lock: trees.base + Tree.lock,
    root: trees.base + Tree.root,
    apart: Tree.$size,
    owner: ConnId.tid - ConnId.node,
    tidOf,
  };
}

function randomWords(seed: number): () => number {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

function shuffled(n: number, random: () => number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random() % (i + 1);
    const t = order[i]!;
    order[i] = order[j]!;
    order[j] = t;
  }
  return order;
}
