/** From a datagram's first bytes to the thread that its CID names (semantics 1.2/1, 1.3). */
import { cidLookup } from '../../memory/cidtree.ts';
import { rdTry, rdUnlock } from '../../memory/rwlock.ts';
import { QuicCid } from '../model/layouts.ts';
import { firstByte, loadDerived, loadKey } from './cidkey.ts';
import { COST } from './cost.ts';
import type { Exec } from './exec.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';

/** quic_get_dgram_dcid: length of the DCID at the head of datagram `dg`, its place in `out`, or -1 when it is refused. */
export function dgramDcid(x: Exec, dg: number): number {
  const s = x.W.consts.datagrams;
  const b = s.bytes;
  const at = s.offset[dg]!;
  const len = s.length[dg]!;
  const own = x.W.consts.cidLength;
  const b0 = len > 0 ? b[at]! : 0;
  if (!(b0 & 0x40) && !x.W.consts.anyFixedBit) return -1;
  if (b0 & 0x80) {
    if (len < 7) return -1;
    const n = b[at + 5]!;
    if (n > 20 || len <= 6 + n) return -1;
    loadKey(x, b, at + 6, n);
    return n;
  }
  if (len < 1 + own + 16) return -1;
  loadKey(x, b, at + 1, own);
  return own;
}

/** Version-independent look at a long header: is it an Initial or a 0-RTT packet of a version we know? */
export function isInitialOrZeroRtt(x: Exec, dg: number): boolean {
  const s = x.W.consts.datagrams;
  const at = s.offset[dg]!;
  const b = s.bytes;
  if (!(b[at]! & 0x80)) return false;
  const version = ((b[at + 1]! << 24) | (b[at + 2]! << 16) | (b[at + 3]! << 8) | b[at + 4]!) >>> 0;
  const type = (b[at]! >> 4) & 3;
  if (version === 0x6b3343cf) return type === 1 || type === 2;
  if (version === 1 || version === 0xff00001d) return type === 0 || type === 1;
  return false;
}

/** The mutation X18 looks up without the lock. */
const locks = (x: Exec): boolean => !x.P.mutations.has('X18');

/** Locals of quic_get_cid_tid. */
const G = { dg: 0, saddr: 1, node: 2, lock: 3, tid: 4 } as const;

const lookupHere = (x: Exec): number =>
  cidLookup(x.m, x.W.treeRoot(firstByte(x)), x.k0, x.k1, x.k2, x.k3, x.k4, x.klen);

export const getCidTid = procedure(
  'quic_get_cid_tid',
  'Looking up the owner',
  ['dg', 'saddr', 'node', 'lock', 'tid'],
  [
    step('1', 'Take the read lock of the CID’s tree', '1.3/1', COST.atomic, (x) => {
      dgramDcid(x, x.get(G.dg));
      const lock = x.W.treeLock(firstByte(x));
      if (locks(x) && !rdTry(x.m, lock)) return RETRY_STEP;
      x.set(G.lock, lock);
      return NEXT;
    }),
    step('2', 'Look the CID up', '1.3/1', COST.tree, (x) => {
      dgramDcid(x, x.get(G.dg));
      x.set(G.node, lookupHere(x));
      return NEXT;
    }),
    step('2b', 'Read its tid while the lock is held', '1.3/3', COST.atomic, (x) => readTid(x), {
      since: '72267ff35',
    }),
    step('3', 'Release the lock', '1.3/1', COST.atomic, (x, go) => {
      if (locks(x)) rdUnlock(x.m, x.get(G.lock));
      if (x.get(G.node)) return go['8']!;
      if (!isInitialOrZeroRtt(x, x.get(G.dg))) {
        x.setRet(-1);
        return RET;
      }
      return NEXT;
    }),
    step(
      '4',
      'Unknown, an Initial or 0-RTT: derive the first CID, lock its tree',
      '1.3/2',
      COST.atomic,
      (x) => {
        loadDerived(x, x.get(G.dg), x.get(G.saddr));
        const lock = x.W.treeLock(firstByte(x));
        if (locks(x) && !rdTry(x.m, lock)) return RETRY_STEP;
        x.set(G.lock, lock);
        return NEXT;
      },
    ),
    step(
      '5',
      'Look up the original CID in the derived CID’s tree (M16: the wrong key)',
      '1.3/2',
      COST.tree,
      (x) => {
        const { dg, saddr } = G;
        loadDerived(x, x.get(dg), x.get(saddr));
        const root = x.W.treeRoot(firstByte(x));
        dgramDcid(x, x.get(dg));
        x.set(G.node, cidLookup(x.m, root, x.k0, x.k1, x.k2, x.k3, x.k4, x.klen));
        return NEXT;
      },
      { until: '7cab3a3c3' },
    ),
    step(
      '5n',
      'Look up the derived CID',
      '1.3/2',
      COST.tree,
      (x) => {
        loadDerived(x, x.get(G.dg), x.get(G.saddr));
        x.set(G.node, lookupHere(x));
        return NEXT;
      },
      { since: '7cab3a3c3' },
    ),
    step('5b', 'Read its tid while the lock is held', '1.3/3', COST.atomic, (x) => readTid(x), {
      since: '72267ff35',
    }),
    step('6', 'Release the lock', '1.3/2', COST.atomic, (x) => {
      if (locks(x)) rdUnlock(x.m, x.get(G.lock));
      if (x.get(G.node)) return NEXT;
      x.setRet(-1);
      return RET;
    }),
    step(
      '8',
      'Read the entry’s tid, after the lock is released (M12)',
      '1.3/3',
      COST.atomic,
      (x) => {
        x.setRet(x.m.ald(x.get(G.node) + QuicCid.tid));
        return RET;
      },
      { until: '72267ff35' },
    ),
    step(
      '8n',
      'That is the owner',
      '1.3/3',
      COST.local,
      (x) => {
        x.setRet(x.get(G.tid));
        return RET;
      },
      { since: '72267ff35' },
    ),
  ],
);

function readTid(x: Exec): number {
  const node = x.get(G.node);
  if (node) x.set(G.tid, x.m.ald(node + QuicCid.tid));
  return NEXT;
}
