import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, pushedToAccept } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const X25: MuseumWorld = {
  id: 'X25',
  title: 'The idle expiry is not carried over',
  trouble: 'Unless something more is sent or received, the connection lives for ever.',
  mutation: 'X25',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: handshake(0, 0),
  bounds: NOTHING_MORE,
  spared: {},
  on: [],
  breaks: 'I15',
  prelude(p) {
    aboutToAccept(pushedToAccept(p));
  },
};
