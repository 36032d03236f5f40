/**
 * A run of a search as lifelines: one column a thread, one row a choice, who owned which connection meanwhile, and which
 * datagram went where. The same choices on another program are followed until the two part.
 */
import { inboxWalk } from '../haproxy/lib/inbox.ts';
import { QuicDgram } from '../haproxy/model/layouts.ts';
import type { World } from '../haproxy/model/world.ts';
import type { Broken, Explorable } from '../machine/explorable.ts';
import type { Machine } from '../machine/machine.ts';
import { nameOf } from './look.ts';
import type { ConnName } from './view.ts';

/** A world whose runs can be drawn. */
export interface DrawableWorld extends Explorable {
  readonly W: World;
  readonly x: Machine;
}

export interface LifeRow {
  /** Place in the run, from 1. */
  n: number;
  /** Column; -1 for what no thread does. */
  thread: number;
  procedure: string;
  step: string;
  text: string;
  /** Owner of each connection after this row, -1 none. */
  owners: number[];
  /** The store that moved a connection. */
  commit: { conn: number; from: number; to: number } | null;
  /** A datagram (from 1) put into another thread's inbox. */
  push: { dgram: number; conn: number; to: number } | null;
}

export interface Lifelines {
  threads: number;
  conns: ConnName[];
  /** Owners before the first row. */
  before: number[];
  rows: LifeRow[];
  /** What the last row broke. */
  broken: Broken | null;
}

/** Follows `codes` from the world's beginning as far as they can be taken; the world is left where they end. */
export function lifelinesOf(world: DrawableWorld, codes: readonly number[]): Lifelines {
  const enabled = new Int32Array(world.maxEnabled);
  const conns = Array.from({ length: world.W.consts.clients.conns }, (_, i) => nameOf(i));
  const before = ownersOf(world, conns.length);
  const rows: LifeRow[] = [];
  let owners = before;
  let places = inboxes(world);
  let broken: Broken | null = null;
  for (const code of codes) {
    const n = world.enabled(enabled);
    if (!enabled.subarray(0, n).includes(code)) break;
    const line = world.describe(code);
    world.take(code);
    broken = world.broken();
    const now = ownersOf(world, conns.length);
    const there = inboxes(world);
    rows.push({
      n: rows.length + 1,
      thread: line.thread,
      procedure: line.procedure,
      step: line.step,
      text: line.label,
      owners: now,
      commit: commitOf(owners, now),
      push: pushOf(world, places, there),
    });
    owners = now;
    places = there;
    if (broken) break;
  }
  return { threads: world.threads, conns, before, rows, broken };
}

/** The first row, from 0, in which two runs differ in what is done; -1 where the shorter one is the beginning of the other. */
export function partingOf(a: readonly LifeRow[], b: readonly LifeRow[]): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const p = a[i]!;
    const q = b[i]!;
    if (p.procedure !== q.procedure || p.step !== q.step || p.thread !== q.thread) return i;
  }
  return a.length === b.length ? -1 : n;
}

function ownersOf({ x }: DrawableWorld, conns: number): number[] {
  return Array.from({ length: conns }, (_, i) => {
    const qc = x.findConn(i);
    return qc ? x.owner(qc) : -1;
  });
}

function commitOf(before: readonly number[], now: readonly number[]): LifeRow['commit'] {
  const conn = now.findIndex((o, i) => o >= 0 && before[i]! >= 0 && o !== before[i]);
  return conn < 0 ? null : { conn, from: before[conn]!, to: now[conn]! };
}

/** Which thread's inbox holds each datagram. */
function inboxes({ W, mem }: DrawableWorld): Map<number, number> {
  const out = new Map<number, number>();
  for (let t = 0; t < W.cfg.threads; t++)
    inboxWalk(mem, W, t, (dgram) => {
      const d = mem.w[dgram + QuicDgram.buf]! - 1;
      if (d >= 0) out.set(d, t);
    });
  return out;
}

function pushOf(
  { W }: DrawableWorld,
  before: ReadonlyMap<number, number>,
  now: ReadonlyMap<number, number>,
): LifeRow['push'] {
  for (const [d, to] of now)
    if (before.get(d) !== to) return { dgram: d + 1, conn: W.consts.datagrams.conn[d] ?? -1, to };
  return null;
}
