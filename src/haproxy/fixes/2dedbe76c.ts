import { release } from '../proc/release.ts';
import { COST } from '../step/cost.ts';
import { before, type Fix } from '../step/patch.ts';

const r = release;

export const F2dedbe76c: Fix = {
  id: '2dedbe76c',
  date: '2023-09-11',
  version: '2.9-dev6',
  bug: 'M32',
  title: 'no socket, no owner of it',
  sentence:
    'The entry of a closed connection’s socket in fdtab is written only if it has a socket of its own; before, one that read from the listener’s wrote in front of the table.',
  requires: ['9f7cfb0a5'],
  ops: [
    before(
      r,
      'c4',
      r.step(
        'c3s',
        'Has it a socket of its own?',
        { ref: 'B4/CC4 M32', cost: COST.local, touches: 'own', to: { none: '2' } },
        (_x, l, at) => (l.fd < 0 ? at.none : at.next),
      ),
    ),
  ],
};
