import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, pushedToAccept } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const M24: MuseumWorld = {
  id: 'M24',
  title: 'Killed, freed, and still counted',
  trouble:
    'The old thread frees the two timer tasks of a connection that has moved, and counts them on: with each rebind it may run two tasks less.',
  fix: '45e83e8e8',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: handshake(0, 0),
  bounds: NOTHING_MORE,
  spared: {},
  on: ['I22'],
  breaks: 'I22',
  /** The handshake is over on T0, which is about to accept the connection for T1. */
  prelude(p) {
    aboutToAccept(pushedToAccept(p));
  },
};
