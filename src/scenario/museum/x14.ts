import { dgramDispatch } from '../../haproxy/proc/dispatch.ts';
import { listenerAccept } from '../../haproxy/proc/listener-accept.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, late, pushedToAccept } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const X14: MuseumWorld = {
  id: 'X14',
  title: 'Finalize whether or not it has been done',
  trouble: 'A datagram and the accept each adopt the connection: it is linked into the list twice.',
  mutation: 'X14',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: NOTHING_MORE,
  spared: {},
  on: [],
  breaks: 'I9',
  /** T0 has handed the connection over and is about to put it into T1’s ring; T1 has read a datagram of it. */
  prelude(p) {
    aboutToAccept(pushedToAccept(p)).stepTo(0, listenerAccept, '7b');
    p.choose({ kind: 'deliver', dgram: 2 }).stepTo(1, dgramDispatch, '3');
  },
};
