import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, late, pushedToAccept, readByT1 } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const X05: MuseumWorld = {
  id: 'X05',
  title: 'An inbox is a plain list',
  trouble: 'Two threads append to one inbox at once, and a datagram is lost.',
  mutation: 'X05',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [...handshake(0, 0), late(0, 0), late(0, 1)],
  bounds: { ...NOTHING_MORE, deliver: [3] },
  off: ['race'],
  on: [],
  breaks: ['I9', 'I12', 'I16', 'poison', 'segmentation fault: the bytes of a consumed datagram'],
  /** The connection has gone to T1; T0 is about to pass a datagram on to it, and T1 may read another one. */
  prelude(p) {
    aboutToAccept(readByT1(pushedToAccept(p), 2));
    p.stepTo(0, 'quic_dgram_parse', '3').sleep(1);
  },
};
