import { newConn } from '../../haproxy/proc/conn.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, pushedToAccept } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const M01: MuseumWorld = {
  id: 'M01',
  title: 'Two threads append to one list',
  trouble:
    'The old thread links the connection into the new thread’s list while that thread changes the list.',
  fix: '7b516d373',
  threads: 2,
  conns: 2,
  socketOwner: 'listener',
  datagrams: [...handshake(0, 0), { conn: 1, packets: ['hello'], ms: 100 }],
  bounds: NOTHING_MORE,
  spared: {
    race: 'The unlocked write to the other thread’s list is the bug itself; this world shows what it leads to.',
  },
  unspared: 'race',
  on: ['I9'],
  breaks: 'I9',
  /** T0 is about to accept connection 0 for T1; T1 has read the first datagram of connection 1 and is about to handle it. */
  prelude(p) {
    pushedToAccept(p);
    aboutToAccept(p);
    p.choose({ kind: 'deliver', dgram: 2 }).stepTo(1, newConn, '7b');
  },
};
