import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, pushedToAccept, readByT1 } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const X17: MuseumWorld = {
  id: 'X17',
  title: 'A redispatch goes on with the next packet',
  trouble:
    'One datagram is put into an inbox twice, and its end is published while another thread parses it.',
  mutation: 'X17',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [...handshake(0, 0), { conn: 0, packets: ['handshake ping', 'ping'], ms: 100 }],
  bounds: NOTHING_MORE,
  spared: {},
  on: [],
  breaks: 'I9',
  prelude(p) {
    aboutToAccept(readByT1(pushedToAccept(p), 2));
  },
};
