import { dgramDispatch } from '../../haproxy/proc/dispatch.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, late, pushedToAccept } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const M02: MuseumWorld = {
  id: 'M02',
  title: 'A datagram is handled before finalize',
  trouble: 'The new thread runs the connection before it has been adopted.',
  fix: 'd6646dddc',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: NOTHING_MORE,
  spared: {},
  on: ['I6'],
  breaks: 'I6',
  /** T0 has rebound the connection and is about to take a place in T1’s ring; T1 has read a datagram of it. */
  prelude(p) {
    aboutToAccept(pushedToAccept(p)).stepToRole(0, 'ringPush');
    p.choose({ kind: 'deliver', dgram: 2 }).stepTo(1, dgramDispatch, '3');
  },
};
