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

const ConnId = struct('quic_connection_id', { node: f.part(CidNode), tid: f.atomic, qc: f.ptr('quic_conn') });

const CID_BYTES = 8;
const LOOKUPS = 2_000_000;

/** A world of nothing but connection IDs, and the datagrams that ask for them. */
export interface LookupWorld {
  /** Looks the IDs of `n` datagrams up, from the `from`-th on, and returns the sum of their `tid`s. */
  lookups(from: number, n: number): number;
}

/** Builds 256 trees with `cids` random IDs on shared memory. */
export function lookupWorld(cids: number): LookupWorld {
  const plan = new BlockPlan();
  const fan = cidFan(cids, 256);
  const Tree = struct('quic_cid_tree', { lock: f.atomic, root: f.part(cidRoot(fan)) });
  const trees = plan.array(Tree, 256);
  const pool = plan.pool(ConnId, 1, cids, { align: 16 });
  const block = plan.build();
  const m = new SharedMem(new Int32Array(new SharedArrayBuffer(block.words * 4)));
  block.init(m);

  for (let i = 0; i < 256; i++) cidInitRoot(m, trees.at(i) + Tree.root, fan);

  const ids = randomBytes(cids * CID_BYTES, 1);
  for (let i = 0; i < cids; i++) {
    const k = poolAlloc(m, pool, 0);
    cidSetKey(m, k + ConnId.node, ids, i * CID_BYTES, CID_BYTES);
    m.st(k + ConnId.tid, i & 15);
    cidInsert(m, trees.at(ids[i * CID_BYTES]!) + Tree.root, k + ConnId.node);
  }
  const wire = shuffled(ids, cids);

  function tidOf(at: number): number {
    const k0 = cidWord(wire, at, at + CID_BYTES);
    const k1 = cidWord(wire, at + 4, at + CID_BYTES);
    const tree = trees.base + (k0 >>> 24) * Tree.$size;
    if (!rdTry(m, tree + Tree.lock)) return -1;
    const node = cidLookup(m, tree + Tree.root, k0, k1, 0, 0, 0, CID_BYTES);
    const tid = node === 0 ? -1 : m.ald(node - ConnId.node + ConnId.tid);
    rdUnlock(m, tree + Tree.lock);
    return tid;
  }

  return {
    lookups(from, n) {
      let sum = 0;
      let at = (from % cids) * CID_BYTES;
      for (let i = 0; i < n; i++) {
        sum += tidOf(at);
        at += CID_BYTES;
        if (at === wire.length) at = 0;
      }
      return sum;
    },
  };
}

/**
 * Median time of one lookup in ns: DCID from bytes, read lock of its tree, tree, atomic load of `tid`, unlock.
 *
 * @param now a clock in milliseconds
 */
export function benchLookup(cids: number, now: () => number, rounds = 7): number {
  const world = lookupWorld(cids);
  world.lookups(0, LOOKUPS);
  const times: number[] = [];
  for (let r = 0; r < rounds; r++) {
    const start = now();
    world.lookups(r * 7919, LOOKUPS);
    times.push(((now() - start) * 1e6) / LOOKUPS);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1]!;
}

function randomBytes(n: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(n);
  let x = seed;
  for (let i = 0; i < n; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    bytes[i] = x >>> 11;
  }
  return bytes;
}

function shuffled(ids: Uint8Array, n: number): Uint8Array {
  const wire = ids.slice();
  const pick = new DataView(randomBytes(n * 4, 7).buffer);
  for (let i = n - 1; i > 0; i--) {
    const j = pick.getUint32(i * 4) % (i + 1);
    for (let b = 0; b < CID_BYTES; b++) {
      const t = wire[i * CID_BYTES + b]!;
      wire[i * CID_BYTES + b] = wire[j * CID_BYTES + b]!;
      wire[j * CID_BYTES + b] = t;
    }
  }
  return wire;
}
