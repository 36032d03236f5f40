import { threadHasTasks } from '../lib/tasks.ts';
import { runPollLoop } from '../proc/runloop.ts';
import { COST } from '../step/cost.ts';
import { before, type Mutation, remove } from '../step/patch.ts';

const p = runPollLoop;

export const X15: Mutation = {
  id: 'X15',
  title: 'a thread says that it sleeps after its last look',
  requires: ['25174d51e'],
  forms: [
    {
      ops: [
        before(
          p,
          '5b',
          p.step(
            '5x',
            'Mutation X15: look once more first',
            { ref: '0.2', cost: COST.atomic, touches: 'shared', to: { nothing: '5b' } },
            (x, _l, at) => (threadHasTasks(x) ? at.next : at.nothing),
          ),
          p.step(
            '5x2',
            'Something to do: poll without sleeping',
            { ref: '0.2', cost: COST.local, touches: 'own', to: { busy: '8' }, down: false },
            (_x, l, at) => {
              l.wake = 1;
              return at.busy;
            },
          ),
        ),
        ...remove(p, '5d', '5e'),
      ],
    },
  ],
};
