/** Worlds in which a connection is handed over, or begins, while others look for it. */
import { getCidTid } from '../../../haproxy/proc/cid-owner.ts';
import { commitRebind } from '../../../haproxy/proc/rebind-commit.ts';
import { pktRetrieveConn } from '../../../haproxy/proc/retrieve.ts';
import { showQuic } from '../../../haproxy/proc/show.ts';
import { NOTHING_MORE } from '../../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, late, pushedToAccept } from '../../../scenario/museum/ways.ts';
import { hello, type OwnWorld } from './own.ts';

export const MOVING: readonly OwnWorld[] = [
  {
    // T0 hands the connection over and T1 looks up whose it is, by the CID that its client has chosen.
    id: 'its Initial comes again while it moves',
    conns: 1,
    datagrams: [...handshake(0, 0), hello(0, 100)],
    bounds: NOTHING_MORE,
    prelude(p) {
      aboutToAccept(pushedToAccept(p));
      p.choose({ kind: 'deliver', dgram: 2 }).stepTo(1, getCidTid, '5n').stepTo(0, commitRebind, 'S13');
    },
  },
  {
    // T1 has it, and T0 receives its client's Initial once more.
    id: 'its Initial comes again, to another thread',
    conns: 1,
    datagrams: [hello(0, 0), hello(0, 100)],
    bounds: NOTHING_MORE,
    prelude(p) {
      p.choose({ kind: 'deliver', dgram: 0, tid: 1 }).sleep(1);
      p.choose({ kind: 'deliver', dgram: 1, tid: 0 }).stepTo(0, getCidTid, '4');
    },
  },
  {
    // T1 is about to make a connection that T0 has made meanwhile, and is handing over.
    id: 'its Initial is answered twice while it moves',
    conns: 1,
    datagrams: [hello(0, 0), hello(0, 1), { conn: 0, packets: ['finished'], ms: 5 }],
    bounds: NOTHING_MORE,
    prelude(p) {
      p.choose({ kind: 'deliver', dgram: 0 }).stepTo(1, pktRetrieveConn, '2d');
      p.choose({ kind: 'deliver', dgram: 1 }).sleep(0).choose({ kind: 'deliver', dgram: 2 });
      aboutToAccept(p).stepTo(0, commitRebind, 'S13');
    },
  },
  {
    // T1 has received its Initial when nobody had it, and looks for it while T0, which has made it meanwhile, hands it over.
    id: 'it is looked for while it moves',
    conns: 1,
    datagrams: [hello(0, 0), hello(0, 1), { conn: 0, packets: ['finished'], ms: 5 }],
    bounds: NOTHING_MORE,
    prelude(p) {
      p.choose({ kind: 'deliver', dgram: 0 }).stepTo(1, pktRetrieveConn, '1');
      p.choose({ kind: 'deliver', dgram: 1 }).sleep(0).choose({ kind: 'deliver', dgram: 2 });
      aboutToAccept(p).stepTo(0, commitRebind, 'S13');
    },
  },
  {
    // T0 begins a new epoch, and T1 stamps the connection that it finds in its ring.
    id: 'show quic while it is adopted',
    conns: 1,
    datagrams: handshake(0, 0),
    bounds: NOTHING_MORE,
    prelude(p) {
      aboutToAccept(pushedToAccept(p));
      p.choose({ kind: 'show-quic', tid: 0, all: true }).stepTo(0, showQuic, '1');
    },
  },
  {
    // What its client sends before its session begins is kept, and read once it is there.
    id: 'data comes before its session begins',
    conns: 1,
    options: { withholdPostHandshake: false },
    datagrams: [...handshake(0, 0), late(0, 0)],
    bounds: NOTHING_MORE,
    prelude(p) {
      p.choose({ kind: 'accept-target', conn: 0, tid: 0 });
      pushedToAccept(p).choose({ kind: 'deliver', dgram: 2 }).sleep(1);
    },
  },
];
