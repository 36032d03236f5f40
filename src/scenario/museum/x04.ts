import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { established, handshake, late, readByT1 } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const X04: MuseumWorld = {
  id: 'X04',
  title: 'The queued I/O tasklet is freed at once',
  trouble: 'It still stands in the old thread’s list.',
  mutation: 'X04',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: { ...NOTHING_MORE, rebinds: [[0, 1]] },
  spared: {},
  on: [],
  breaks: 'I9',
  prelude(p) {
    readByT1(established(p, 0, 2), 2);
  },
};
