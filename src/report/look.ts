/** A reader's hold on one world: the machine over whatever block is shown now, names, and pointers to connections. */

import { hopsOf } from '../haproxy/lib/kernel.ts';
import { QuicCid, QuicConn, QuicDgram, ThreadCtx } from '../haproxy/model/layouts.ts';
import { type DatagramStore, originalOf } from '../haproxy/model/script.ts';
import type { World } from '../haproxy/model/world.ts';
import type { CompiledStep, Program, ProgramProc } from '../haproxy/step/compile.ts';
import { silent } from '../haproxy/step/events.ts';
import { FRAME_HEAD } from '../haproxy/step/frame.ts';
import { Machine } from '../machine/machine.ts';
import { memOf, refill } from '../memory/bounded.ts';
import type { PlainMem } from '../memory/plain.ts';
import { type Pool, poolIsFree, poolNext } from '../memory/pool.ts';
import { PacketHeader, parsePacket } from '../quic/header.ts';
import { nameOf } from './name.ts';
import type { Clock, ConnName, DgramView } from './view.ts';

export { nameOf } from './name.ts';

/** One frame of a thread's stack. */
export interface FrameView {
  fp: number;
  pc: number;
  step: CompiledStep;
  proc: ProgramProc;
  local(name: string): number;
}

/** "41", and "41′" for the duplicate of 41. */
export function dgramNo(store: DatagramStore, dg: number): string {
  const o = originalOf(store, dg);
  return o === dg ? `${dg + 1}` : `${o + 1}′`;
}

export class Look {
  readonly mem: PlainMem;
  readonly machine: Machine;
  private readonly labels: string[] = [];
  private readonly header = new PacketHeader();

  constructor(
    readonly W: World,
    readonly P: Program,
    /** The blocks are from a file. */
    foreign = false,
  ) {
    this.mem = memOf(new Int32Array(0), foreign);
    this.machine = new Machine(this.mem, W, P, silent);
  }

  /** Looks at another frame. */
  at(block: Int32Array): void {
    this.mem.moveTo(block);
    refill(this.mem);
  }

  ld(i: number): number {
    return this.mem.ld(i);
  }

  /** Every connection object in use. */
  conns(): number[] {
    const out: number[] = [];
    const { conn } = this.W.pools;
    for (let p = poolNext(this.mem, conn, 0); p; p = poolNext(this.mem, conn, p)) {
      if (this.ld(p + QuicConn.cids)) out.push(p);
    }
    return out;
  }

  /** Number on screen: the capture's, or one behind them for a connection that the capture does not know. */
  index(qc: number): number {
    const c = this.ld(qc + QuicConn.capConn);
    if (c >= 0) return c;
    const { conn } = this.W.pools;
    return this.W.consts.clients.conns + Math.floor((qc - conn.base) / conn.slotWords);
  }

  name(qc: number): ConnName {
    return nameOf(this.index(qc));
  }

  /** Name of what a pointer points to, if that is a connection in use, or what is left of one. */
  nameAt(qc: number): ConnName | null {
    return this.isConn(qc) || this.uses(this.W.pools.closed, qc) ? this.name(qc) : null;
  }

  /** Whether a connection in use begins there. */
  isConn(p: number): boolean {
    return this.uses(this.W.pools.conn, p);
  }

  /** Whether a slot of the pool that is in use begins there. */
  private uses(pool: Pool, p: number): boolean {
    const off = p - pool.base;
    return (
      off >= 0 &&
      off % pool.slotWords === 0 &&
      off < pool.slotWords * pool.perThread * pool.threads &&
      !poolIsFree(this.mem, pool, p)
    );
  }

  /** `tid` of the first CID: the owner; -1 while it has none. */
  owner(qc: number): number {
    const n = this.ld(qc + QuicConn.cids);
    return n && n !== qc + QuicConn.cids ? this.ld(n - QuicCid.byQc + QuicCid.tid) : -1;
  }

  clock(t: number): Clock {
    const th = this.W.th(t);
    return { ms: this.ld(th + ThreadCtx.clockMs), ns: this.ld(th + ThreadCtx.clockNs) };
  }

  /** Datagram in the hands of thread t (index in the store), or -1. */
  handOf(t: number): number {
    return this.ld(this.W.th(t) + ThreadCtx.handDgram) - 1;
  }

  /**
   * The time by which what belongs to thread t is read, virtual ns: its own clock, or the world's while it sleeps, since a
   * sleeper's clock stands still.
   */
  timeOf(t: number): number {
    const { machine } = this;
    return machine.waiting(t) ? Math.max(machine.clock(t), machine.now()) : machine.clock(t);
  }

  /** Stack of thread t, innermost first. */
  frames(t: number): FrameView[] {
    const out: FrameView[] = [];
    for (let fp = this.ld(this.W.th(t) + ThreadCtx.fp); fp; fp = this.ld(fp + 1)) {
      const pc = this.ld(fp);
      const step = this.P.steps[pc]!;
      const at = fp;
      out.push({
        fp,
        pc,
        step,
        proc: step.proc,
        local: (name) => {
          const i = step.proc.locals.indexOf(name);
          return i < 0 ? 0 : this.ld(at + FRAME_HEAD + i);
        },
      });
    }
    return out;
  }

  /** Datagram `dg` (index in the store). `ownerOf` gives the owner of a capture connection, -1 none. */
  dgram(dg: number, ownerOf: (conn: number) => number): DgramView {
    const s = this.W.consts.datagrams;
    const conn = s.conn[dg]!;
    return {
      id: dg + 1,
      no: this.no(dg),
      conn: conn >= 0 ? nameOf(conn) : null,
      bytes: s.length[dg]!,
      label: this.label(dg),
      redispatches: hopsOf((i) => this.ld(i), this.W, dg),
      ownerTid: conn >= 0 ? ownerOf(conn) : -1,
    };
  }

  /** Number of datagram `dg` on screen. */
  no(dg: number): string {
    return dgramNo(this.W.consts.datagrams, dg);
  }

  /** Index in the store of the datagram a descriptor describes, or -1. */
  dgOf(d: number): number {
    return this.ld(d + QuicDgram.buf) - 1;
  }

  private label(dg: number): string {
    const known = this.labels[dg];
    if (known !== undefined) return known;
    const s = this.W.consts.datagrams;
    const end = s.offset[dg]! + s.length[dg]!;
    const types: string[] = [];
    for (let at = s.offset[dg]!; at < end; ) {
      const used = parsePacket(s.bytes, at, end, this.W.consts.cidLength, this.header);
      if (used < 0 || !(s.bytes[at]! & 0xc0)) break;
      if (types.at(-1) !== this.header.type) types.push(this.header.type);
      at += used;
    }
    const label = types.length ? types.join(' + ') : 'not QUIC';
    this.labels[dg] = label;
    return label;
  }
}

/** The block's own address of an object, written as HAProxy writes pointers. */
export const pointer = (p: number): string => `0x7f${(p * 4).toString(16).padStart(10, '0')}`;

/** Six words of a stored CID as hex. */
export function cidHex(ld: (i: number) => number, at: number, len: number): string {
  let out = '';
  for (let i = 0; i < len; i++)
    out += ((ld(at + (i >> 2)) >>> (24 - 8 * (i & 3))) & 0xff).toString(16).padStart(2, '0');
  return out;
}
