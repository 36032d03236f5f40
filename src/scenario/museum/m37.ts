import { acceptQueueProcess } from '../../haproxy/proc/accept.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import type { MuseumWorld } from './world.ts';

export const M37: MuseumWorld = {
  id: 'M37',
  title: 'The accept ring says full while it is empty',
  trouble:
    'Who pushes reads the tail and then the head; between the two another pushes and the new thread pops, and the ring looks full.',
  fix: 'e6f5ab5af',
  threads: 3,
  conns: 2,
  socketOwner: 'listener',
  // Two fit in it: it is never full with two connections.
  ringSize: 3,
  datagrams: [
    { conn: 0, packets: ['hello'], ms: 100 },
    { conn: 1, packets: ['hello'], ms: 101 },
    { conn: 0, packets: ['finished'], ms: 102 },
    { conn: 1, packets: ['finished'], ms: 103 },
  ],
  bounds: NOTHING_MORE,
  spared: {
    I1: 'The old thread going on inside a connection of the new one is what the answer leads to; this world goes on to HAProxy’s assertion.',
    owner: 'The same, seen from the words it touches.',
  },
  unspared: 'I1',
  on: [],
  breaks: 'task->tid != tid',
  /** T0 has read where T1’s ring ends; T2 has pushed a connection there meanwhile, and T1 is taking it out. */
  prelude(p) {
    p.choose({ kind: 'accept-target', conn: 0, tid: 1 }).choose({ kind: 'accept-target', conn: 1, tid: 1 });
    p.choose({ kind: 'deliver', dgram: 0 }).sleep(0).sleep(1).sleep(2);
    p.choose({ kind: 'deliver', dgram: 1 }).sleep(2).sleep(0).sleep(1);
    p.choose({ kind: 'deliver', dgram: 2 })
      .sleep(1)
      .stepToRole(0, 'ringPush')
      .choose({ kind: 'step', tid: 0 });
    p.choose({ kind: 'deliver', dgram: 3 }).sleep(1).stepToRole(2, 'ringPush').sleep(2);
    p.stepTo(1, acceptQueueProcess, '2');
  },
};
