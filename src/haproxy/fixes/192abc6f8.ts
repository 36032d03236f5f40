import { NULL } from '../../memory/mem.ts';
import { QuicCid } from '../model/layouts.ts';
import { rcvBuf } from '../proc/own-socket.ts';
import { COST } from '../step/cost.ts';
import { edge, type Fix, replace } from '../step/patch.ts';

const p = rcvBuf;

export const F192abc6f8: Fix = {
  id: '192abc6f8',
  date: '2024-07-01',
  version: '3.1-dev3',
  bug: 'M13b',
  title: 'and releases the lock when it is its own',
  sentence:
    'A connection that reads its own socket releases the lock of the tree whichever connection the entry points to; before, it kept the lock when that was itself.',
  requires: ['05f59a51a'],
  ops: [
    replace(
      p,
      '3e',
      p.step(
        '3f',
        'Does the entry point to this connection?',
        {
          ref: '1.10',
          cost: COST.local,
          touches: 'shared',
          roles: { cidRead: { node: 'node', lock: 'lock' } },
        },
        (x, l, at) => {
          if (l.node && x.ld(l.node, QuicCid.qc) !== l.qc) l.node = NULL;
          return at.next;
        },
      ),
      '05f59a51a',
    ),
    edge(p, '3c', 'found', '4', '05f59a51a'),
  ],
};
