import { epollSet, ofOwnGroup } from '../lib/groups.ts';
import { fdMigrateOn } from '../proc/fd.ts';
import { COST } from '../step/cost.ts';
import { after, type Mutation } from '../step/patch.ts';

const m = fdMigrateOn;

/** Not HAProxy's: what would end H02, as a takeover does it. */
export const H02: Mutation = {
  id: 'H02',
  title: 'a socket that goes to another group leaves the old thread’s epoll, and polled_mask, at once',
  requires: ['d31b1650a'],
  forms: [
    {
      ops: [],
      across: [
        after(
          m,
          'S8.3',
          m.step(
            'S8.3p',
            'Against H02: to another group? Then out of this thread’s epoll and of polled_mask',
            { ref: 'H02', cost: COST.syscall, touches: 'shared' },
            (x, l, at) => {
              // The fd's group is the new one's by now.
              if (!ofOwnGroup(x, l.fd)) epollSet(x, l.fd, false);
              return at.next;
            },
          ),
        ),
      ],
    },
  ],
};
