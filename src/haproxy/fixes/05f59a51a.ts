import { QuicCid } from '../model/layouts.ts';
import { rcvBuf } from '../proc/own-socket.ts';
import { COST } from '../step/cost.ts';
import { after, edge, type Fix, remove } from '../step/patch.ts';

const p = rcvBuf;

export const F05f59a51a: Fix = {
  id: '05f59a51a',
  date: '2024-06-28',
  version: '3.1-dev2',
  bug: 'M13',
  title: 'an own socket compares the CID’s connection under the lock',
  sentence:
    'A connection that reads its own socket compares the connection of a CID’s entry with itself while it holds the lock of the tree; before, it did so after the unlock, when the entry could have been freed.',
  requires: ['25174d51e'],
  ops: [
    after(
      p,
      '3b',
      p.step(
        '3e',
        'Does the entry point to this connection? Then it is its own',
        {
          ref: '1.10',
          cost: COST.local,
          touches: 'shared',
          roles: { cidRead: { node: 'node', lock: 'lock' } },
          to: { mine: '4' },
        },
        (x, l, at) => (l.node && x.ld(l.node, QuicCid.qc) === l.qc ? at.mine : at.next),
      ),
    ),
    edge(p, '3c', 'found', '5'),
    ...remove(p, '3d'),
  ],
};
