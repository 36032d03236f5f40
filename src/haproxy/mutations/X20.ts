import { NULL } from '../../memory/mem.ts';
import { dgramDcid, lookUp } from '../lib/dcid.ts';
import { QuicCid, QuicDgram } from '../model/layouts.ts';
import { dgramParse } from '../proc/dgram.ts';
import { dgramDispatch } from '../proc/dispatch.ts';
import { pktRetrieveConn } from '../proc/retrieve.ts';
import { COST } from '../step/cost.ts';
import { after, type Mutation, replace } from '../step/patch.ts';

const d = dgramDispatch;
const p = dgramParse;

export const X20: Mutation = {
  id: 'X20',
  title: 'a datagram carries the connection that dispatch saw',
  requires: ['25174d51e'],
  until: '9b5f11cd3',
  forms: [
    {
      ops: [
        after(
          d,
          '3',
          d.step(
            '3x',
            'Mutation X20: and note its connection',
            { ref: '1.2/3', cost: COST.tree, touches: 'shared' },
            (x, l, at) => {
              dgramDcid(x, l.dg);
              const cid = lookUp(x);
              l.conn = cid ? x.ld(cid, QuicCid.qc) : NULL;
              return at.next;
            },
          ),
        ),
        replace(
          p,
          '3',
          p.step(
            '3xx',
            'Which connection is it for?',
            {
              ref: '1.5/3',
              cost: COST.local,
              touches: 'shared',
              roles: { redispatch: { dg: 'dg', other: 'other' } },
              to: { known: '4' },
            },
            (x, l, at) => {
              const noted = x.ld(l.dgram, QuicDgram.qc);
              const from = l.from || noted;
              if (!from) return x.call(at.next, pktRetrieveConn, l.pkt, l.dgram);
              l.qc = from;
              return at.known;
            },
          ),
        ),
      ],
    },
  ],
};
