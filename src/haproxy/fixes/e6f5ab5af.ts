import { jointHead, jointTail, ringNext, threadOf } from '../lib/accept.ts';
import { firstOf, secondOf } from '../lib/choice.ts';
import { joint, jointLength } from '../lib/joint.ts';
import { N } from '../model/flags.ts';
import { AcceptRing } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { acceptQueueProcess } from '../proc/accept.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { COST } from '../step/cost.ts';
import { type Fix, remove, replace } from '../step/patch.ts';
import { RET } from '../step/proc.ts';

const p = listenerAccept;
const q = acceptQueueProcess;

export const Fe6f5ab5af: Fix = {
  id: 'e6f5ab5af',
  date: '2023-04-21',
  version: '2.8-dev8',
  bug: 'M37',
  title: 'head and tail of an accept ring in one word',
  sentence:
    'Who pushes to an accept ring sees its head and tail at one time; before, they were read one after the other, so a ring in which much happened in between could be called full though it was empty, and its length be wrong.',
  requires: ['1acbbca17'],
  ops: [
    ...remove(p, '4a2', '4c2'),
    replace(
      p,
      '4a',
      p.step(
        '4aj',
        'Load of the first: its accept ring',
        { ref: '9', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          l.q1 = jointLength(x, threadOf(x, firstOf(l.pair)));
          return at.next;
        },
      ),
      '1acbbca17',
    ),
    replace(
      p,
      '4c',
      p.step(
        '4cj',
        'Load of the second: its accept ring',
        { ref: '9', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          l.q2 = jointLength(x, threadOf(x, secondOf(l.pair)));
          return at.next;
        },
      ),
      '1acbbca17',
    ),
    replace(
      p,
      '7c',
      p.step(
        '7cj',
        'Move the tail on: the place is taken',
        {
          ref: 'N8/6',
          cost: COST.atomic,
          touches: 'shared',
          roles: { preparing: { qc: 'qc' } },
          to: { lost: '7' },
        },
        (x, l, at) => {
          const to = joint(jointHead(l.idx), ringNext(x, l.pos));
          // Lost to another who pushes, or to the one who pops.
          return x.cas(x.at(AT.acceptRing, l.tid), AcceptRing.idx, l.idx, to) ? at.next : at.lost;
        },
      ),
      '1acbbca17',
    ),
    ...remove(p, '7h'),
    replace(
      p,
      '7',
      p.step(
        '7j',
        'Take a place in that thread’s accept ring: read its head and tail',
        {
          ref: 'N8/6',
          cost: COST.atomic,
          touches: 'shared',
          roles: { preparing: { qc: 'qc' }, ringPush: {} },
        },
        (x, l, at) => {
          const idx = x.rld(x.at(AT.acceptRing, l.tid), AcceptRing.idx);
          l.idx = idx;
          l.pos = jointTail(idx);
          l.q1 = jointHead(idx);
          // Ours, for the rule: has it room now?
          l.q2 = ringNext(x, l.pos) === l.q1 ? 0 : 1;
          return at.next;
        },
      ),
      '1acbbca17',
    ),
    replace(
      q,
      '1',
      q.step(
        '1j',
        'Does this thread’s accept ring hold something? Its head and tail',
        { ref: 'N8/8', cost: COST.atomic, touches: 'shared', to: { enough: 'again', empty: RET } },
        (x, l, at) => {
          if (l.n >= N.MAX_ACCEPT) return at.enough;
          const idx = x.rld(x.at(AT.acceptRing, x.t), AcceptRing.idx);
          l.pos = jointHead(idx);
          return jointHead(idx) === jointTail(idx) ? at.empty : at.next;
        },
      ),
    ),
    replace(
      q,
      '2b',
      q.step(
        '2bj',
        'Move the head on: the place is free',
        { ref: 'N8/8', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          const ring = x.at(AT.acceptRing, x.t);
          const idx = x.rld(ring, AcceptRing.idx);
          return x.cas(ring, AcceptRing.idx, idx, joint(ringNext(x, l.pos), jointTail(idx)))
            ? at.next
            : at.retry;
        },
      ),
    ),
  ],
};
