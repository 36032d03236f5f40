import { runPollLoop } from '../../haproxy/proc/runloop.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, late, pushedToAccept } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const X15: MuseumWorld = {
  id: 'X15',
  title: 'A thread says that it sleeps after its last look',
  trouble: 'What was pushed in between wakes nobody.',
  mutation: 'X15',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: NOTHING_MORE,
  spared: {},
  on: [],
  breaks: 'I16',
  prelude(p) {
    pushedToAccept(p).choose({ kind: 'deliver', dgram: 2 }).stepTo(1, runPollLoop, '10');
    aboutToAccept(p);
  },
};
