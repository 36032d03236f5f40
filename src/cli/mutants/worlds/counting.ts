/** Worlds in which several threads accept, count and choose at once. */
import { acceptPushQc, acceptQueueProcess } from '../../../haproxy/proc/accept.ts';
import { listenerAccept } from '../../../haproxy/proc/listener-accept.ts';
import { pktRetrieveConn } from '../../../haproxy/proc/retrieve.ts';
import { listenerRelease } from '../../../haproxy/proc/session-end.ts';
import { NOTHING_MORE } from '../../../machine/explore/bounds.ts';
import { placeOf } from '../../../scenario/museum/prelude.ts';
import { handshake } from '../../../scenario/museum/ways.ts';
import { bothAt, hello, type OwnWorld } from './own.ts';

export const COUNTING: readonly OwnWorld[] = [
  {
    // Each of two threads makes a connection, counts it as half open, and asks how many there are.
    id: 'two clients come at once',
    conns: 2,
    datagrams: [hello(0, 0), hello(1, 1)],
    bounds: NOTHING_MORE,
    prelude(p) {
      p.choose({ kind: 'deliver', dgram: 0, tid: 0 }).stepTo(0, pktRetrieveConn, 'N9');
      p.choose({ kind: 'deliver', dgram: 1, tid: 1 }).stepTo(1, pktRetrieveConn, '2p');
    },
  },
  {
    // T0 counts one that waits to be accepted, and T1 asks how many there are.
    id: 'a client comes while another waits to be accepted',
    conns: 2,
    datagrams: [...handshake(0, 0), hello(1, 100)],
    bounds: NOTHING_MORE,
    prelude(p) {
      const pushing = placeOf(p.x, acceptPushQc, '2');
      p.until((x) => x.at(0) === pushing).sleep(1);
      p.choose({ kind: 'deliver', dgram: 2 }).stepTo(1, pktRetrieveConn, '2h');
    },
  },
  {
    // Two sessions end at once, each on its thread, while a third is given the less loaded of them.
    id: 'two sessions end while a thread is chosen',
    conns: 3,
    datagrams: [...handshake(0, 0), ...handshake(1, 100), ...handshake(2, 200)],
    bounds: NOTHING_MORE,
    options: { threads: 3 },
    prelude(p) {
      for (const t of [0, 1]) {
        p.choose({ kind: 'accept-target', conn: t, tid: t });
        p.rest(2 + 2 * t);
      }
      const qc = [0, 1].map((conn) => p.x.owner(p.x.findConn(conn)!));
      if (qc.join() !== '0,1') throw new Error(`they live on ${qc.join(' and ')}`);
      p.choose({ kind: 'deliver', dgram: 4, tid: 2 }).sleep(2);
      p.choose({ kind: 'deliver', dgram: 5, tid: 2 }).stepTo(2, listenerAccept, '4q');
      for (const t of [0, 1]) p.choose({ kind: 'close', conn: t }).stepTo(t, listenerRelease, 'LR2');
    },
  },
  {
    // Each of two threads has a connection that waits: they count it and choose for it.
    id: 'two threads accept at once',
    conns: 2,
    datagrams: [...handshake(0, 0), ...handshake(1, 100)],
    bounds: NOTHING_MORE,
    prelude(p) {
      bothAt(p, '1');
    },
  },
  {
    // T1 has begun the session of the first connection that T0 has put into its ring, and looks for the next; T0 is putting it there.
    id: 'a ring is emptied while it is filled',
    conns: 2,
    datagrams: [...handshake(0, 0), ...handshake(1, 1)],
    bounds: NOTHING_MORE,
    prelude(p) {
      for (const conn of [0, 1]) p.choose({ kind: 'accept-target', conn, tid: 1 });
      for (const dgram of [0, 2]) p.choose({ kind: 'deliver', dgram, tid: 0 }).sleep(0);
      for (const dgram of [1, 3]) p.choose({ kind: 'deliver', dgram, tid: 0 });
      p.stepTo(0, listenerAccept, '8').stepTo(0, listenerAccept, '7f');
      p.stepTo(1, acceptQueueProcess, '4').stepTo(1, acceptQueueProcess, '1j');
    },
  },
  {
    // T0 reads the loads of both, and T1's session ends.
    id: 'a session ends while a thread is chosen',
    conns: 2,
    datagrams: [...handshake(0, 0), ...handshake(1, 100)],
    bounds: NOTHING_MORE,
    prelude(p) {
      p.choose({ kind: 'accept-target', conn: 0, tid: 1 }).rest(2);
      for (const dgram of [2, 3]) p.choose({ kind: 'deliver', dgram, tid: 0 });
      p.stepTo(0, listenerAccept, '4q').choose({ kind: 'close', conn: 0 }).stepTo(1, listenerRelease, 'LR3');
    },
  },
];
