import { setTidAffinity } from '../../haproxy/proc/rebind.ts';
import { processTimer } from '../../haproxy/proc/timers.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, late, pushedToAccept, sentAfter } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const M33: MuseumWorld = {
  id: 'M33',
  title: 'Killed twice, and the second time too late',
  trouble:
    'A probe is due when the mux’s first send fails: the connection is killed, and its idle task, which finds the mux still in use, frees itself. Then the probe fails too, and the kill wakes a task that is gone.',
  fix: '756b3c5f7',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  settings: { muxStays: true, runqueueDepth: 1 },
  sends: [sentAfter(0, false), sentAfter(1, true)],
  datagrams: [...handshake(0, 0), late(0, 0), late(0, 1)],
  bounds: { ...NOTHING_MORE, socketFailures: 2 },
  spared: {},
  on: [],
  breaks: 'segmentation fault: a NULL pointer',
  /**
   * A datagram has finished the move, and T1’s loss timer is about to wake the I/O. Before that stand T1’s accept and a datagram for its handler;
   * of each class T1 calls one a round.
   */
  prelude(p) {
    aboutToAccept(pushedToAccept(p)).stepTo(0, setTidAffinity, 'S15');
    p.choose({ kind: 'deliver', dgram: 2 }).sleep(1);
    p.choose({ kind: 'expire-timer', conn: 0, timer: 'loss' }).stepTo(1, processTimer, '5');
    p.sleep(0).choose({ kind: 'deliver', dgram: 3 }).sleep(0);
  },
};
