import { Global } from '../model/layouts.ts';
import { newConn } from '../proc/conn.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { release } from '../proc/release.ts';
import { listenerRelease } from '../proc/session-end.ts';
import { COST } from '../step/cost.ts';
import { after, before, edge, type Fix, remove, replace } from '../step/patch.ts';
import { RET } from '../step/proc.ts';

const p = listenerAccept;

/** Where the count goes up is ours: in C it stands in front of qc_new_conn. Nobody can tell, as long as it has no limit. */
export const F7735cf385: Fix = {
  id: '7735cf385',
  date: '2023-10-26',
  version: '2.9-dev9',
  bug: '',
  title: 'actconn counts connections, not sessions',
  sentence:
    'The process counts a QUIC connection from its first Initial until it is released; before, from its accept until its session ended.',
  requires: ['25174d51e'],
  ops: [
    ...remove(p, '1a'),
    replace(
      p,
      'nonef',
      p.step(
        'nonefl',
        'on the frontend',
        { ref: 'N8/3', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
        (x, _l, at) => {
          x.add(x.global, Global.feconn, -1);
          return at.done;
        },
      ),
    ),
    ...remove(p, 'nonea'),
    ...remove(listenerRelease, 'LR1'),
    after(
      newConn,
      '1',
      newConn.step(
        '1c',
        'Count it in the process',
        { ref: 'A1', cost: COST.atomic, touches: 'shared', roles: { countsConn: {} } },
        (x, _l, at) => {
          x.add(x.global, Global.actconn, 1);
          return at.next;
        },
      ),
    ),
    before(
      release,
      '15',
      release.step(
        '14c',
        'Take it off the process’s connections',
        { ref: 'A1 N5/14', cost: COST.atomic, touches: 'shared' },
        (x, _l, at) => {
          x.add(x.global, Global.actconn, -1);
          return at.next;
        },
      ),
    ),
  ],
  limited: [edge(p, 'nonefl', 'done', 'FUe', '7735cf385')],
};
