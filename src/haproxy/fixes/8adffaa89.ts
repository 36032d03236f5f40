import { cursorsOf, threadOf } from '../lib/accept.ts';
import { firstAfter, lessLoaded, secondAfter } from '../lib/choice.ts';
import { ownKeeps, withCounter } from '../lib/choice-apart.ts';
import { jointLength } from '../lib/joint.ts';
import { LiPerThread, Listener } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { COST } from '../step/cost.ts';
import { after, before, type Fix, replace } from '../step/patch.ts';

const p = listenerAccept;

export const F8adffaa89: Fix = {
  id: '8adffaa89',
  date: '2023-04-21',
  version: '2.8-dev8',
  bug: '',
  title: 'the accepting thread is compared as well',
  sentence:
    'The thread that accepts keeps a connection when it has no more to do than the one that would be taken; before, it was not asked. It rebinds the connection and puts it in a ring all the same.',
  requires: ['e6f5ab5af', 'ff18504d7'],
  ops: [
    after(
      p,
      '4r',
      p.step(
        '4o',
        'Load of this thread: its accept ring',
        { ref: '9', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          l.q0 = jointLength(x, x.t);
          return at.next;
        },
      ),
    ),
    before(
      p,
      '4b',
      p.step(
        '4q',
        'This thread’s connections',
        { ref: '9', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          l.q0 = l.q0 + x.rld(x.at(AT.perThread, x.t), LiPerThread.thrConn);
          return at.next;
        },
      ),
    ),
    replace(
      p,
      '4ec',
      p.step(
        '4eo',
        'Take the less loaded of the three, move the cursors, count the change',
        { ref: '9', cost: COST.atomic, touches: 'shared', to: { moved: '4' } },
        (x, l, at) => {
          const n = x.cfg.receivers;
          l.tid = ownKeeps(l.q0, l.q1, l.q2) ? x.t : threadOf(x, lessLoaded(l.pair, l.q1, l.q2));
          const idx = withCounter(
            firstAfter(n, l.pair, l.q1, l.q2),
            secondAfter(n, l.pair, l.q1, l.q2),
            l.idx,
          );
          return x.cas(cursorsOf(x), Listener.thrIdx, l.idx, idx) ? at.next : at.moved;
        },
      ),
      'ff18504d7',
    ),
  ],
};
