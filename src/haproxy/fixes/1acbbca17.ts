import {
  CONN,
  chosenByLoad,
  cursorsAfter,
  firstOf,
  highMask,
  lowMask,
  ringLength,
  ringPlace,
  secondOf,
  takeTarget,
} from '../lib/accept.ts';
import { AcceptRing, Connection, LiPerThread, Listener, QuicConn, RingEntry } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { setTidAffinity } from '../proc/rebind.ts';
import { sessionAcceptFd } from '../proc/session.ts';
import { taskletWakeup } from '../proc/task.ts';
import { COST } from '../step/cost.ts';
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
          if (!(mask & (mask - 1)) && !highMask(x)) return at.alone;
          const wanted = takeTarget(x, x.ld(l.qc, QuicConn.capConn));
          if (wanted) {
            l.tid = wanted - 1;
            return at.picked;
          }
          l.idx = x.rld(x.listener, Listener.thrIdx);
          return at.next;
        },
      ),
    ),
    after(
      p,
      '4',
      p.step(
        '4a',
        'Load of the first: its accept ring',
        { ref: '9', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          l.q1 = ringLength(x, firstOf(lowMask(x), highMask(x), l.idx));
          return at.next;
        },
      ),
      p.step('4b', 'and its connections', { ref: '9', cost: COST.atomic, touches: 'shared' }, (x, l, at) => {
        const t = firstOf(lowMask(x), highMask(x), l.idx);
        l.q1 = l.q1 + x.rld(x.at(AT.perThread, t), LiPerThread.thrConn);
        return at.next;
      }),
      p.step(
        '4c',
        'Load of the second: its accept ring',
        { ref: '9', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          l.q2 = ringLength(x, secondOf(lowMask(x), highMask(x), l.idx));
          return at.next;
        },
      ),
      p.step('4d', 'and its connections', { ref: '9', cost: COST.atomic, touches: 'shared' }, (x, l, at) => {
        const t = secondOf(lowMask(x), highMask(x), l.idx);
        l.q2 = l.q2 + x.rld(x.at(AT.perThread, t), LiPerThread.thrConn);
        return at.next;
      }),
      p.step(
        '4e',
        'Take the less loaded, move the cursors',
        { ref: '9', cost: COST.atomic, touches: 'shared', to: { moved: '4' } },
        (x, l, at) => {
          const high = highMask(x);
          const t1 = firstOf(lowMask(x), high, l.idx);
          const t2 = secondOf(lowMask(x), high, l.idx);
          l.tid = chosenByLoad(t1, t2, l.q1, l.q2);
          const idx = cursorsAfter(t1, t2, l.q1, l.q2, high);
          return x.cas(x.listener, Listener.thrIdx, l.idx, idx) ? at.next : at.moved;
        },
      ),
      p.step(
        '5',
        'Note that it is being rebound (a word of ours)',
        { ref: '', cost: COST.local, touches: 'conn' },
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
        'Take a place in that thread’s accept ring',
        {
          ref: 'N8/6',
          cost: COST.atomic,
          touches: 'shared',
          roles: { preparing: { qc: 'qc' }, ringPush: {} },
          to: { full: 'local' },
        },
        (x, l, at) => {
          const ring = x.at(AT.acceptRing, l.tid);
          const tail = x.rld(ring, AcceptRing.tail);
          const next = (tail + 1) % x.cfg.ringSize;
          if (next === x.rld(ring, AcceptRing.head)) return at.full;
          if (!x.cas(ring, AcceptRing.tail, tail, next)) return at.retry;
          l.pos = tail;
          return at.next;
        },
      ),
      p.step(
        '7b',
        'Store the connection there',
        { ref: 'N8/6', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
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
