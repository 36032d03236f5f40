import { dgramParse } from '../proc/dgram.ts';
import { COST } from '../step/cost.ts';
import { type Fix, replace } from '../step/patch.ts';

const p = dgramParse;

export const F62d6ed440: Fix = {
  id: '62d6ed440',
  date: '2026-07-30',
  version: '3.5-dev4',
  bug: 'M36',
  title: 'with fd tables of a group’s own, answers go out by the group’s own listener',
  sentence:
    'A thread that parses a datagram which was read in another group answers by its own group’s listener; before, by the fd of the one that it was read from, which in its own table means another file, or none. Where groups share the tables nothing is changed.',
  requires: ['3430556a8'],
  ops: [],
  apart: [
    replace(
      p,
      '0l',
      p.step(
        '0g',
        'Its listener is this group’s, whichever it was read from',
        { ref: '1.5 M36', cost: COST.local, touches: 'shared' },
        (x, l, at) => {
          l.li = x.listenerOf(x.t);
          return at.next;
        },
      ),
      '3430556a8',
    ),
  ],
};
