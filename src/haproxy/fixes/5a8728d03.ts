import { listAppend } from '../../memory/list.ts';
import { NULL, RETRY } from '../../memory/mem.ts';
import { wrTry, wrUnlock } from '../../memory/rwlock.ts';
import type { Ptr } from '../../memory/struct.ts';
import { deleteCid } from '../lib/cid.ts';
import { lockOf } from '../lib/dcid.ts';
import { BUG } from '../model/bugs.ts';
import { DROP_REASON } from '../model/flags.ts';
import { QuicCid, QuicConn } from '../model/layouts.ts';
import { newConn } from '../proc/conn.ts';
import { fillFirstCid, pktRetrieveConn, retrieveFails, retrieveFromCid } from '../proc/retrieve.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import { before, type Fix, remove, replace } from '../step/patch.ts';
import { RET } from '../step/proc.ts';
import { TP } from '../step/trace.ts';

const p = pktRetrieveConn;
const f = retrieveFromCid;

export const F5a8728d03: Fix = {
  id: '5a8728d03',
  date: '2025-11-10',
  version: '3.3-dev13',
  bug: '',
  title: 'the CID first, and once it is in its tree the connection',
  sentence:
    'The loser of a race for one Initial makes no connection, and no socket that takes its datagrams (H09): the CID is inserted first, the connection made after, and where that fails the CID goes again. Before, each thread made a connection and the loser released it.',
  requires: ['123181096'],
  ops: [
    ...remove(p, '2cf', '2cg', '2d.r', 'won'),
    replace(
      p,
      '2c',
      p.step(
        '2cn',
        'A new client: make its first CID, without a number yet',
        { ref: '1.7/2c 1.8', cost: COST.pool, touches: 'shared', to: { none: RET } },
        (x, l, at) => {
          const cid = x.alloc('cid');
          if (cid === RETRY) return at.retry;
          if (cid === NULL) {
            x.trace(TP.newCidFailed, NULL);
            retrieveFails(x, l.pkt, DROP_REASON.noMemory);
            return at.none;
          }
          fillFirstCid(x, cid, l.pkt, l.dgram);
          l.cid = cid;
          return at.next;
        },
      ),
    ),
    before(
      p,
      '2g2',
      p.step(
        'N8',
        'Create the connection; whoever finds its CID meanwhile finds none behind it',
        { ref: 'B2/N8', cost: COST.local, touches: 'own' },
        (x, l, at) => x.call(at.next, newConn, l.cid, l.dgram, l.pkt),
      ),
      p.step(
        'N8m',
        'Is it made? Without memory the CID goes again',
        { ref: 'B2/N8', cost: COST.local, touches: 'own', roles: { made: {} }, to: { made: 'N9' } },
        (x, l, at) => {
          const qc = x.ret as Ptr<'quic_conn'>;
          l.qc = qc;
          return qc ? at.made : at.next;
        },
      ),
      p.step(
        'N8d',
        'Take the write lock of its tree',
        { ref: 'B2/N8', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          const lock = lockOf(x, l.cid);
          if (!wrTry(x.m, lock)) return at.retry;
          l.lock = lock;
          return at.next;
        },
      ),
      p.step(
        'N8d.1',
        'Delete it from the tree',
        { ref: 'B2/N8', cost: COST.tree, touches: 'shared', roles: { treeWrite: { cid: 'cid' } } },
        (x, l, at) => {
          deleteCid(x, l.cid);
          return at.next;
        },
      ),
      p.step(
        'N8d.2',
        'Release the lock',
        { ref: 'B2/N8', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          wrUnlock(x.m, l.lock);
          return at.next;
        },
      ),
      p.step(
        'N8d.3',
        'Free it: nothing stays behind',
        { ref: 'B2/N8', cost: COST.pool, touches: 'shared', to: { none: RET }, down: false },
        (x, l, at) => {
          x.free('cid', l.cid);
          retrieveFails(x, l.pkt, DROP_REASON.noMemory);
          return at.none;
        },
      ),
      p.step(
        'N9',
        'Its first CID, number 0, points to it: a plain store',
        { ref: 'B2/N9', cost: COST.local, touches: 'shared' },
        (x, l, at) => {
          x.st(l.cid, QuicCid.qc, l.qc);
          x.trace(TP.newCidEnter, l.qc);
          x.st(l.cid, QuicCid.seqNum, 0);
          listAppend(x.m, x.part(l.qc, QuicConn.cids), x.part(l.cid, QuicCid.byQc));
          x.st(l.qc, QuicConn.nextCidSeq, 1);
          x.trace(TP.newCidLeave, l.qc);
          x.note(EV.CREATE, l.qc, x.ld(l.qc, QuicConn.capConn));
          return at.next;
        },
      ),
    ),
    ...remove(newConn, '3n'),
    replace(
      f,
      '6',
      f.step(
        '6b',
        'It is: the entry’s connection is ours, and there must be one',
        {
          ref: '1.7/4 B2/N9',
          cost: COST.local,
          touches: 'shared',
          roles: { cidRead: { node: 'node', lock: 'lock' } },
        },
        (x, l, at) => {
          l.other = x.ld(l.node, QuicCid.qc);
          x.bugOn(l.other === NULL, BUG.CID_WITHOUT_CONN);
          return at.next;
        },
      ),
    ),
  ],
};
