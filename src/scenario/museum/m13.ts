import { rcvBuf } from '../../haproxy/proc/own-socket.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import type { MuseumWorld } from './world.ts';

export const M13: MuseumWorld = {
  id: 'M13',
  title: 'A CID’s connection is compared after the unlock',
  trouble: 'Between the unlock and the look the owner releases the connection and frees the CID.',
  fix: '05f59a51a',
  threads: 2,
  conns: 2,
  socketOwner: 'connection',
  datagrams: [
    { conn: 0, packets: ['hello'], ms: 100 },
    { conn: 1, packets: ['hello'], ms: 101 },
    // On the socket of connection 1, with the CID of connection 0: a client that uses one port twice.
    { conn: 0, packets: ['handshake ping'], ms: 200, from: 1 },
  ],
  bounds: { ...NOTHING_MORE, timerFirings: 1 },
  spared: {
    race: 'The unlocked read of qc is the bug itself; this world shows it in a freed CID.',
  },
  unspared: 'race',
  on: [],
  breaks: 'poison',
  /** Connection 0 is T0’s and may time out; T1 has read a datagram from the socket of its connection 1. */
  prelude(p) {
    p.choose({ kind: 'deliver', dgram: 0 }).sleep(0).sleep(1);
    p.choose({ kind: 'deliver', dgram: 1 }).sleep(1).sleep(0);
    p.choose({ kind: 'deliver', dgram: 2 }).stepTo(1, rcvBuf, '3');
  },
};
