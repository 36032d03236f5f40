import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { established, handshake, late, readByT1 } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const M04: MuseumWorld = {
  id: 'M04',
  title: 'Nothing restarts on the new thread',
  trouble: 'The killed tasklet takes its wake-up with it, and nobody queues the new timers.',
  fix: '739de3f11',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: { ...NOTHING_MORE, rebinds: [[0, 1]] },
  spared: {},
  on: ['I15', 'I18'],
  breaks: 'I15',
  /** The connection is established on T0, and a datagram of it waits in T0’s inbox. */
  prelude(p) {
    readByT1(established(p, 0, 2), 2);
  },
};
