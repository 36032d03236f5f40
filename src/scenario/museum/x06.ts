import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { established, handshake, late } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const X06: MuseumWorld = {
  id: 'X06',
  title: 'Several CIDs, and one moves',
  trouble: 'The other CIDs still lead to the old thread.',
  mutation: 'X06',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  furtherCids: true,
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: { ...NOTHING_MORE, rebinds: [[0, 1]], deliver: [2] },
  spared: {},
  on: [],
  breaks: 'I2',
  /** Established on T0 with two CIDs. Our gate refuses the order, unless the mutation lets it pass. */
  prelude(p) {
    established(p, 0, 2);
  },
};
