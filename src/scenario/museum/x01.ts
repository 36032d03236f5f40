import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, late, pushedToAccept, readByT1 } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const X01: MuseumWorld = {
  id: 'X01',
  title: 'No second look at tid',
  trouble:
    'The old thread takes the connection for its own, because nothing tells it that the entry’s thread has changed.',
  mutation: 'X01',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: NOTHING_MORE,
  spared: {},
  on: [],
  breaks: 'I1',
  /** A datagram waits in T0’s inbox behind the accept that takes the connection to T1. */
  prelude(p) {
    aboutToAccept(readByT1(pushedToAccept(p), 2));
  },
};
