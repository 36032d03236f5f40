import { dgramParse } from '../proc/dgram.ts';
import { COST } from '../step/cost.ts';
import { before, type Fix } from '../step/patch.ts';

export const F7fc52357c: Fix = {
  id: '7fc52357c',
  date: '2023-11-22',
  version: '2.9-dev11',
  bug: 'M11',
  title: 'a redispatch frees its packet',
  sentence:
    'A thread that passes a datagram on frees the packet it had begun to read; before, each redispatch left one allocated.',
  requires: ['25174d51e'],
  ops: [
    before(
      dgramParse,
      '3e',
      dgramParse.step(
        '3d',
        'Free the packet',
        {
          ref: '1.5/3',
          cost: COST.pool,
          touches: 'shared',
          roles: { redispatch: { dg: 'dg', other: 'other' }, redispatchFree: {} },
        },
        (x, l, at) => {
          x.free('rxPacket', l.pkt);
          return at.next;
        },
      ),
    ),
  ],
};
