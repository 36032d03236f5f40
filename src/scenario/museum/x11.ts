import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, late, pushedToAccept, readByT1 } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const X11: MuseumWorld = {
  id: 'X11',
  title: 'A redispatch does not wake the owner',
  trouble: 'The owner sleeps with a datagram in its inbox.',
  mutation: 'X11',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: NOTHING_MORE,
  spared: {},
  on: [],
  breaks: 'I16',
  prelude(p) {
    aboutToAccept(readByT1(pushedToAccept(p), 2));
  },
};
