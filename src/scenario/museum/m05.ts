import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, late, pushedToAccept } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const M05: MuseumWorld = {
  id: 'M05',
  title: 'Rejected before it is adopted',
  trouble:
    'A rule rejects the connection before finalize, it closes, and the next datagram finalizes a closing connection.',
  fix: 'a8968701c',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  settings: { rejects: true },
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: { ...NOTHING_MORE, deliver: [2] },
  spared: {
    I6: 'Waking what is not finalized is how the bug begins; this world goes on to where HAProxy stops.',
  },
  unspared: 'I6',
  on: [],
  breaks: 'qc->flags & ((1U << 29)|(1U << 30))',
  /** T0 has put the connection into T1’s ring, woken T1 and gone to sleep. */
  prelude(p) {
    aboutToAccept(pushedToAccept(p)).sleep(0);
  },
};
