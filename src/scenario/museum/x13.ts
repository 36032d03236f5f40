import { dgramDispatch } from '../../haproxy/proc/dispatch.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, pushedToAccept } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const X13: MuseumWorld = {
  id: 'X13',
  title: 'The socket moves after the store of tid',
  trouble: 'The old thread clears what the new one has just asked for, and nobody reads the socket any more.',
  mutation: 'X13',
  threads: 2,
  conns: 1,
  socketOwner: 'connection',
  // From another address it comes over the listener’s socket: that is how it can reach T1 before the socket has moved.
  datagrams: [...handshake(0, 0), { conn: 0, packets: ['ping'], ms: 100, from: 1 }],
  bounds: NOTHING_MORE,
  spared: {
    I6: 'That the socket is read before finalize is the mutation itself; this world shows who is left reading it.',
    owner: 'That the old thread still reads the connection’s fd after the store is the mutation too.',
  },
  unspared: 'I6',
  on: [],
  breaks: 'I11b',
  /** T0 is about to take a place in the ring and hand the connection over; T1 has read the datagram. */
  prelude(p) {
    aboutToAccept(pushedToAccept(p));
    p.stepToRole(0, 'ringPush');
    p.choose({ kind: 'deliver', dgram: 2 }).stepTo(1, dgramDispatch, '3');
  },
};
