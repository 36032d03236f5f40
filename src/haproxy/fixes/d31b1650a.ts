import { epollHas } from '../lib/groups.ts';
import { fdUpdateEvents } from '../proc/fd.ts';
import { COST } from '../step/cost.ts';
import { aside, edge, type Fix } from '../step/patch.ts';
import { RET } from '../step/proc.ts';

const p = fdUpdateEvents;

export const Fd31b1650a: Fix = {
  id: 'd31b1650a',
  date: null,
  version: '3.2-dev7',
  bug: '',
  title: 'an event for another group’s fd takes it out of the epoll',
  sentence:
    'A thread whose epoll reports an fd that has gone to another group takes it out of that epoll at once; before, it was reported as long as there was something to read. In one thread group nothing is changed.',
  requires: [],
  ops: [],
  across: [
    aside(
      p,
      'f',
      p.step(
        'ad',
        'It is another group’s: take it out of this thread’s epoll, not out of polled_mask',
        { ref: 'N13', cost: COST.syscall, touches: 'own', to: { gone: RET }, down: false },
        (x, l, at) => {
          epollHas(x, l.fd, false);
          return at.gone;
        },
      ),
    ),
    edge(p, 'ag', 'other', 'ad', '25174d51e'),
  ],
};
