/** Rebinds ordered by hand: our gate, and a tasklet of ours on the owner. HAProxy has none of it. */
import { NULL } from '../../memory/mem.ts';
import type { Ptr } from '../../memory/struct.ts';
import { firstCid } from '../lib/conn.ts';
import { gateReason, REFUSED } from '../lib/hand.ts';
import { Global, LiPerThread, QuicCid, QuicConn, Task } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import type { Exec } from '../step/exec.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { setTidAffinity } from './rebind.ts';

const p = procedure({
  key: '<rebind by hand>',
  verb: 'Rebinding',
  locals: { tl: to('task'), qc: to('quic_conn'), state: int, to: int, session: int },
  args: ['tl', 'qc', 'state'],
  roles: ['rebindByHand'],
  short: 'hand',
});

/**
 * Number of the reason, in REFUSAL, why the order cannot be carried out; 0 = it can. A connection may have moved since the
 * order was given: then it is no longer this thread's to rebind, gate or not.
 */
export function refusalOf(x: Exec, qc: Ptr<'quic_conn'>): number {
  if (x.rld(firstCid(x, qc), QuicCid.tid) !== x.t) return REFUSED.moving;
  return x.ld(x.global, Global.gate) ? gateReason(x.m, qc) : 0;
}

/** The order is refused: the connection takes another. */
export function refuse(x: Exec, qc: Ptr<'quic_conn'>, to: number, reason: number): void {
  x.st(qc, QuicConn.handTask, NULL);
  x.note(EV.REFUSED, qc, to, reason);
}

export const rebindByHand = p.body([
  p.step(
    'H1',
    'May it be rebound now? (our gate, not HAProxy’s)',
    { ref: '', cost: COST.local, touches: 'shared', to: { refused: 'H5' } },
    (x, l, at) => {
      l.to = x.ld(l.tl, Task.arg);
      const reason = refusalOf(x, l.qc);
      if (reason) {
        refuse(x, l.qc, l.to, reason);
        return at.refused;
      }
      x.st(l.qc, QuicConn.handTask, NULL);
      return at.next;
    },
  ),
  p.step(
    'H3s',
    'Has it a session? It comes along: count it on the new thread',
    { ref: '', cost: COST.atomic, touches: 'shared', roles: { preparing: { qc: 'qc' } } },
    (x, l, at) => {
      if (!x.ld(l.qc, QuicConn.mux)) return at.next;
      l.session = 1;
      x.add(x.at(AT.perThread, l.to), LiPerThread.thrConn, 1);
      return at.next;
    },
  ),
  p.step(
    'H3',
    'Rebind it',
    { ref: '', cost: COST.local, touches: 'conn', roles: { preparing: { qc: 'qc' } } },
    (x, l, at) => {
      x.st(l.qc, QuicConn.rebindTrigger, 2);
      return x.call(at.next, setTidAffinity, l.qc, l.to);
    },
  ),
  p.step(
    'H4',
    'Done? Then have the new thread finish it',
    {
      ref: '',
      cost: COST.local,
      touches: 'conn',
      roles: { preparing: { qc: 'qc' } },
      to: { failed: 'H4f' },
    },
    (x, l, at) => {
      if (x.ret === 0) return at.next;
      x.st(l.qc, QuicConn.pendTo, 0);
      x.st(l.qc, QuicConn.handTask, NULL);
      return at.failed;
    },
  ),
  p.step(
    'H4s',
    'and no longer on this one',
    { ref: '', cost: COST.atomic, touches: 'shared', roles: { preparing: { qc: 'qc' } } },
    (x, l, at) => {
      if (l.session) x.add(x.at(AT.perThread, x.t), LiPerThread.thrConn, -1);
      return at.next;
    },
  ),
  p.step(
    'H5',
    'The order is over',
    {
      ref: '',
      cost: COST.pool,
      touches: 'shared',
      roles: { orderOver: { qc: 'qc' } },
      to: { done: RET },
      down: false,
    },
    (x, l, at) => {
      x.free('hand', l.tl);
      return at.done;
    },
  ),
  p.step(
    'H4f',
    'It stays: so does its session',
    { ref: '', cost: COST.atomic, touches: 'shared', to: { over: 'H5' }, down: false },
    (x, l, at) => {
      if (l.session) x.add(x.at(AT.perThread, l.to), LiPerThread.thrConn, -1);
      return at.over;
    },
  ),
]);
