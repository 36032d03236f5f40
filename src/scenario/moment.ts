/** Finds a moment worth standing at: a thread held, datagrams of its connection waiting in its inbox. */

import { MUX } from '../haproxy/model/flags.ts';
import { Dghdlr, QuicConn, QuicDgram } from '../haproxy/model/layouts.ts';
import { silent } from '../haproxy/step/events.ts';
import { Machine, NS_PER_MS } from '../machine/machine.ts';
import type { WorldOptions } from '../machine/options.ts';
import type { Departure } from '../machine/schedule.ts';
import { setUp } from '../machine/setup.ts';
import { mtlWalk } from '../memory/mtlist.ts';
import { PlainMem } from '../memory/plain.ts';
import type { WorldData } from './data.ts';
import { makeWorld } from './make.ts';

export interface Wanted {
  /** Capture connection the story is about. */
  conn: number;
  /** From when on its owner is held, virtual ms. */
  holdFrom: number;
  /** How many of its datagrams are to wait. */
  waiting: number;
}

export interface Moment {
  departures: Departure[];
  end: number;
}

/** Happenings after which the search gives up, unless it is told otherwise. */
const LIMIT = 2_000_000;

/** The schedule up to the moment, or null when this world does not come to it within `limit` happenings. */
export function findMoment(
  data: WorldData,
  options: WorldOptions,
  wanted: Wanted,
  limit = LIMIT,
): Moment | null {
  const { W, P } = makeWorld(data, options, 1);
  const mem = new PlainMem(new Int32Array(W.layout.words));
  setUp(mem, W, P);
  const x = new Machine(mem, W, P, silent);
  x.boot();
  let held = -1;
  const departures: Departure[] = [];
  while (x.happened < limit) {
    const p = x.pick();
    if (!p) return null;
    x.take(p);
    if (held < 0) {
      const owner = restingOwner(x, wanted);
      if (owner < 0) continue;
      held = owner;
      departures.push({ at: x.happened, choice: { kind: 'hold', tid: owner } });
      x.apply({ kind: 'hold', tid: owner });
    } else if (waitingFor(x, held, wanted.conn) >= wanted.waiting && othersRest(x, held))
      return { departures, end: x.happened };
  }
  return null;
}

/** Owner of the connection if it is accepted, the time has come and the owner is asleep; else -1. */
function restingOwner(x: Machine, wanted: Wanted): number {
  if (x.now() < wanted.holdFrom * NS_PER_MS) return -1;
  const qc = x.findConn(wanted.conn);
  if (!qc || x.m.ld(qc + QuicConn.muxState) !== MUX.READY || x.m.ld(qc + QuicConn.pendTo)) return -1;
  const owner = x.owner(qc);
  return x.waiting(owner) && !x.enabled(owner) ? owner : -1;
}

function waitingFor(x: Machine, tid: number, conn: number): number {
  let n = 0;
  mtlWalk(x.m, x.W.dghdlr(tid) + Dghdlr.dgrams, (el) => {
    const dg = x.m.ld(el - QuicDgram.handlerList + QuicDgram.buf) - 1;
    if (dg >= 0 && x.W.consts.datagrams.conn[dg] === conn) n++;
  });
  return n;
}

function othersRest(x: Machine, held: number): boolean {
  for (let t = 0; t < x.W.cfg.threads; t++) if (t !== held && (!x.waiting(t) || x.enabled(t))) return false;
  return true;
}
