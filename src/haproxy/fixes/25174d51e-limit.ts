import { wrTry, wrUnlock } from '../../memory/rwlock.ts';
import { FD, LI, N } from '../model/flags.ts';
import { Fdtab, Listener } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { relaxListener } from '../proc/listener-limit.ts';
import { COST } from '../step/cost.ts';
import { aside, edge, type Op, replace } from '../step/patch.ts';
import { RET } from '../step/proc.ts';

const p = listenerAccept;
const r = relaxListener;

/** What the seed's steps do besides where a bind has a maxconn; steps FU1 to FU5 are listener_full. At which ends of it FUe is asked is ours. */
export const SEED_LIMITED: readonly Op[] = [
  replace(
    p,
    '1',
    p.step(
      '1m',
      'Next round, up to maxaccept: has the listener a place? Then count the connection on it',
      { ref: 'N8/3 H15', cost: COST.atomic, touches: 'shared', to: { enough: 'FUe', full: 'FU1' } },
      (x, l, at) => {
        if (l.rounds >= N.MAX_ACCEPT) return at.enough;
        const n = x.rld(x.listener, Listener.nbconn);
        // As HAProxy has it, a number without a sign.
        if (n >>> 0 >= x.cfg.maxconn) return at.full;
        if (!x.cas(x.listener, Listener.nbconn, n, n + 1)) return at.retry;
        l.rounds = l.rounds + 1;
        return at.next;
      },
    ),
  ),
  aside(
    p,
    'AF1',
    p.step(
      'FU1',
      'It is full: take the listener’s lock',
      { ref: 'H15', cost: COST.atomic, touches: 'shared' },
      (x, _l, at) => (wrTry(x.m, x.word(x.listener, Listener.lock, 0)) ? at.next : at.retry),
    ),
    p.step(
      'FU2',
      'Does it read? Else it pauses already',
      { ref: 'H15', cost: COST.atomic, touches: 'shared', to: { paused: 'FU5' } },
      (x, _l, at) => (x.rld(x.listener, Listener.state) === LI.READY ? at.next : at.paused),
    ),
    p.step(
      'FU3',
      'fd_stop_recv(): its socket is not read, for none of its connections',
      { ref: 'H15 N13', cost: COST.atomic, touches: 'shared' },
      (x, _l, at) => {
        x.and(x.at(AT.fd, x.ld(x.listener, Listener.fd)), Fdtab.state, ~FD.ACTIVE_R);
        return at.next;
      },
    ),
    p.step('FU4', 'It is FULL', { ref: 'H15', cost: COST.atomic, touches: 'shared' }, (x, _l, at) => {
      x.ast(x.listener, Listener.state, LI.FULL);
      return at.next;
    }),
    p.step('FU5', 'Release the lock', { ref: 'H15', cost: COST.atomic, touches: 'shared' }, (x, _l, at) => {
      wrUnlock(x.m, x.word(x.listener, Listener.lock, 0));
      return at.next;
    }),
    p.step(
      'FUe',
      'FULL, and there is a place? Then it goes on',
      { ref: 'H15 H06', cost: COST.atomic, touches: 'shared', to: { not: RET } },
      (x, _l, at) => {
        // With its sign here.
        const room = x.rld(x.listener, Listener.nbconn) < x.cfg.maxconn;
        if (!room || x.rld(x.listener, Listener.state) !== LI.FULL) return at.not;
        return x.call(at.next, relaxListener);
      },
    ),
    p.step(
      'FUr',
      'Back',
      { ref: 'H15', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
      (_x, _l, at) => at.done,
    ),
  ),
  edge(p, 'nonea', 'done', 'FUe'),
  replace(
    r,
    'R3',
    r.step(
      'R3m',
      'Does it pause still, or is it FULL? Then it is READY',
      { ref: 'A5 H15', cost: COST.atomic, touches: 'shared', to: { ready: 'R5' } },
      (x, _l, at) => (x.xchg(x.listener, Listener.state, LI.READY) === LI.READY ? at.ready : at.next),
    ),
  ),
];

/** What 1acbbca17 does besides there: it goes on with the next connection. */
export const CHOICE_LIMITED: readonly Op[] = [edge(p, '8', 'again', '1m', '1acbbca17')];
