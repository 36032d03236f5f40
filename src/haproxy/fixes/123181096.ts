import { listAppend } from '../../memory/list.ts';
import { QuicCid, QuicConn } from '../model/layouts.ts';
import { newConn } from '../proc/conn.ts';
import { pktRetrieveConn } from '../proc/retrieve.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import { before, type Fix, replace } from '../step/patch.ts';

const p = pktRetrieveConn;
const c = newConn;

export const F123181096: Fix = {
  id: '123181096',
  date: null,
  version: '2.9-dev1',
  bug: 'M17',
  title: 'the CID joins the connection only once it has won',
  sentence:
    'The loser of a race for one Initial releases a connection that has no CID yet; before, its release wanted the lock of the tree that it held.',
  requires: ['4ae29be18'],
  ops: [
    before(
      p,
      '2d.3',
      p.step(
        'won',
        'It has won: now the CID joins the connection',
        { ref: '4/25', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          if (l.other) return at.next;
          listAppend(x.m, x.part(l.qc, QuicConn.cids), x.part(l.cid, QuicCid.byQc));
          return at.next;
        },
      ),
    ),
    replace(
      c,
      '3',
      c.step(
        '3n',
        'Its first CID points to it',
        { ref: '1.9', cost: COST.local, touches: 'shared' },
        (x, l, at) => {
          x.st(l.cid, QuicCid.qc, l.qc);
          x.st(l.cid, QuicCid.seqNum, 0);
          x.st(l.qc, QuicConn.nextCidSeq, 1);
          x.note(EV.CREATE, l.qc, x.ld(l.qc, QuicConn.capConn));
          return at.next;
        },
      ),
    ),
  ],
};
