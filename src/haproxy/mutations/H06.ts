import { Listener } from '../model/layouts.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { COST } from '../step/cost.ts';
import type { Exec } from '../step/exec.ts';
import { after, before, type Mutation, remove } from '../step/patch.ts';

const p = listenerAccept;

/** It goes to another group: its listener there is counted up or down. */
function countThere(x: Exec, tid: number, by: number): void {
  if (x.groupOf(tid) !== x.groupOf(x.t)) x.add(x.listenerOf(tid), Listener.nbconn, by);
}

/** Not HAProxy's: what would end H06. */
export const H06: Mutation = {
  id: 'H06',
  title: 'a connection is counted on the other group’s listener before it is pushed',
  requires: ['f1064c738', '95f624540'],
  forms: [
    {
      ops: [],
      across: [
        ...remove(p, '7n', '7m'),
        after(
          p,
          '6b',
          p.step(
            '6n',
            'Against H06: count it on the listener of that thread’s group, if it is another',
            { ref: 'H06', cost: COST.atomic, touches: 'shared', roles: { preparing: { qc: 'qc' } } },
            (x, l, at) => {
              countThere(x, l.tid, 1);
              return at.next;
            },
          ),
        ),
        before(
          p,
          'fulll',
          p.step(
            '6u',
            'Against H06: there is no room. No longer there',
            {
              ref: 'H06',
              cost: COST.atomic,
              touches: 'shared',
              roles: { preparing: { qc: 'qc' } },
            },
            (x, l, at) => {
              countThere(x, l.tid, -1);
              return at.next;
            },
          ),
        ),
        before(
          p,
          '8',
          p.step(
            '7u',
            'Against H06: counted there, and no longer on this one',
            { ref: 'H06', cost: COST.atomic, touches: 'shared' },
            (x, l, at) => {
              if (x.groupOf(l.tid) !== x.groupOf(x.t)) x.add(x.listener, Listener.nbconn, -1);
              return at.next;
            },
          ),
        ),
      ],
    },
  ],
};
