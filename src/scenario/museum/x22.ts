import { dgramDispatch } from '../../haproxy/proc/dispatch.ts';
import { listenerAccept } from '../../haproxy/proc/listener-accept.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import type { MuseumWorld } from './world.ts';

export const X22: MuseumWorld = {
  id: 'X22',
  title: 'Handed over before there is a place',
  trouble: 'When the ring turns out to be full, the connection is taken back from a thread that runs it.',
  mutation: 'X22',
  threads: 2,
  conns: 2,
  socketOwner: 'listener',
  ringSize: 2,
  datagrams: [
    { conn: 0, packets: ['hello'], ms: 100 },
    { conn: 1, packets: ['hello'], ms: 101 },
    { conn: 0, packets: ['finished'], ms: 102 },
    { conn: 1, packets: ['finished'], ms: 103 },
    { conn: 1, packets: ['ping'], ms: 104 },
  ],
  bounds: NOTHING_MORE,
  spared: {},
  on: [],
  breaks: 'I1',
  /** One is in T1’s ring, T0 is about to send the other after it; T1 has read a datagram of one. */
  prelude(p) {
    p.choose({ kind: 'accept-target', conn: 0, tid: 1 }).choose({ kind: 'accept-target', conn: 1, tid: 1 });
    for (const d of [0, 1]) p.choose({ kind: 'deliver', dgram: d }).sleep(0).sleep(1);
    p.choose({ kind: 'deliver', dgram: 2 }).choose({ kind: 'deliver', dgram: 3 }).sleep(1);
    p.stepTo(0, listenerAccept, '8').stepTo(0, listenerAccept, '4');
    p.choose({ kind: 'deliver', dgram: 4 }).stepTo(1, dgramDispatch, '3');
  },
};
