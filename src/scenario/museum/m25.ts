import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, pushedToAccept } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const M25: MuseumWorld = {
  id: 'M25',
  title: 'Counted up here, down there',
  trouble:
    'A connection goes to a thread of the other group. It was counted on the listener that accepted it, and its end is counted on the other one.',
  fix: 'f1064c738',
  threads: 2,
  threadGroups: 2,
  conns: 1,
  socketOwner: 'listener',
  // So that the session ends: a listener is released as where it ends by itself.
  settings: { rejects: true },
  datagrams: handshake(0, 0),
  bounds: NOTHING_MORE,
  spared: {},
  on: ['I22'],
  breaks: 'I22',
  /** The handshake is over on T0, of the first group, which is about to accept the connection for T1, of the second. */
  prelude(p) {
    aboutToAccept(pushedToAccept(p));
  },
};
