import { acceptRun } from '../../haproxy/proc/accept.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import type { MuseumWorld } from './world.ts';

export const M08: MuseumWorld = {
  id: 'M08',
  title: 'The accept ring is full after the rebind',
  trouble:
    'The connection belongs to the new thread already when its ring turns out to be full, and is accepted on the old one.',
  fix: '95f624540',
  threads: 2,
  conns: 2,
  socketOwner: 'listener',
  ringSize: 2,
  datagrams: [
    { conn: 0, packets: ['hello'], ms: 100 },
    { conn: 1, packets: ['hello'], ms: 101 },
    { conn: 0, packets: ['finished'], ms: 102 },
    { conn: 1, packets: ['finished'], ms: 103 },
  ],
  bounds: NOTHING_MORE,
  spared: {
    I1: 'The old thread going on inside a connection of the new one is the bug itself; this world goes on to HAProxy’s assertion.',
    owner: 'The same, seen from the words it touches.',
  },
  unspared: 'I1',
  on: [],
  breaks: 'task->tid != tid',
  /** Both wait on T0 to be accepted, both will go to T1. */
  prelude(p) {
    p.choose({ kind: 'accept-target', conn: 0, tid: 1 }).choose({ kind: 'accept-target', conn: 1, tid: 1 });
    for (const d of [0, 1]) p.choose({ kind: 'deliver', dgram: d }).sleep(0).sleep(1);
    p.choose({ kind: 'deliver', dgram: 2 }).choose({ kind: 'deliver', dgram: 3 }).sleep(1);
    p.stepTo(0, acceptRun, '1');
  },
};
