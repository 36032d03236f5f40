import { cursorsOf } from '../lib/accept.ts';
import { Listener } from '../model/layouts.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { COST } from '../step/cost.ts';
import { after, type Fix } from '../step/patch.ts';

const p = listenerAccept;

export const F77e33509c: Fix = {
  id: '77e33509c',
  date: '2023-04-21',
  version: '2.8-dev8',
  bug: '',
  title: 'the cursors are read again before the loads are',
  sentence:
    'Before the loads are read it is seen whether another thread has moved the cursors meanwhile, which saves work; before, only the store told.',
  requires: ['9d360604b'],
  ops: [
    after(
      p,
      '4ps',
      p.step(
        '4r',
        'Have the cursors been moved meanwhile? Then begin anew',
        { ref: '9', cost: COST.atomic, touches: 'shared', to: { moved: '4ps' } },
        (x, l, at) => {
          const idx = x.rld(cursorsOf(x), Listener.thrIdx);
          if (idx === l.idx) return at.next;
          l.idx = idx;
          return at.moved;
        },
      ),
    ),
  ],
};
