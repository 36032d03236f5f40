import { Listener } from '../model/layouts.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { COST } from '../step/cost.ts';
import { before, type Fix } from '../step/patch.ts';

const p = listenerAccept;

export const Ff1064c738: Fix = {
  id: 'f1064c738',
  date: '2025-04-25',
  version: '3.2-dev13',
  bug: 'M25',
  title: 'a connection’s count moves with it to another group’s listener',
  sentence:
    'A connection that goes to a thread of another group is counted on that group’s listener and no longer on the one that accepted it; before, it was counted up on the one and down on the other. In one thread group nothing is changed.',
  requires: ['9d360604b'],
  ops: [],
  across: [
    before(
      p,
      '8',
      p.step(
        '7n',
        'Has it gone to another group? Count it on that group’s listener',
        { ref: 'A1', cost: COST.atomic, touches: 'shared', to: { own: '8' } },
        (x, l, at) => {
          if (x.groupOf(l.tid) === x.groupOf(x.t)) return at.own;
          x.add(x.listenerOf(l.tid), Listener.nbconn, 1);
          return at.next;
        },
      ),
      p.step(
        '7m',
        'and no longer on this one',
        { ref: 'A1', cost: COST.atomic, touches: 'shared' },
        (x, _l, at) => {
          x.add(x.listener, Listener.nbconn, -1);
          return at.next;
        },
      ),
    ),
  ],
};
