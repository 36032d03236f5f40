import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, pushedToAccept } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const X21: MuseumWorld = {
  id: 'X21',
  title: 'The connection is pushed before it is rebound',
  trouble: 'The new thread starts its session while the old one still owns it.',
  mutation: 'X21',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: handshake(0, 0),
  bounds: NOTHING_MORE,
  spared: {},
  on: [],
  breaks: 'I1',
  prelude(p) {
    aboutToAccept(pushedToAccept(p));
  },
};
