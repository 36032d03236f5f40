import { dgramDispatch } from '../../haproxy/proc/dispatch.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import type { MuseumWorld } from './world.ts';

export const X20: MuseumWorld = {
  id: 'X20',
  title: 'A datagram carries its connection',
  trouble: 'The owner releases the connection before it handles the datagram.',
  mutation: 'X20',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [
    { conn: 0, packets: ['hello'], ms: 0 },
    { conn: 0, packets: ['handshake ping'], ms: 100 },
  ],
  bounds: { ...NOTHING_MORE, timerFirings: 1 },
  spared: {},
  on: [],
  breaks: 'poison',
  /** The handshake has begun on T0, whose idle timer may run out; T1 has read the next datagram. */
  prelude(p) {
    p.rest(1).choose({ kind: 'deliver', dgram: 1 }).stepTo(1, dgramDispatch, '3');
  },
};
