import { highMask, lowMask } from '../lib/accept.ts';
import { pairOfHalves } from '../lib/choice-apart.ts';
import { takeListener } from '../lib/groups.ts';
import { Connection } from '../model/layouts.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { setTidAffinity } from '../proc/rebind.ts';
import { COST } from '../step/cost.ts';
import { before, type Fix, replace } from '../step/patch.ts';

const p = listenerAccept;
const r = setTidAffinity;

export const F9d360604b: Fix = {
  id: '9d360604b',
  date: '2023-04-21',
  version: '2.8-dev8',
  bug: '',
  title: 'the thread choice goes over all groups of a shard',
  sentence:
    'A cursor names a receiver and a thread, and the second is moved away where it names the very thread of the first; before, two cursors that had met stayed together, and the thread was taken without a comparison. With one receiver that is all of it; with one in each of two thread groups any thread of any group may be chosen.',
  requires: ['1acbbca17'],
  ops: [
    replace(
      p,
      '4p',
      p.step(
        '4ps',
        'Which two threads do they name?',
        { ref: '9', cost: COST.local, touches: 'shared' },
        (x, l, at) => {
          l.pair = pairOfHalves(x.cfg.receivers, lowMask(x), highMask(x), l.idx);
          return at.next;
        },
      ),
      '1acbbca17',
    ),
  ],
  across: [
    before(
      p,
      '6',
      p.step(
        '5l',
        'Its target is the listener of that thread’s group',
        { ref: '9', cost: COST.local, touches: 'own', roles: { preparing: { qc: 'qc' } } },
        (x, l, at) => {
          x.st(l.conn, Connection.target, x.listenerOf(l.tid));
          return at.next;
        },
      ),
    ),
    before(
      p,
      'local',
      p.step(
        'locall',
        'Accepted here: its target is this listener',
        {
          ref: '9',
          cost: COST.local,
          touches: 'own',
          roles: { preparing: { qc: 'qc' } },
          to: { here: 'local' },
          down: false,
        },
        (x, l, at) => {
          x.st(l.conn, Connection.target, x.listener);
          return at.here;
        },
      ),
    ),
    before(
      r,
      'S14',
      r.step(
        'S13l',
        'Of another group’s thread: that group’s listener is its own from here on (77d37b07b)',
        { ref: '4.1/2', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          takeListener(x, l.qc, l.new_tid);
          return at.next;
        },
      ),
    ),
  ],
};
