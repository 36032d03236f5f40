/** What each happening of a window of a line was, read off by running it once more beside the world. */
import { QuicConn, ThreadCtx } from '../../haproxy/model/layouts.ts';
import { silent } from '../../haproxy/step/events.ts';
import { FRAME_HEAD } from '../../haproxy/step/frame.ts';
import { memLike } from '../../memory/bounded.ts';
import { type Pool, poolIsFree } from '../../memory/pool.ts';
import { happens } from '../choice.ts';
import { Machine } from '../machine.ts';
import { type Line, positionAt } from './line.ts';
import { SLICE, type Slices } from './mark.ts';
import { Player } from './player.ts';

/** Most rows of one window: what a screen can show many times over, and a few hundred ms at the most. */
export const MOST_ROWS = 1 << 16;

export class RowReader {
  private readonly player: Player;
  private readonly machine: Machine;
  private line = -1;

  /** `words`: a block of its own to run in, as long as the world's. */
  constructor(like: Machine, words: Int32Array) {
    this.machine = new Machine(memLike(like.m, words), like.W, like.P, silent);
    this.player = new Player(this.machine);
  }

  /** Rows of happenings [from, to), clamped to the line and to MOST_ROWS. */
  read(line: Line, from: number, to: number): Slices {
    const first = Math.max(0, Math.min(Math.floor(from), line.end));
    const last = Math.max(first, Math.min(Math.ceil(to), line.end, first + MOST_ROWS));
    const n = last - first;
    const out: Slices = {
      line: line.id,
      from: first,
      to: last,
      tid: new Int8Array(n),
      pc: new Int32Array(n),
      depth: new Uint8Array(n),
      start: new Float64Array(n),
      cost: new Int32Array(n),
      kind: new Uint8Array(n),
      dgram: new Int32Array(n).fill(-1),
      conn: new Int32Array(n).fill(-1),
    };
    this.moment(line, (player) => player.go(line, positionAt(line, first)));
    for (let i = 0; i < n; i++) this.row(line, out, i);
    return out;
  }

  /** Looks at positions of the line otherwise than by rows: `look` may go anywhere on it. */
  moment<T>(line: Line, look: (player: Player) => T): T {
    const { player } = this;
    if (this.line !== line.id) player.sound = false;
    this.line = line.id;
    return look(player);
  }

  private row(line: Line, out: Slices, i: number): void {
    const { machine, player } = this;
    const d = line.departures[player.next];
    const choice = d && d.at === machine.happened && happens(d.choice) ? d.choice : null;
    const p = choice ? null : machine.pick();
    if (choice?.kind === 'step') this.before(out, i, choice.tid, machine.ready(choice.tid));
    else if (choice?.kind === 'deliver') this.arrival(out, i, choice.dgram);
    else if (p?.kind === 'deliver') this.arrival(out, i, p.dgram);
    else if (p) this.before(out, i, p.tid, p.at);
    player.go(line, positionAt(line, machine.happened + 1));
    if (out.kind[i] === SLICE.STEP) this.after(out, i, out.tid[i]!);
  }

  private arrival(out: Slices, i: number, dgram: number): void {
    const s = this.machine.W.consts.datagrams;
    out.kind[i] = SLICE.DELIVER;
    out.tid[i] = -1;
    out.pc[i] = -1;
    out.start[i] = s.ms[dgram]! * 1e6 + s.ns[dgram]!;
    out.dgram[i] = dgram;
    out.conn[i] = s.conn[dgram]!;
  }

  private before(out: Slices, i: number, t: number, ready: number): void {
    const { machine } = this;
    out.kind[i] = SLICE.STEP;
    out.tid[i] = t;
    out.pc[i] = machine.at(t).pc;
    out.depth[i] = machine.depth(t);
    out.start[i] = Math.max(ready, machine.clock(t));
    this.about(out, i, t);
  }

  private after(out: Slices, i: number, t: number): void {
    const clock = this.machine.clock(t);
    out.cost[i] = Math.max(0, clock - out.start[i]!);
    this.about(out, i, t);
  }

  /** The datagram in the thread's hands and the connection that its innermost procedures are about, where not known yet. */
  private about(out: Slices, i: number, t: number): void {
    const { m, W } = this.machine;
    const hand = m.ld(W.th(t) + ThreadCtx.handDgram) - 1;
    if (out.dgram[i]! < 0 && hand >= 0) out.dgram[i] = hand;
    if (out.conn[i]! >= 0) return;
    const qc = this.connectionOf(t);
    if (qc) out.conn[i] = m.ld(qc + QuicConn.capConn);
    else if (out.dgram[i]! >= 0) out.conn[i] = W.consts.datagrams.conn[out.dgram[i]!]!;
  }

  private connectionOf(t: number): number {
    const { m, W, P } = this.machine;
    for (let fp = m.ld(W.th(t) + ThreadCtx.fp); fp; fp = m.ld(fp + 1)) {
      const local = P.steps[m.ld(fp)]!.proc.qc;
      const qc = local < 0 ? 0 : m.ld(fp + FRAME_HEAD + local);
      if (isSlot(W.pools.conn, qc) && !poolIsFree(m, W.pools.conn, qc)) return qc;
    }
    return 0;
  }
}

/** A local may hold anything after a bug: only a pointer to a slot is looked behind. */
function isSlot(pool: Pool, ptr: number): boolean {
  const i = (ptr - pool.base) / pool.slotWords;
  return i >= 0 && i < pool.threads * pool.perThread && Number.isInteger(i);
}
