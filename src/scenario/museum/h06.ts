import { listenerAccept } from '../../haproxy/proc/listener-accept.ts';
import { commitRebind } from '../../haproxy/proc/rebind-commit.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import type { MuseumWorld } from './world.ts';

export const H06: MuseumWorld = {
  id: 'H06',
  title: 'One less than none',
  trouble:
    'The new thread, of the other group, is at work on its ring already, and the connection ends there before the old thread has moved its count: for that time the listener of that group counts -1.',
  hypothesis: {
    cure: 'H06',
    standing: 'seen in the model, not confirmed in HAProxy',
    rescue: 'The old thread’s next two steps: then both counts are right again.',
    confirm:
      'A build whose old thread is held between the push and the move of the count, with a bind maxconn: an accept on the other group’s listener takes -1 for a very large number, and goes round once for nothing.',
  },
  threads: 2,
  threadGroups: 2,
  conns: 2,
  socketOwner: 'listener',
  settings: { rejects: true },
  datagrams: [
    { conn: 0, packets: ['hello'], ms: 100 },
    { conn: 1, packets: ['hello'], ms: 101 },
    { conn: 0, packets: ['finished'], ms: 102 },
    { conn: 1, packets: ['finished'], ms: 103 },
  ],
  bounds: NOTHING_MORE,
  spared: {},
  on: ['F-R14'],
  breaks: 'F-R14',
  /**
   * T0, of the first group, has pushed one connection to T1, of the second, moved its count and woken T1, which has not run yet; another has just been
   * handed over, and is about to be put into the ring behind it.
   */
  prelude(p) {
    p.choose({ kind: 'accept-target', conn: 0, tid: 1 }).choose({ kind: 'accept-target', conn: 1, tid: 1 });
    for (const d of [0, 1]) p.choose({ kind: 'deliver', dgram: d, tid: 0 }).sleep(0).sleep(1);
    p.choose({ kind: 'deliver', dgram: 2, tid: 0 }).choose({ kind: 'deliver', dgram: 3, tid: 0 }).sleep(1);
    p.stepTo(0, listenerAccept, '8').stepTo(0, listenerAccept, '4').stepTo(0, commitRebind, 'K2');
  },
};
