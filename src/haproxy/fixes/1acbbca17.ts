import {
  CONN,
  cursorsOf,
  highMask,
  lowMask,
  ringLength,
  ringNext,
  ringPlace,
  takeTarget,
  threadOf,
} from '../lib/accept.ts';
import {
  firstAfter,
  firstOf,
  halves,
  lessLoaded,
  PICKED,
  pairAtFirst,
  secondAfter,
  secondOf,
} from '../lib/choice.ts';
import { AcceptRing, Connection, LiPerThread, Listener, QuicConn, RingEntry } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { setTidAffinity } from '../proc/rebind.ts';
import { sessionAcceptFd } from '../proc/session.ts';
import { taskletWakeup } from '../proc/task.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import { after, type Fix, replace } from '../step/patch.ts';
import { finalizeRebind } from './739de3f11.ts';

const p = listenerAccept;
const s = sessionAcceptFd;

export const F1acbbca17: Fix = {
  id: '1acbbca17',
  date: '2023-04-18',
  version: '2.8-dev8',
  bug: '',
  title: 'thread chosen and rebound at accept',
  sentence:
    'A connection that has completed its handshake is given to the less loaded of two threads, rebound to it and pushed to its accept ring; before, every connection was accepted where its handshake had run.',
  requires: ['739de3f11'],
  ops: [
    replace(
      p,
      '4l',
      p.step(
        '4',
        'Choose a thread: read the listener’s two cursors',
        { ref: '9', cost: COST.atomic, touches: 'shared', to: { alone: 'local', picked: '5' } },
        (x, l, at) => {
          const mask = lowMask(x);
          if (x.cfg.receivers < 2 && !(mask & (mask - 1)) && !highMask(x)) return at.alone;
          const wanted = takeTarget(x, x.ld(l.qc, QuicConn.capConn));
          if (wanted) {
            l.tid = wanted - 1;
            l.pair = PICKED;
            return at.picked;
          }
          l.idx = x.rld(cursorsOf(x), Listener.thrIdx);
          return at.next;
        },
      ),
    ),
    after(
      p,
      '4',
      p.step(
        '4p',
        'Which two threads do they name?',
        { ref: '9', cost: COST.local, touches: 'shared' },
        (x, l, at) => {
          l.pair = pairAtFirst(lowMask(x), highMask(x), l.idx);
          return at.next;
        },
      ),
      p.step(
        '4a',
        'Load of the first: its accept ring’s tail',
        { ref: '9', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          // Plain in C, as all of these.
          l.q1 = x.rld(x.at(AT.acceptRing, threadOf(x, firstOf(l.pair))), AcceptRing.tail);
          return at.next;
        },
      ),
      p.step('4a2', 'and head', { ref: '9', cost: COST.atomic, touches: 'shared' }, (x, l, at) => {
        l.q1 = ringLength(x, l.q1, x.rld(x.at(AT.acceptRing, threadOf(x, firstOf(l.pair))), AcceptRing.head));
        return at.next;
      }),
      p.step(
        '4c',
        'Load of the second: its accept ring’s tail',
        { ref: '9', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          l.q2 = x.rld(x.at(AT.acceptRing, threadOf(x, secondOf(l.pair))), AcceptRing.tail);
          return at.next;
        },
      ),
      p.step('4c2', 'and head', { ref: '9', cost: COST.atomic, touches: 'shared' }, (x, l, at) => {
        l.q2 = ringLength(
          x,
          l.q2,
          x.rld(x.at(AT.acceptRing, threadOf(x, secondOf(l.pair))), AcceptRing.head),
        );
        return at.next;
      }),
      p.step(
        '4b',
        'The first’s connections',
        { ref: '9', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          l.q1 = l.q1 + x.rld(x.at(AT.perThread, threadOf(x, firstOf(l.pair))), LiPerThread.thrConn);
          return at.next;
        },
      ),
      p.step(
        '4d',
        'The second’s connections',
        { ref: '9', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          l.q2 = l.q2 + x.rld(x.at(AT.perThread, threadOf(x, secondOf(l.pair))), LiPerThread.thrConn);
          return at.next;
        },
      ),
      p.step(
        '4e',
        'Take the less loaded, move the cursors',
        { ref: '9', cost: COST.atomic, touches: 'shared', to: { moved: '4p' } },
        (x, l, at) => {
          const n = x.cfg.receivers;
          l.tid = threadOf(x, lessLoaded(l.pair, l.q1, l.q2));
          const idx = halves(firstAfter(n, l.pair, l.q1, l.q2), secondAfter(n, l.pair, l.q1, l.q2));
          if (x.cas(cursorsOf(x), Listener.thrIdx, l.idx, idx)) return at.next;
          l.idx = x.rld(cursorsOf(x), Listener.thrIdx);
          return at.moved;
        },
      ),
      p.step(
        '5',
        'Note that it is being rebound (a word of ours)',
        {
          ref: '',
          cost: COST.local,
          touches: 'conn',
          roles: { chosen: { before: 'idx', pair: 'pair', q0: 'q0', q1: 'q1', q2: 'q2', tid: 'tid' } },
        },
        (x, l, at) => {
          x.st(l.qc, QuicConn.pendTo, l.tid + 1);
          x.st(l.qc, QuicConn.rebindTrigger, 1);
          return at.next;
        },
      ),
      p.step(
        '6',
        'Rebind it to that thread, even when it is this one',
        { ref: 'N8/5', cost: COST.local, touches: 'own', roles: { preparing: { qc: 'qc' } } },
        (x, l, at) => x.call(at.next, setTidAffinity, l.qc, l.tid),
      ),
      p.step(
        '6b',
        'No memory? Then it stays and is accepted here',
        {
          ref: 'N8/5',
          cost: COST.local,
          touches: 'conn',
          roles: { preparing: { qc: 'qc' } },
          to: { stays: 'local' },
        },
        (x, l, at) => {
          if (x.ret === 0) return at.next;
          x.st(l.qc, QuicConn.pendTo, 0);
          return at.stays;
        },
      ),
      p.step(
        '7',
        'Take a place in that thread’s accept ring: read its tail',
        {
          ref: 'N8/6',
          cost: COST.atomic,
          touches: 'shared',
          roles: { preparing: { qc: 'qc' }, ringPush: {} },
        },
        (x, l, at) => {
          // Plain in C, as the head.
          l.pos = x.rld(x.at(AT.acceptRing, l.tid), AcceptRing.tail);
          return at.next;
        },
      ),
      p.step(
        '7h',
        'and its head',
        { ref: 'N8/6', cost: COST.atomic, touches: 'shared', roles: { preparing: { qc: 'qc' } } },
        (x, l, at) => {
          const ring = x.at(AT.acceptRing, l.tid);
          const head = x.rld(ring, AcceptRing.head);
          l.q1 = head;
          // Ours, for the rule: has it room now?
          l.q2 = ringNext(x, x.rld(ring, AcceptRing.tail)) === head ? 0 : 1;
          return at.next;
        },
      ),
      p.step(
        '7f',
        'Is it full?',
        {
          ref: 'N8/6',
          cost: COST.local,
          touches: 'own',
          roles: {
            preparing: { qc: 'qc' },
            ringAnswer: { tid: 'tid', pos: 'pos', head: 'q1', room: 'q2' },
          },
          to: { full: 'local' },
        },
        (x, l, at) => (ringNext(x, l.pos) === l.q1 ? at.full : at.next),
      ),
      p.step(
        '7c',
        'Move the tail on: the place is taken',
        {
          ref: 'N8/6',
          cost: COST.atomic,
          touches: 'shared',
          roles: { preparing: { qc: 'qc' } },
          to: { lost: '7h' },
        },
        (x, l, at) => {
          const ring = x.at(AT.acceptRing, l.tid);
          if (x.cas(ring, AcceptRing.tail, l.pos, ringNext(x, l.pos))) return at.next;
          l.pos = x.rld(ring, AcceptRing.tail);
          return at.lost;
        },
      ),
      p.step(
        '7b',
        'Store the connection there',
        { ref: 'N8/6', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          x.note(EV.TAKEN, l.qc, l.tid);
          x.st(l.conn, Connection.flags, CONN.IN_RING);
          x.ast(ringPlace(x, l.tid, l.pos), RingEntry.conn, l.conn);
          return at.next;
        },
      ),
      p.step(
        '8',
        'Wake that thread’s ring tasklet',
        { ref: 'N8/6', cost: COST.local, touches: 'shared', to: { again: '1' }, down: false },
        (x, l, at) => x.call(at.again, taskletWakeup, x.ld(x.at(AT.acceptRing, l.tid), AcceptRing.tasklet)),
      ),
    ),
    after(
      s,
      '3',
      s.step(
        '3f',
        'Finish the rebind on this thread',
        { ref: 'N8/9', cost: COST.local, touches: 'own' },
        (x, l, at) => x.call(at.next, finalizeRebind, l.qc),
      ),
    ),
  ],
};
