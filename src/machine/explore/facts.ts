/** "Sometimes" facts of a state: what a search has met on the way, so that "safe" is not empty. */
import { inboxWalk } from '../../haproxy/lib/inbox.ts';
import { LEDGER, LI } from '../../haproxy/model/flags.ts';
import { Dghdlr, Listener, QuicCid, QuicConn, QuicDgram, ThreadCtx } from '../../haproxy/model/layouts.ts';
import type { World } from '../../haproxy/model/world.ts';
import { type CompiledStep, hasRole, operand } from '../../haproxy/step/compile.ts';
import { poolNext } from '../../memory/pool.ts';
import type { Machine } from '../machine.ts';
import { delayed } from '../rules/waiting.ts';
import { BUDGET, type ExploreBounds } from './bounds.ts';

export const FACTS = [
  'late datagram',
  'redispatch',
  'refused rebind',
  'committed, not finalized',
  'accept ring full',
  'connection released',
  'allocation failed',
  'timer ran out',
  'datagram dropped',
  'CID tree being changed',
  'packets that wait for a timer or an acknowledgement',
  'listener limited or full',
  'byte ring taken for full',
  'call on a socket failed',
] as const;

const bit = (name: (typeof FACTS)[number]): number => 1 << FACTS.indexOf(name);

const LATE = bit('late datagram');
const HOP = bit('redispatch');
const REFUSED = bit('refused rebind');
const COMMITTED = bit('committed, not finalized');
const FULL = bit('accept ring full');
const RELEASED = bit('connection released');
const FAILED = bit('allocation failed');
const TIMER = bit('timer ran out');
const DROPPED = bit('datagram dropped');
const TREE = bit('CID tree being changed');
const DELAYED = bit('packets that wait for a timer or an acknowledgement');
const PAUSES = bit('listener limited or full');
const NO_ROOM = bit('byte ring taken for full');
const SOCKET_FAILED = bit('call on a socket failed');

/** An order by hand is over: refused if the connection is where it was. */
const OVER = 1 << 30;

/** Facts that a thread's standing at a step makes true. */
function factOfStep(s: CompiledStep): number {
  if (hasRole(s, 'givenUp') && hasRole(s, 'errorPath')) return REFUSED;
  if (hasRole(s, 'orderOver')) return OVER;
  if (hasRole(s, 'ringFull')) return FULL;
  if (hasRole(s, 'mpringFull')) return NO_ROOM;
  if (s.proc.roles.has('release')) return RELEASED;
  if (hasRole(s, 'treeWrite')) return TREE;
  return 0;
}

/** Reads facts in the states of one search. */
export class Facts {
  /** Facts of a step, by program counter. */
  private readonly ofStep: Int32Array;
  private facts = 0;
  private tid = 0;
  private readonly look = (dgram: number): void => {
    if (late(this.x.W, this.x.m.w, dgram, this.tid)) this.facts |= LATE;
  };

  constructor(
    private readonly x: Machine,
    private readonly bounds: ExploreBounds,
  ) {
    this.ofStep = Int32Array.from(x.P.steps, (s) => factOfStep(s));
  }

  /** Bits of FACTS that hold now. */
  now(): number {
    const { x, bounds } = this;
    const { W } = x;
    const { w } = x.m;
    this.facts = 0;
    for (let t = 0; t < W.cfg.threads; t++) this.ofThread(t);
    let { facts } = this;
    const n = W.consts.datagrams.count;
    for (let d = 0; d < n; d++) {
      const v = w[W.ledger(d)]!;
      if (v >>> 16) facts |= HOP;
      if ((v & 0xff) === LEDGER.DROPPED) facts |= DROPPED;
    }
    const { conn } = W.pools;
    for (let p = poolNext(x.m, conn, 0); p; p = poolNext(x.m, conn, p)) {
      const to = w[p + QuicConn.pendTo]!;
      if (to && x.owner(p) === to - 1) facts |= COMMITTED;
    }
    if (w[W.budget + BUDGET.timers]! < bounds.timerFirings) facts |= TIMER;
    if (w[W.budget + BUDGET.failures]! < bounds.allocationFailures && w[W.failWord] === 0) facts |= FAILED;
    if (W.failSocket && w[W.budget + BUDGET.sockets]! < bounds.socketFailures && w[W.failSocket] === 0)
      facts |= SOCKET_FAILED;
    for (const li of W.listeners) if (w[li + Listener.state] !== LI.READY) facts |= PAUSES;
    if (atRest(x) && delayed(x)) facts |= DELAYED;
    return facts;
  }

  /** Of where thread `t` stands, and of what waits in its inbox. */
  private ofThread(t: number): void {
    const { x, ofStep } = this;
    const { W, P } = x;
    const { w } = x.m;
    const fp = w[W.th(t) + ThreadCtx.fp]!;
    const ofThis = ofStep[w[fp]!]!;
    if (ofThis !== OVER) this.facts |= ofThis;
    else if (x.owner(w[fp + operand(P.steps[w[fp]!]!, 'orderOver', 'qc')]!) === t) this.facts |= REFUSED;
    this.tid = t;
    if (W.cfg.mpring) {
      inboxWalk(x.m, W, t, this.look);
      return;
    }
    const head = W.dghdlr(t) + Dghdlr.dgrams;
    let n = w[head]!;
    for (let i = 0; i < 16 && n !== head && n > 1; i++, n = w[n]!) this.look(n - QuicDgram.handlerList);
  }
}

function atRest(x: Machine): boolean {
  for (let t = 0; t < x.W.cfg.threads; t++) if (x.enabled(t)) return false;
  return true;
}

/** A datagram in the inbox of a thread that no longer owns its connection. */
function late(W: World, w: Int32Array, dgram: number, t: number): boolean {
  const dg = w[dgram + QuicDgram.buf]! - 1;
  if (dg < 0) return false;
  const conn = W.consts.datagrams.conn[dg]!;
  const { conn: pool } = W.pools;
  for (let s = 0; s < pool.threads * pool.perThread; s++) {
    const qc = pool.base + s * pool.slotWords;
    if (w[qc + QuicConn.capConn] !== conn) continue;
    const first = w[qc + QuicConn.cids]!;
    return first > 1 && first !== qc + QuicConn.cids && w[first - QuicCid.byQc + QuicCid.tid] !== t;
  }
  return false;
}
