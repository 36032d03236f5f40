import type { Ptr } from '../../memory/struct.ts';
import { DROP_REASON } from '../model/flags.ts';
import { Global } from '../model/layouts.ts';
import { newConn } from '../proc/conn.ts';
import { release } from '../proc/release.ts';
import { pktRetrieveConn, retrieveFails } from '../proc/retrieve.ts';
import { COST } from '../step/cost.ts';
import { after, type Fix, remove, replace } from '../step/patch.ts';
import { RET } from '../step/proc.ts';
import { TP } from '../step/trace.ts';

const p = pktRetrieveConn;

export const F4ae29be18: Fix = {
  id: '4ae29be18',
  date: null,
  version: '2.9-dev1',
  bug: 'M10',
  title: 'the connection first, its CID into the tree after',
  sentence:
    'A new connection is made before its CID can be found, so that without memory nothing stays behind; before, a CID without a connection stayed in the tree.',
  requires: ['25174d51e'],
  ops: [
    after(
      p,
      '2c',
      p.step(
        '2cf',
        'Create the connection, before anybody can find it',
        { ref: '1.7/2f', cost: COST.local, touches: 'own' },
        (x, l, at) => x.call(at.next, newConn, l.cid, l.dgram, l.pkt),
      ),
      p.step(
        '2cg',
        'Without memory nothing stays behind',
        { ref: '1.7/2f', cost: COST.pool, touches: 'shared', roles: { made: {} }, to: { none: RET } },
        (x, l, at) => {
          const qc = x.ret as Ptr<'quic_conn'>;
          l.qc = qc;
          if (qc) return at.next;
          // Before 123181096 the CID had joined the connection by then, unless that was what could not be made.
          if (!x.isFree('cid', l.cid)) x.free('cid', l.cid);
          retrieveFails(x, l.pkt, DROP_REASON.noMemory);
          return at.none;
        },
      ),
    ),
    after(
      p,
      '2d.2',
      p.step(
        '2d.r',
        'Release the connection made in vain, with the lock held',
        { ref: 'M17', cost: COST.local, touches: 'own' },
        (x, l, at) => x.call(at.next, release, l.qc),
      ),
    ),
    ...remove(p, '2f'),
    replace(
      p,
      '2g',
      p.step(
        '2g2',
        'Count it as half open',
        { ref: '1.7/2f', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
        (x, l, at) => {
          x.add(x.global, Global.halfOpen, 1);
          x.setRet(l.qc);
          x.trace(TP.retrieveLeave, l.qc);
          return at.done;
        },
      ),
    ),
  ],
};
