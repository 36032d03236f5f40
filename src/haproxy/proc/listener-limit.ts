/** A listener that pauses for want of a global resource, and goes on (semantics 3, A5). */
import { NULL, RETRY } from '../../memory/mem.ts';
import { mtlDelete, mtlPop, mtlTryAppend } from '../../memory/mtlist.ts';
import { wrTry, wrUnlock } from '../../memory/rwlock.ts';
import { FD, LI } from '../model/flags.ts';
import { Fdtab, Global, Listener } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { COST } from '../step/cost.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { fdWantRecv } from './fd.ts';

const limit = procedure({
  key: 'limit_listener',
  verb: 'Pausing the listener',
  locals: {},
  args: [],
  means: true,
});

/** limit_listener: what stops is the reading of its datagram socket, for all of its connections. */
export const limitListener = limit.body([
  limit.step(
    'L1',
    'Take the listener’s lock',
    { ref: 'A5', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => (wrTry(x.m, x.word(x.listener, Listener.lock, 0)) ? at.next : at.retry),
  ),
  limit.step(
    'L2',
    'Does it read? Else it pauses already',
    { ref: 'A5', cost: COST.atomic, touches: 'shared', to: { paused: 'L6' } },
    (x, _l, at) => (x.rld(x.listener, Listener.state) === LI.READY ? at.next : at.paused),
  ),
  limit.step(
    'L3',
    'Put it among those that wait for a global resource',
    { ref: 'A5', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => {
      const queue = x.part(x.global, Global.queue);
      return mtlTryAppend(x.m, queue, x.part(x.listener, Listener.waitQueue)) === RETRY ? at.retry : at.next;
    },
  ),
  limit.step(
    'L4',
    'fd_stop_recv(): its socket is not read; no poller is told',
    { ref: 'A5 N13', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => {
      x.and(x.at(AT.fd, x.ld(x.listener, Listener.fd)), Fdtab.state, ~FD.ACTIVE_R);
      return at.next;
    },
  ),
  limit.step('L5', 'It is LIMITED', { ref: 'A5', cost: COST.atomic, touches: 'shared' }, (x, _l, at) => {
    x.ast(x.listener, Listener.state, LI.LIMITED);
    return at.next;
  }),
  limit.step(
    'L6',
    'Release the lock',
    { ref: 'A5', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
    (x, _l, at) => {
      wrUnlock(x.m, x.word(x.listener, Listener.lock, 0));
      return at.done;
    },
  ),
]);

const relax = procedure({
  key: 'relax_listener',
  verb: 'Letting the listener go on',
  locals: {},
  args: [],
  means: true,
});

/** relax_listener: its socket is read again. */
export const relaxListener = relax.body([
  relax.step(
    'R1',
    'Take the listener’s lock',
    { ref: 'A5', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => (wrTry(x.m, x.word(x.listener, Listener.lock, 0)) ? at.next : at.retry),
  ),
  relax.step(
    'R2',
    'Take it from those that wait',
    { ref: 'A5', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => (mtlDelete(x.m, x.part(x.listener, Listener.waitQueue)) === RETRY ? at.retry : at.next),
  ),
  relax.step(
    'R3',
    'Does it pause still? Then it is READY',
    { ref: 'A5', cost: COST.atomic, touches: 'shared', to: { ready: 'R5' } },
    (x, _l, at) => (x.cas(x.listener, Listener.state, LI.LIMITED, LI.READY) ? at.next : at.ready),
  ),
  relax.step(
    'R4',
    'Ask to read its socket',
    { ref: 'A5', cost: COST.local, touches: 'shared' },
    (x, _l, at) => x.call(at.next, fdWantRecv, x.ld(x.listener, Listener.fd)),
  ),
  relax.step(
    'R5',
    'Release the lock',
    { ref: 'A5', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
    (x, _l, at) => {
      wrUnlock(x.m, x.word(x.listener, Listener.lock, 0));
      return at.done;
    },
  ),
]);

const queue = procedure({
  key: '<global queue of listeners>',
  verb: 'Letting listeners go on',
  locals: { task: to('task'), ctx: int, state: int },
  args: ['task', 'ctx', 'state'],
  short: 'queue',
});

/** The task of the listeners that wait for a global resource: 100 ms after the last of them has stopped. Our name. */
export const globalQueue = queue.body([
  queue.step(
    'Q1',
    'Next listener that waits',
    { ref: 'A5', cost: COST.atomic, touches: 'shared', to: { none: 'Q3' } },
    (x, _l, at) => {
      const el = mtlPop(x.m, x.part(x.global, Global.queue));
      if (el === RETRY) return at.retry;
      x.workOn(el && x.owner(el, Listener.waitQueue));
      return el === NULL ? at.none : at.next;
    },
  ),
  queue.step(
    'Q2',
    'Let it go on',
    { ref: 'A5', cost: COST.local, touches: 'own', to: { more: 'Q1' }, down: false },
    (x, _l, at) => x.call(at.more, relaxListener),
  ),
  queue.step(
    'Q3',
    'The task stays',
    { ref: 'A5', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (x, l, at) => {
      x.setRet(l.task);
      return at.done;
    },
  ),
]);
