import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import type { MuseumWorld } from './world.ts';

export const M12: MuseumWorld = {
  id: 'M12',
  title: 'A CID’s thread is read after the unlock',
  trouble: 'Between the unlock and the read the owner releases the connection and frees the CID.',
  fix: '72267ff35',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [
    { conn: 0, packets: ['hello'], ms: 0 },
    { conn: 0, packets: ['handshake ping'], ms: 100 },
  ],
  bounds: { ...NOTHING_MORE, deliver: [1], timerFirings: 1 },
  spared: {
    race: 'The unlocked read of tid is the bug itself; this world shows it in a freed CID.',
  },
  unspared: 'race',
  on: [],
  breaks: 'poison',
  /** The handshake has begun on T0; its idle timer may run out, and the next datagram is on its way. */
  prelude(p) {
    p.rest(1);
  },
};
