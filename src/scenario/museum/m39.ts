import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { established, handshake, late } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const M39: MuseumWorld = {
  id: 'M39',
  title: 'An idle task that has run out, again and again',
  trouble:
    'The idle task has run out, and something still uses the mux: the task goes back to the timers with a date that has passed, and runs in each round of the loop.',
  fix: '7ecf4b34b',
  threads: 1,
  conns: 1,
  socketOwner: 'listener',
  settings: { muxStays: true },
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: { ...NOTHING_MORE, deliver: [2], timerFirings: 2 },
  spared: {},
  on: [],
  breaks: 'I15',
  /** Established; everybody sleeps, and a datagram is on its way. */
  prelude(p) {
    established(p, 0, 2);
  },
};
