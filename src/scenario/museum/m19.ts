import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { established, handshake, late } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const M19: MuseumWorld = {
  id: 'M19',
  title: 'The handler stops at an error',
  trouble: 'The rest of the inbox waits for the next push.',
  fix: '9b5f11cd3',
  threads: 1,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [...handshake(0, 0), late(0, 0), late(0, 1)],
  bounds: { ...NOTHING_MORE, deliver: [2, 3], allocationFailures: 1 },
  spared: {},
  on: ['I16'],
  breaks: 'I16',
  prelude(p) {
    established(p, 0, 2);
  },
};
