import { STATE } from '../model/flags.ts';
import { Listener, QuicConn } from '../model/layouts.ts';
import { commitRebind } from '../proc/rebind-commit.ts';
import { COST } from '../step/cost.ts';
import { after, type Mutation } from '../step/patch.ts';

const c = commitRebind;

/** Not HAProxy's: what would end H18. */
export const H18: Mutation = {
  id: 'H18',
  title: 'a handshake that is not over is counted where its connection goes',
  requires: ['3df6a6011', '95f624540'],
  forms: [
    {
      ops: [],
      across: [
        after(
          c,
          'K1l',
          c.step(
            'K1h',
            'Against H18: another group’s now, and its handshake not over? Count it on that listener',
            { ref: 'H18', cost: COST.atomic, touches: 'shared', to: { no: 'S8' } },
            (x, l, at) => {
              const li = x.ld(l.qc, QuicConn.li);
              if (li === x.listener || x.ld(l.qc, QuicConn.state) >= STATE.COMPLETE) return at.no;
              x.add(li, Listener.currHandshake, 1);
              return at.next;
            },
          ),
          c.step(
            'K1k',
            'Against H18: and no longer on this one',
            { ref: 'H18', cost: COST.atomic, touches: 'shared' },
            (x, _l, at) => {
              x.add(x.listener, Listener.currHandshake, -1);
              return at.next;
            },
          ),
        ),
      ],
    },
  ],
};
