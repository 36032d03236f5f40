import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import type { MuseumWorld } from './world.ts';

export const M10: MuseumWorld = {
  id: 'M10',
  title: 'A CID that leads to no connection',
  trouble: 'The next datagram of that client is passed on to the same thread for ever.',
  fix: '4ae29be18',
  threads: 1,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [
    { conn: 0, packets: ['hello'], ms: 0 },
    { conn: 0, packets: ['hello'], ms: 1 },
  ],
  bounds: { ...NOTHING_MORE, deliver: [0, 1], allocationFailures: 1 },
  spared: {},
  on: ['I14', 'I27'],
  breaks: 'I27',
  prelude(p) {
    p.sleep(0);
  },
};
