import { firstCid } from '../lib/conn.ts';
import { countOwner } from '../lib/kernel.ts';
import { QuicCid, QuicConn } from '../model/layouts.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { commitRebind, resetRebind } from '../proc/rebind-commit.ts';
import { COST } from '../step/cost.ts';
import { after, type Mutation, replace } from '../step/patch.ts';

const p = listenerAccept;
const r = resetRebind;

export const X22: Mutation = {
  id: 'X22',
  title: 'the hand-over comes before the place in the ring, and is taken back',
  requires: ['95f624540'],
  forms: [
    {
      ops: [
        after(
          p,
          '6b',
          p.step(
            '6x',
            'Mutation X22: hand the connection over before there is a place',
            { ref: '4.1/2', cost: COST.local, touches: 'own' },
            (x, l, at) => x.call(at.next, commitRebind, l.qc, l.tid),
          ),
        ),
        replace(
          p,
          '7a',
          p.step(
            '7ax',
            'Hand the connection over, before the place is filled',
            { ref: '4.1/2', cost: COST.local, touches: 'own', roles: { preparing: { qc: 'qc' } } },
            (_x, _l, at) => at.next,
          ),
          '95f624540',
        ),
        after(
          r,
          'R1',
          r.step(
            'R1x',
            'Mutation X22: take the tid back too',
            { ref: '4.1/4', cost: COST.atomic, touches: 'shared' },
            (x, l, at) => {
              x.ast(firstCid(x, l.qc), QuicCid.tid, x.t);
              countOwner(x, x.ld(l.qc, QuicConn.capConn));
              return at.next;
            },
          ),
        ),
      ],
    },
  ],
};
