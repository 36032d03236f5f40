import { commitRebind } from '../../haproxy/proc/rebind-commit.ts';
import { processRunnable } from '../../haproxy/proc/run-tasks.ts';
import { taskletWakeup } from '../../haproxy/proc/task.ts';
import { H11 } from './h11.ts';
import { aboutToAccept, pushedToAccept } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const H11b: MuseumWorld = {
  ...H11,
  id: 'H11b',
  title: 'A first request that waits, up to 3.4-dev7',
  trouble:
    'As H11, and sooner: what a datagram wakes runs right behind its handler, in front of the accept that is queued already. From 9852d5be2 on it waits in class NORMAL, and the accept comes first.',
  hypothesis: {
    until: '9852d5be2',
    standing: 'seen in the model, not confirmed in HAProxy',
    rescue: H11.hypothesis!.rescue,
    confirm:
      'First requests of a build before 3.4-dev8 under load: how many of them take a round trip and the client’s ack delay longer, beside one of 3.4-dev8.',
  },
  bounds: { ...H11.bounds, deliver: [] },
  /** T1 has the client’s first request for its handler, and behind it the accept, of which T0 is about to tell it. */
  prelude(p) {
    aboutToAccept(pushedToAccept(p)).stepTo(0, commitRebind, 'K2');
    p.choose({ kind: 'deliver', dgram: 2 }).stepTo(1, processRunnable, '1').stepTo(0, taskletWakeup, '3');
  },
};
