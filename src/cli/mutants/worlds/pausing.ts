/** Worlds in which the listener pauses for lack of memory, and is let go on. */
import { fdUpdateEvents } from '../../../haproxy/proc/fd.ts';
import { listenerAccept } from '../../../haproxy/proc/listener-accept.ts';
import { globalQueue, limitListener, relaxListener } from '../../../haproxy/proc/listener-limit.ts';
import { wakeExpired } from '../../../haproxy/proc/runloop.ts';
import { listenerRelease } from '../../../haproxy/proc/session-end.ts';
import { NOTHING_MORE } from '../../../machine/explore/bounds.ts';
import type { Prelude } from '../../../scenario/museum/prelude.ts';
import { handshake } from '../../../scenario/museum/ways.ts';
import { bothAt, hello, type OwnWorld } from './own.ts';

/** T0 is to accept the connection whose handshake comes next, runs out of memory, pauses the listener and sleeps. */
function paused(p: Prelude, dgram = 0): Prelude {
  p.choose({ kind: 'deliver', dgram, tid: 0 }).sleep(0);
  p.choose({ kind: 'deliver', dgram: dgram + 1, tid: 0 }).stepTo(0, listenerAccept, '3');
  return p.choose({ kind: 'fail-allocation', n: 1 }).sleep(0);
}

export const PAUSING: readonly OwnWorld[] = [
  {
    // Memory is short: T0 puts its connection back and pauses the listener, which goes on when its timer has run out; a client comes meanwhile.
    id: 'the listener pauses',
    conns: 2,
    options: { threads: 1 },
    datagrams: [...handshake(0, 0), hello(1, 100)],
    bounds: { ...NOTHING_MORE, timerFirings: 1, deliver: [2] },
    prelude(p) {
      p.choose({ kind: 'deliver', dgram: 0 }).sleep(0);
      p.choose({ kind: 'deliver', dgram: 1 }).stepTo(0, listenerAccept, '3');
      p.choose({ kind: 'fail-allocation', n: 1 }).stepTo(0, listenerAccept, 'AF3');
    },
  },
  {
    // A session ends on T1, which lets a listener go on that T0 is about to pause.
    id: 'the listener pauses while a session ends',
    conns: 2,
    datagrams: [...handshake(0, 0), ...handshake(1, 100)],
    bounds: { ...NOTHING_MORE, timerFirings: 1 },
    prelude(p) {
      p.choose({ kind: 'accept-target', conn: 0, tid: 1 }).rest(2);
      p.choose({ kind: 'accept-target', conn: 1, tid: 0 });
      p.choose({ kind: 'deliver', dgram: 2, tid: 0 }).sleep(0);
      p.choose({ kind: 'deliver', dgram: 3, tid: 0 }).stepTo(0, listenerAccept, '3');
      p.choose({ kind: 'fail-allocation', n: 1 }).stepTo(0, limitListener, 'L1');
      p.choose({ kind: 'close', conn: 0 }).stepTo(1, listenerRelease, 'LR5');
    },
  },
  {
    // T1's poller and T0's let go of the socket while the listener pauses; T0 is to have it read again.
    id: 'two threads read a listener that has paused',
    conns: 2,
    datagrams: [...handshake(0, 0), hello(1, 100)],
    bounds: { ...NOTHING_MORE, timerFirings: 1 },
    prelude(p) {
      paused(p).choose({ kind: 'deliver', dgram: 2, tid: 1 }).sleep(1).sleep(0);
      p.choose({ kind: 'expire', tid: 0 }).stepTo(0, relaxListener, 'R3');
    },
  },
  {
    // The date of the pause has come for T0 and for T1.
    id: 'the end of a pause comes to two threads',
    conns: 2,
    datagrams: [...handshake(0, 0), hello(1, 100)],
    bounds: NOTHING_MORE,
    prelude(p) {
      paused(p).choose({ kind: 'deliver', dgram: 2, tid: 1 }).sleep(1).sleep(0);
      for (const tid of [0, 1]) p.choose({ kind: 'expire', tid }).stepTo(tid, wakeExpired, '1');
    },
  },
  {
    // T0's timer lets the listener go on, and so does the end of T1's session.
    id: 'two threads let a listener go on',
    conns: 2,
    datagrams: [...handshake(0, 0), ...handshake(1, 100)],
    bounds: NOTHING_MORE,
    prelude(p) {
      p.choose({ kind: 'accept-target', conn: 0, tid: 1 }).rest(2);
      paused(p, 2).choose({ kind: 'expire', tid: 0 }).stepTo(0, globalQueue, 'Q1');
      p.choose({ kind: 'close', conn: 0 }).stepTo(1, listenerRelease, 'LR5');
    },
  },
  {
    // T0 pauses the listener, and its socket has something for T1.
    id: 'a client comes while the listener is being paused',
    conns: 2,
    datagrams: [...handshake(0, 0), hello(1, 100)],
    bounds: NOTHING_MORE,
    prelude(p) {
      p.choose({ kind: 'deliver', dgram: 0, tid: 0 }).sleep(0);
      p.choose({ kind: 'deliver', dgram: 1, tid: 0 }).stepTo(0, listenerAccept, '3');
      p.choose({ kind: 'fail-allocation', n: 1 }).stepTo(0, limitListener, 'L1');
      p.choose({ kind: 'deliver', dgram: 2, tid: 1 }).stepTo(1, fdUpdateEvents, 'g');
    },
  },
  {
    // Each of two threads has a connection that waits, and no memory for it.
    id: 'two threads run out of memory at once',
    conns: 2,
    datagrams: [...handshake(0, 0), ...handshake(1, 100)],
    bounds: NOTHING_MORE,
    prelude(p) {
      bothAt(p, '3');
      for (const tid of [0, 1])
        p.choose({ kind: 'fail-allocation', n: 1 }).stepTo(tid, listenerAccept, 'AF3');
    },
  },
  {
    // T1 runs the task that lets the listener go on, which T0 has given its next date meanwhile: that has come.
    id: 'the end of a pause comes while the one before is told',
    // A task of the group that has run is asked for its date without the lock of the timers (docs/fidelity.md).
    breaks: ['race a task (task.expire)'],
    conns: 2,
    datagrams: [...handshake(0, 0), ...handshake(1, 100)],
    bounds: NOTHING_MORE,
    prelude(p) {
      paused(p).choose({ kind: 'deliver', dgram: 2, tid: 1 }).sleep(1).choose({ kind: 'expire', tid: 1 });
      p.stepTo(1, globalQueue, 'Q2').stepTo(1, globalQueue, 'Q1');
      p.choose({ kind: 'deliver', dgram: 3, tid: 0 }).stepTo(0, listenerAccept, '3');
      p.choose({ kind: 'fail-allocation', n: 1 }).sleep(0);
      p.choose({ kind: 'expire', tid: 0 }).stepTo(0, wakeExpired, '1');
    },
  },
];
