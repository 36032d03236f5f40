import { NULL, RETRY } from '../../memory/mem.ts';
import { mtlPop } from '../../memory/mtlist.ts';
import { LI } from '../model/flags.ts';
import { Global, LiPerThread, Listener } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { COST } from '../step/cost.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { relaxListener } from './listener-limit.ts';

const p = procedure({
  key: 'listener_release',
  verb: 'Ending the session',
  locals: {},
  args: [],
  means: true,
});

/** A session is over: what was counted for it goes down, `thr_conn` on the thread that ends it (semantics 3, A1). */
export const listenerRelease = p.body([
  p.step(
    'LR1',
    'Take it off the process’s connections',
    { ref: 'N8/9', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => {
      x.add(x.global, Global.actconn, -1);
      return at.next;
    },
  ),
  p.step('LR2', 'off the frontend’s', { ref: 'N8/9', cost: COST.atomic, touches: 'shared' }, (x, _l, at) => {
    x.add(x.global, Global.feconn, -1);
    return at.next;
  }),
  p.step('LR3', 'off the listener’s', { ref: 'N8/9', cost: COST.atomic, touches: 'shared' }, (x, _l, at) => {
    x.add(x.listener, Listener.nbconn, -1);
    return at.next;
  }),
  p.step(
    'LR4',
    'and off this thread’s',
    { ref: 'N8/9', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => {
      x.add(x.at(AT.perThread, x.t), LiPerThread.thrConn, -1);
      return at.next;
    },
  ),
  p.step(
    'LR5',
    'Does the listener pause? Then it goes on',
    { ref: 'A5', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) =>
      x.rld(x.listener, Listener.state) === LI.READY ? at.next : x.call(at.next, relaxListener),
  ),
  p.step(
    'LR6',
    'Next listener that waits for a global resource',
    { ref: 'A5', cost: COST.atomic, touches: 'shared', to: { none: RET } },
    (x, _l, at) => {
      const el = mtlPop(x.m, x.part(x.global, Global.queue));
      if (el === RETRY) return at.retry;
      x.workOn(el && x.owner(el, Listener.waitQueue));
      return el === NULL ? at.none : at.next;
    },
  ),
  p.step(
    'LR6r',
    'It goes on too',
    { ref: 'A5', cost: COST.local, touches: 'own', to: { more: 'LR6' }, down: false },
    (x, _l, at) => x.call(at.more, relaxListener),
  ),
]);

const m = procedure({
  key: '<mux>',
  verb: 'Ending the session',
  locals: { tl: to('task'), qc: to('quic_conn'), state: int },
  args: ['tl', 'qc', 'state'],
  short: 'mux',
});

/** Ours: the tasklet of a session’s mux, run once, when it has let go of its connection. */
export const muxEnd = m.body([
  m.step('X1', 'The session ends with its mux', { ref: '', cost: COST.local, touches: 'own' }, (x, _l, at) =>
    x.call(at.next, listenerRelease),
  ),
  m.step(
    'X2',
    'The mux is gone',
    { ref: '', cost: COST.pool, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      x.free('mux', l.tl);
      return at.done;
    },
  ),
]);
