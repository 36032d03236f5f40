/** What each word of the block is to a search: whether it is part of a state, and what touching it means. */
import {
  Connection,
  Global,
  QuicCid,
  QuicConn,
  QuicConnClosed,
  QuicDgram,
  ReceiverBuf,
  RxPacket,
  Sockaddr,
  Task,
  ThreadCtx,
  TxPacket,
} from '../../haproxy/model/layouts.ts';
import { BUDGET_WORDS, type World } from '../../haproxy/model/world.ts';
import type { Pool } from '../../memory/pool.ts';
import { HASHED, RAW, type StructMeta, TIME } from '../../memory/struct.ts';

/** Bits of `Words.of`. */
export const WORD = {
  /** HAProxy's own plain or atomic word of an object that threads may share: counts for races. */
  SHARED: 1,
  /** Lies in a slot of a pool: it must not be touched while the slot is free. */
  SLOT: 2,
  /** A connection's own: only its owner may touch it. */
  CONN: 4,
  /** Head of a list of a thread: only that thread may change it. */
  LIST: 8,
} as const;

/** Clock words that only by-the-clock running reads. */
const CLOCK_ONLY: readonly number[] = [ThreadCtx.clockNs, ThreadCtx.wakeMs, ThreadCtx.wakeNs];

/** Words of ours in HAProxy's objects: the scripted server's place, orders by hand, what is only told. */
const OURS: readonly number[] = [
  QuicConn.capConn,
  QuicConn.sendCursor,
  QuicConn.processed,
  QuicConn.seen,
  QuicConn.handTask,
  QuicConn.mux,
  QuicConn.pendTo,
  QuicConn.inferred,
];

/** Links of a connection in a thread's list, and in the accept list: the list's words, not the connection's. */
const LINKS: readonly number[] = [
  QuicConn.elThCtx,
  QuicConn.elThCtx + 1,
  QuicConn.acceptList,
  QuicConn.acceptList + 1,
];

/** Words of a thread that nothing but that thread should touch in HAProxy. */
const THREAD_OWN: readonly number[] = [
  ThreadCtx.urgent,
  ThreadCtx.normal,
  ThreadCtx.bulk,
  ThreadCtx.heavy,
  ThreadCtx.rqueue,
  ThreadCtx.quicConns,
  ThreadCtx.quicConnsClo,
  ThreadCtx.timers,
].flatMap((f) => [f, f + 1]);

export interface Words {
  /** Hash kind of each word in a search: clocks that decide something count, those that only order steps by time do not. */
  kinds: Uint8Array;
  /** WORD bits of each word. */
  of: Uint8Array;
  /** For words in a slot: the pool's bitmap word and bit; a set bit says free. */
  freeWord: Int32Array;
  freeBit: Int32Array;
  /** For a connection's words: where it begins. For a thread's list heads: the thread. */
  home: Int32Array;
}

/** `everywhere`: atomic words of threads, listeners, sockets, rings and of the process count for races too, not those of objects alone. */
export function wordsOf(W: World, everywhere = false): Words {
  const n = W.layout.words;
  const kinds = Uint8Array.from(W.layout.kinds, (k) => (k === TIME ? HASHED : k));
  for (let t = 0; t < W.cfg.threads; t++) for (const f of CLOCK_ONLY) kinds[W.th(t) + f] = RAW;
  kinds[W.global + Global.presentMs] = RAW;
  kinds[W.global + Global.presentNs] = RAW;
  for (let i = 0; i < BUDGET_WORDS; i++) kinds[W.budget + i] = HASHED;
  const of = new Uint8Array(n);
  const words: Words = {
    kinds,
    of,
    freeWord: new Int32Array(n),
    freeBit: new Int32Array(n),
    home: new Int32Array(n),
  };
  const { pools } = W;
  const shared: [Pool, StructMeta][] = [
    [pools.conn, QuicConn],
    [pools.closed, QuicConnClosed],
    [pools.cid, QuicCid],
    [pools.task, Task],
    [pools.tasklet, Task],
    [pools.connection, Connection],
    [pools.sockaddr, Sockaddr],
    [pools.rxPacket, RxPacket],
    [pools.txPacket, TxPacket],
    [pools.dgram, QuicDgram],
    [pools.rxbuf, ReceiverBuf],
  ];
  for (const [pool, meta] of shared) markPool(words, W, pool, meta);
  if (everywhere) markAtomics(of, W);
  const rings = W.cfg.mpring ? W.mpring(0) : n;
  of.fill(WORD.SHARED, rings, W.cfg.mpring ? W.mpringRecord(W.cfg.threads, 0) : n);
  for (let t = 0; t < W.cfg.threads; t++) {
    for (const f of THREAD_OWN) {
      of[W.th(t) + f] = WORD.SHARED | WORD.LIST;
      words.home[W.th(t) + f] = t;
    }
  }
  return words;
}

/** Regions of HAProxy's atomic words that are in no struct: fds that wait for their group's pollers, and places of accept rings. */
const BARE: ReadonlySet<string> = new Set(['update_list', 'ring entries']);

/** What is the kernel's in HAProxy's objects: its calls are atomic by themselves. */
const KERNELS: ReadonlySet<string> = new Set(['kqLock', 'pipe']);

function markAtomics(of: Uint8Array, { layout }: World): void {
  for (const { name, base, words } of layout.regions)
    if (BARE.has(name)) of.fill(WORD.SHARED, base, base + words);
  for (const { struct, base, n, stride } of layout.regions)
    for (const f of struct?.$fields ?? []) {
      if ((f.kind !== 'atomic' && f.kind !== 'mtlist') || KERNELS.has(f.name)) continue;
      for (let i = 0; i < n; i++)
        for (let o = 0; o < f.words; o++) of[base + i * stride + f.offset + o]! |= WORD.SHARED;
    }
}

function markPool(words: Words, W: World, pool: Pool, meta: StructMeta): void {
  const isConn = pool === W.pools.conn;
  for (let s = 0; s < pool.threads * pool.perThread; s++) {
    const thread = Math.floor(s / pool.perThread);
    const i = s - thread * pool.perThread;
    const base = pool.base + s * pool.slotWords;
    for (let o = 0; o < meta.$size; o++) {
      const at = base + o;
      const ours = isConn && OURS.includes(o);
      const counts = meta.$kinds[o] !== RAW && !ours;
      words.freeWord[at] = pool.bits + thread * pool.bitWords + (i >> 5);
      words.freeBit[at] = 1 << (i & 31);
      words.home[at] = isConn ? base : 0;
      words.of[at] =
        WORD.SLOT | (counts ? WORD.SHARED : 0) | (counts && isConn && !LINKS.includes(o) ? WORD.CONN : 0);
    }
  }
}
