import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, late, pushedToAccept, readByT1 } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const X16: MuseumWorld = {
  id: 'X16',
  title: 'A redispatched datagram is marked as consumed',
  trouble: 'The new thread finds no bytes in it.',
  mutation: 'X16',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: NOTHING_MORE,
  spared: {},
  on: [],
  breaks: 'segmentation fault: the bytes of a consumed datagram',
  prelude(p) {
    aboutToAccept(readByT1(pushedToAccept(p), 2));
  },
};
