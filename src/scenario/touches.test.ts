/** No step touches more than it says: every load and store of captures run through many programs is watched. */
import { expect, test } from 'vitest';
import {
  Connection,
  Global,
  QuicCid,
  QuicConn,
  QuicConnClosed,
  RxPacket,
  Task,
  ThreadCtx,
  TxPacket,
} from '../haproxy/model/layouts.ts';
import { AT } from '../haproxy/model/places.ts';
import type { World } from '../haproxy/model/world.ts';
import type { CompiledStep, Program } from '../haproxy/step/compile.ts';
import { silent } from '../haproxy/step/events.ts';
import type { Touches } from '../haproxy/step/proc.ts';
import { Machine } from '../machine/machine.ts';
import type { WorldOptions } from '../machine/options.ts';
import { setUp } from '../machine/setup.ts';
import { JournaledMem } from '../memory/journaled.ts';
import type { Pool } from '../memory/pool.ts';
import { makeWorld } from './make.ts';
import { dataOf, OPTIONS } from './testing/worlds.ts';

/** Words of a thread that others read or write. */
const OTHERS: readonly number[] = [
  ThreadCtx.flags,
  ThreadCtx.pipe,
  ThreadCtx.harmless,
  ThreadCtx.wakeMs,
  ThreadCtx.wakeNs,
  ThreadCtx.epAny,
  ThreadCtx.sharedTasklets,
  ThreadCtx.sharedTasklets + 1,
  ThreadCtx.hand,
  ThreadCtx.hand + 1,
  ThreadCtx.rqTotal,
  ThreadCtx.tasksInList,
];

const CLASS: Record<Touches, number> = { own: 0, conn: 1, shared: 2 };

/** For each word who may touch it: a thread's own + its number, or `conn`, or `shared`. */
function classes(W: World): { kind: Uint8Array; thread: Int8Array } {
  const kind = new Uint8Array(W.layout.words).fill(CLASS.shared);
  const thread = new Int8Array(W.layout.words).fill(-1);
  const own = (t: number, from: number, n: number): void => {
    kind.fill(CLASS.own, from, from + n);
    thread.fill(t, from, from + n);
  };
  // Whoever meets a BUG_ON writes there, and nobody goes on.
  for (const f of [Global.bug, Global.bugTid, Global.bugPc]) kind[W.global + f] = CLASS.own;
  for (let t = 0; t < W.cfg.threads; t++) {
    own(t, W.th(t), ThreadCtx.$size);
    for (const f of OTHERS) kind[W.th(t) + f] = CLASS.shared;
    own(t, W.stack(t), W.stack(1) - W.stack(0));
    own(t, W.base[AT.updt]! + t * W.fdCount, W.fdCount);
    own(t, W.base[AT.epEvents]! + t * W.epWords, W.epWords);
  }
  const conns: [Pool, number][] = [
    [W.pools.conn, QuicConn.$size],
    [W.pools.closed, QuicConnClosed.$size],
    [W.pools.cid, QuicCid.$size],
    [W.pools.task, Task.$size],
    [W.pools.tasklet, Task.$size],
    [W.pools.hand, Task.$size],
    [W.pools.connection, Connection.$size],
    [W.pools.rxPacket, RxPacket.$size],
    [W.pools.txPacket, TxPacket.$size],
  ];
  for (const [pool, size] of conns) {
    for (let s = 0; s < pool.threads * pool.perThread; s++) {
      const at = pool.base + s * pool.slotWords;
      kind.fill(CLASS.conn, at, at + size);
      // Others look these up in the tree.
      if (pool === W.pools.cid) {
        kind[at + QuicCid.tid] = CLASS.shared;
        kind[at + QuicCid.qc] = CLASS.shared;
      }
    }
  }
  return { kind, thread };
}

function nameOf(W: World, i: number): string {
  const r = W.layout.regions.find((g) => i >= g.base && i < g.base + g.words);
  if (!r?.struct) return r?.name ?? `word ${i}`;
  const off = (i - r.base) % r.stride;
  return `${r.name}.${r.struct.$fields.findLast((f) => f.offset <= off)?.name}`;
}

const seen = new Set<string>();
const wrong = new Set<string>();

/** Runs a capture with rebinds and closes by hand, every step watched. */
function watch(capture: string, options: Partial<WorldOptions>, limit: number): void {
  const data = dataOf(capture);
  const made = makeWorld(data, { ...OPTIONS, ...options }, 1);
  const { W } = made;
  const { kind, thread } = classes(W);
  const m = new JournaledMem(new Int32Array(W.layout.words), W.layout.kinds);
  let now: CompiledStep | null = null;
  const inside = (s: CompiledStep): CompiledStep => ({
    ...s,
    run: (x, l, at) => {
      now = s;
      const r = s.run(x, l, at);
      now = null;
      return r;
    },
  });
  const P: Program = { ...made.P, steps: made.P.steps.map(inside) };
  setUp(m, W, P);
  const x = new Machine(m, W, P, silent);
  m.watch = (_kind, i) => {
    if (!now) return;
    const { t } = x.x;
    const foreign = kind[i] === CLASS.own && thread[i]! >= 0 && thread[i] !== t;
    const is = foreign || kind[i] === CLASS.shared ? 'shared' : kind[i] === CLASS.conn ? 'conn' : 'own';
    const step = `${now.proc.key} ${now.label}`;
    seen.add(step);
    if (CLASS[is] > CLASS[now.touches] && W.layout.kinds[i] !== 0)
      wrong.add(`${step} says ${now.touches} and touches ${nameOf(W, i)}`);
  };
  x.boot();
  for (let order = 0; x.happened < limit && !x.stopped; order++) {
    if (x.run(400) < 1) break;
    const conn = order % data.conns.length;
    const qc = x.findConn(conn);
    const tid = qc ? (x.owner(qc) + 1) % W.cfg.threads : 0;
    if (qc) x.apply(order % 4 === 3 ? { kind: 'close', conn } : { kind: 'rebind', conn, tid });
    if (order % 5 === 4) x.apply({ kind: 'show-quic', tid: order % 3, all: true });
    if (order === 6) x.apply({ kind: 'fail-allocation', n: 1 });
    // Refused where no call on a socket fails.
    if (order === 2) x.apply({ kind: 'fail-socket', n: 1 });
  }
}

const PROGRAMS: Partial<WorldOptions>[] = [
  ...['25174d51e', '739de3f11', 'd6646dddc', '4ae29be18', '05f59a51a', '95f624540', 'newest'].map(
    (revision) => ({
      revision,
    }),
  ),
  ...['X02', 'X05', 'X06', 'X13', 'X14', 'X15', 'X17', 'X20', 'X21', 'X22'].map((id) => ({
    revision: 'newest',
    mutations: [id],
  })),
];

test('no step touches more than it says', () => {
  for (const socketOwner of ['listener', 'connection'] as const)
    for (const o of PROGRAMS) {
      try {
        watch('v01', { ...o, socketOwner }, 5000);
        watch('v10', { ...o, socketOwner, withholdPostHandshake: false }, 2500);
        if (o.revision === 'newest') watch('v07', { ...o, socketOwner }, 12_000);
      } catch (error) {
        // Where a mutation leads a step astray, what was seen until then counts.
        if (!o.mutations) throw error;
      }
    }
  expect([...wrong].sort()).toEqual([]);
  expect(seen.size).toBeGreaterThan(340);
});
