import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, pushedToAccept } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const X03: MuseumWorld = {
  id: 'X03',
  title: 'No allocation ahead',
  trouble: 'Memory runs out midway, and the connection stays with timers of another thread.',
  mutation: 'X03',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: handshake(0, 0),
  bounds: { ...NOTHING_MORE, allocationFailures: 1 },
  spared: {},
  on: [],
  breaks: 'I11',
  prelude(p) {
    aboutToAccept(pushedToAccept(p));
  },
};
