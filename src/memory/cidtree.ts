import type { Mem } from './mem.ts';
import { f, struct } from './struct.ts';

/*
 * A prefix tree over connection IDs, two bits a level, with the levels that decide nothing left out. Each inner
 * branch lies in one of the nodes below it, so inserting allocates nothing, as in HAProxy's ebtrees: a branch lives
 * in the smallest node of its second child. That rule gives each node at most one branch, and makes the tree a
 * function of the keys alone, whatever order they came in.
 *
 * A link is 0 (nothing), p (the leaf p) or -p (the branch that lives in node p).
 *
 * All keys of one tree share their first byte, by which the tree was picked. Its root may fan out over the bits that
 * follow: in a world of a million IDs each level saved is a miss of cache and TLB.
 */

/** What an ID needs to be in a tree; embed it first in the owner's struct, and keep both in one cache line. */
export const CidNode = struct('ebmb_node', {
  /** The ID's bytes, big-endian, zeros behind its end. */
  key: f.words(5),
  /** Bytes, 1 to 20. Must follow the key: it takes part in comparing, as its sixth word. */
  keyLen: f.word,
  /** The bit pair this node's branch decides on, plus one; 0 if no branch lives here. */
  pair: f.word,
  kids: f.branches(4),
});

/**
 * A tree's root with 2^`bits` links (0 to 16). All zero it is an empty tree with one link; with more,
 * `cidInitRoot` has to come first.
 */
export const cidRoot = (bits: number) => struct('eb_root', { fan: f.word, top: f.branches(1 << bits) });

/** The root of a tree in a world of ordinary size. */
export const CidRoot = cidRoot(0);

/** Bits of fan-out that leave about half an ID a link when `cids` IDs are spread over `trees` trees. */
export function cidFan(cids: number, trees: number): number {
  return Math.max(0, Math.min(16, Math.floor(Math.log2((2 * cids) / trees))));
}

/** Makes a root laid out by `cidRoot(bits)` an empty tree. */
export function cidInitRoot(m: Mem, root: number, bits: number): void {
  m.st(root + FAN, bits);
  for (let i = 0; i < 1 << bits; i++) m.st(root + TOP + i, 0);
}

const { key: KEY, keyLen: LEN, pair: PAIR, kids: KIDS } = CidNode;
const { fan: FAN, top: TOP } = CidRoot;
const KEY_WORDS = 6;
const MAX_PAIR = KEY_WORDS * 16;

/** Big-endian word of an ID's bytes from `at` on, with zeros from `end` on. */
export function cidWord(bytes: Uint8Array, at: number, end: number): number {
  if (at + 4 > end) return cidLastWord(bytes, at, end);
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

function cidLastWord(bytes: Uint8Array, at: number, end: number): number {
  let v = 0;
  for (let i = at; i < at + 4; i++) v = (v << 8) | (i < end ? bytes[i]! : 0);
  return v;
}

/** Writes a node's key from bytes `at` to `at + len`; `len` is 1 to 20. */
export function cidSetKey(m: Mem, node: number, bytes: Uint8Array, at: number, len: number): void {
  if (len < 1 || len > 20) throw new Error(`cidSetKey: length ${len}`);
  for (let i = 0; i < 5; i++) m.st(node + KEY + i, cidWord(bytes, at + 4 * i, at + len));
  m.st(node + LEN, len);
}

/**
 * The node with this key, or 0.
 *
 * May be called while another thread tears the tree: it ends, stays inside the block and finds nothing then, or
 * whatever it was led to, if that has the key.
 */
export function cidLookup(
  m: Mem,
  root: number,
  k0: number,
  k1: number,
  k2: number,
  k3: number,
  k4: number,
  len: number,
): number {
  const limit = m.w.length - CidNode.$size;
  let link = m.ld(topSlot(m, root, k0));
  let last = 0;
  while (link < 0) {
    const n = -link;
    if (n > limit) return 0;
    const pair = m.ld(n + PAIR);
    if (pair <= last || pair > MAX_PAIR) return 0;
    last = pair;
    const at = pair - 1;
    const w = at >> 4;
    const k = w === 0 ? k0 : w === 1 ? k1 : w === 2 ? k2 : w === 3 ? k3 : w === 4 ? k4 : len;
    link = m.ld(n + KIDS + ((k >>> (30 - ((at & 15) << 1))) & 3));
  }
  if (link === 0 || link > limit) return 0;
  return m.ld(link + KEY) === k0 &&
    m.ld(link + KEY + 1) === k1 &&
    m.ld(link + KEY + 2) === k2 &&
    m.ld(link + KEY + 3) === k3 &&
    m.ld(link + KEY + 4) === k4 &&
    m.ld(link + LEN) === len
    ? link
    : 0;
}

/**
 * Puts a node in, unless its key is there already. The caller holds the tree's write lock; the node's branch words
 * are zero.
 *
 * @returns the node, or the one that was there before it
 * @throws if the links make no sense, which takes a writer without the lock (M22); it never loops
 */
export function cidInsert(m: Mem, root: number, node: number): number {
  const top = topSlot(m, root, m.ld(node + KEY));
  if (m.ld(top) === 0) {
    m.st(top, node);
    return node;
  }
  const near = nearest(m, m.ld(top), node);
  const at = firstDifference(m, near, node);
  if (at < 0) return near;
  let slot = top;
  let link = m.ld(slot);
  for (let last = 0; link < 0 && m.ld(-link + PAIR) <= at; link = m.ld(slot)) {
    last = pairOf(m, -link, last);
    slot = kidSlot(m, -link, node);
  }
  if (link < 0 && m.ld(-link + PAIR) === at + 1) insertKid(m, top, -link, node);
  else splitEdge(m, top, slot, link, at, near, node);
  return node;
}

/**
 * Takes a node out. The caller holds the tree's write lock.
 *
 * @returns 1, or 0 if this node is not in the tree
 * @throws as `cidInsert` does
 */
export function cidDelete(m: Mem, root: number, node: number): number {
  const top = topSlot(m, root, m.ld(node + KEY));
  let up = 0;
  let host = 0;
  let slot = top;
  let link = m.ld(slot);
  for (let last = 0; link < 0; link = m.ld(slot)) {
    up = slot;
    host = -link;
    last = pairOf(m, host, last);
    slot = kidSlot(m, host, node);
  }
  if (link !== node) return 0;
  m.st(slot, 0);
  if (host === 0) return 1;

  const digit = slot - host - KIDS;
  const before = kidsBelow(m, host, digit);
  const next = kidFrom(m, host, digit + 1);
  if (before === 0) {
    // The smallest node goes: the branch it may hold belongs to an ancestor and moves to the next smallest.
    const third = kidFrom(m, host, digitOfKid(m, host, next) + 1);
    if (third === 0) {
      m.st(up, next);
      clearBranch(m, host);
    } else {
      moveBranch(m, top, host, smallest(m, third), node);
    }
    if (m.ld(node + PAIR) !== 0) moveBranch(m, top, node, host, node);
  } else if (before === 1) {
    if (next === 0) {
      m.st(up, kidFrom(m, host, 0));
      clearBranch(m, host);
    } else {
      moveBranch(m, top, host, smallest(m, next), node);
    }
  }
  return 1;
}

/** Calls `visit` for each node in the order of keys. For readers: a torn tree ends the walk early. */
export function cidWalk(m: Mem, root: number, visit: (node: number) => void): void {
  const n = 1 << (m.ld(root + FAN) & 31);
  let budget = m.w.length;
  for (let i = 0; i < n && budget > 0; i++) budget = walk(m, m.ld(root + TOP + i), 0, budget, visit);
}

/** Returns how many more links may be followed: torn links can lead to one branch by very many ways. */
function walk(m: Mem, link: number, last: number, budget: number, visit: (node: number) => void): number {
  const n = link < 0 ? -link : link;
  if (n === 0 || n > m.w.length - CidNode.$size || budget <= 0) return budget;
  if (link > 0) {
    visit(link);
    return budget - 1;
  }
  const pair = m.ld(n + PAIR);
  if (pair <= last || pair > MAX_PAIR) return budget;
  let left = budget - 1;
  for (let d = 0; d < 4; d++) left = walk(m, m.ld(n + KIDS + d), pair, left, visit);
  return left;
}

/** The root's link for a key, by the bits after its first byte. */
function topSlot(m: Mem, root: number, k0: number): number {
  return root + TOP + (((k0 << 8) >>> 1) >>> (31 - m.ld(root + FAN)));
}

/** `node` becomes a child of the branch in `host`. */
function insertKid(m: Mem, top: number, host: number, node: number): void {
  const digit = digitOf(m, node, m.ld(host + PAIR) - 1);
  const before = kidsBelow(m, host, digit);
  const first = kidFrom(m, host, 0);
  m.st(host + KIDS + digit, node);
  if (before === 0) {
    const heir = smallest(m, first);
    if (m.ld(heir + PAIR) !== 0) moveBranch(m, top, heir, node, node);
    moveBranch(m, top, host, heir, node);
  } else if (before === 1) {
    moveBranch(m, top, host, node, node);
  }
}

/** A new branch at bit pair `at`, between `slot` and what it links to, takes that and `node` as children. */
function splitEdge(
  m: Mem,
  top: number,
  slot: number,
  link: number,
  at: number,
  near: number,
  node: number,
): void {
  const digit = digitOf(m, node, at);
  const other = digitOf(m, near, at);
  if (digit > other) {
    setBranch(m, node, at, digit, node, other, link);
    m.st(slot, -node);
    return;
  }
  const heir = smallest(m, link);
  let above = slot;
  if (m.ld(heir + PAIR) !== 0) {
    // The slot may lie in the very branch that moves.
    if (slot >= heir + KIDS && slot < heir + KIDS + 4) above = slot - heir + node;
    moveBranch(m, top, heir, node, node);
  }
  setBranch(m, heir, at, digit, node, other, link);
  m.st(above, -heir);
}

function setBranch(m: Mem, host: number, at: number, d1: number, l1: number, d2: number, l2: number): void {
  m.st(host + PAIR, at + 1);
  m.st(host + KIDS + d1, l1);
  m.st(host + KIDS + d2, l2);
}

function clearBranch(m: Mem, host: number): void {
  m.st(host + PAIR, 0);
  for (let d = 0; d < 4; d++) m.st(host + KIDS + d, 0);
}

/** Moves the branch in `from`, which lies on the way to `node`'s key, to live in `to`. */
function moveBranch(m: Mem, top: number, from: number, to: number, node: number): void {
  m.st(to + PAIR, m.ld(from + PAIR));
  for (let d = 0; d < 4; d++) m.st(to + KIDS + d, m.ld(from + KIDS + d));
  let slot = top;
  let last = 0;
  for (let link = m.ld(slot); link !== -from; link = m.ld(slot)) {
    if (link >= 0) throw torn(from);
    last = pairOf(m, -link, last);
    slot = kidSlot(m, -link, node);
  }
  m.st(slot, -to);
  clearBranch(m, from);
}

/** The leaf that shares the most with `node`'s key, as far as the tree can tell. */
function nearest(m: Mem, link: number, node: number): number {
  for (let last = 0; link < 0; ) {
    const n = -link;
    last = pairOf(m, n, last);
    link = m.ld(kidSlot(m, n, node)) || kidFrom(m, n, 0);
  }
  if (link === 0) throw torn(node);
  return link;
}

/** The bit pair of a branch below one that decides on `last`. Throws where a writer without the lock has been. */
function pairOf(m: Mem, host: number, last: number): number {
  const pair = m.ld(host + PAIR);
  if (pair > last && pair <= MAX_PAIR) return pair;
  throw torn(host);
}

function torn(node: number): Error {
  return new Error(`ebmb tree: torn at ${node}`);
}

/** First bit pair in which two keys differ, or -1. */
function firstDifference(m: Mem, a: number, b: number): number {
  for (let i = 0; i < KEY_WORDS; i++) {
    const x = m.ld(a + KEY + i) ^ m.ld(b + KEY + i);
    if (x !== 0) return (i << 4) + (Math.clz32(x) >> 1);
  }
  return -1;
}

function digitOf(m: Mem, node: number, at: number): number {
  return (m.ld(node + KEY + (at >> 4)) >>> (30 - ((at & 15) << 1))) & 3;
}

function kidSlot(m: Mem, host: number, node: number): number {
  return host + KIDS + digitOf(m, node, m.ld(host + PAIR) - 1);
}

function kidsBelow(m: Mem, host: number, digit: number): number {
  let n = 0;
  for (let d = 0; d < digit; d++) if (m.ld(host + KIDS + d) !== 0) n++;
  return n;
}

function kidFrom(m: Mem, host: number, digit: number): number {
  for (let d = digit; d < 4; d++) {
    const link = m.ld(host + KIDS + d);
    if (link !== 0) return link;
  }
  return 0;
}

function digitOfKid(m: Mem, host: number, link: number): number {
  for (let d = 0; d < 4; d++) if (m.ld(host + KIDS + d) === link) return d;
  return 4;
}

function smallest(m: Mem, link: number): number {
  for (let last = 0; link < 0; link = kidFrom(m, -link, 0)) last = pairOf(m, -link, last);
  return link;
}
