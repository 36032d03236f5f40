/** Worlds in which a thread writes datagrams for another one, which goes to sleep or reads. */
import { strideOf } from '../../../haproxy/lib/mpring.ts';
import { N } from '../../../haproxy/model/flags.ts';
import { Mpring } from '../../../haproxy/model/layouts.ts';
import { dgramWrite } from '../../../haproxy/proc/dgram-write.ts';
import { lstnrDghdlr } from '../../../haproxy/proc/dispatch.ts';
import { runPollLoop } from '../../../haproxy/proc/runloop.ts';
import { taskletWakeup } from '../../../haproxy/proc/task.ts';
import { NOTHING_MORE } from '../../../machine/explore/bounds.ts';
import type { Prelude } from '../../../scenario/museum/prelude.ts';
import { established, handshake, late } from '../../../scenario/museum/ways.ts';
import type { OwnWorld } from './own.ts';

/** Before its end T0's byte ring has room for so many bytes, and for what is padding then. */
function leaveRoom({ x }: Prelude, bytes: number): void {
  for (const end of [Mpring.head, Mpring.tail]) x.m.ast(x.W.mpring(0) + end, N.MPRING - 8 - bytes);
}

export const WRITING: readonly OwnWorld[] = [
  {
    // T1 writes a datagram for T0, which sleeps, over the end of its byte ring.
    id: 'a datagram is written for one who sleeps',
    conns: 1,
    datagrams: [...handshake(0, 0), late(0, 0)],
    bounds: NOTHING_MORE,
    prelude(p) {
      leaveRoom(established(p, 0, 2), 0);
      p.choose({ kind: 'deliver', dgram: 2, tid: 1 }).stepTo(1, dgramWrite, 'W5');
    },
  },
  {
    // T1 writes a second datagram for T0 over the end of its byte ring, and T0 reads the first.
    id: 'a datagram is written over the end of a ring',
    conns: 1,
    datagrams: [...handshake(0, 0), late(0, 0), late(0, 1)],
    bounds: NOTHING_MORE,
    prelude(p) {
      leaveRoom(established(p, 0, 2), strideOf(p.x.W.consts.datagrams.length[2]!));
      p.choose({ kind: 'deliver', dgram: 2, tid: 1 }).sleep(1);
      p.choose({ kind: 'deliver', dgram: 3, tid: 1 }).stepTo(1, dgramWrite, 'W5');
    },
  },
  {
    // T1 has queued T0's handler and not yet said so, and T0 has run it and goes to sleep; T1 writes the next datagram for it.
    id: 'one who goes to sleep is woken twice',
    conns: 1,
    datagrams: [...handshake(0, 0), late(0, 0), late(0, 1), late(0, 2)],
    bounds: NOTHING_MORE,
    prelude(p) {
      established(p, 0, 2).choose({ kind: 'deliver', dgram: 2, tid: 0 }).stepTo(0, lstnrDghdlr, 'Q3');
      p.choose({ kind: 'deliver', dgram: 3, tid: 1 }).stepTo(1, taskletWakeup, '3');
      p.stepTo(0, runPollLoop, '10').stepTo(0, runPollLoop, '5a');
      p.choose({ kind: 'deliver', dgram: 4, tid: 1 });
    },
  },
  {
    // T0 gives back what is padding before the end of its byte ring, and T1 asks whether there is room.
    id: 'the end of a ring is given back',
    conns: 1,
    datagrams: [...handshake(0, 0), late(0, 0), late(0, 1)],
    bounds: NOTHING_MORE,
    prelude(p) {
      leaveRoom(established(p, 0, 2), 0);
      p.choose({ kind: 'deliver', dgram: 2, tid: 1 }).sleep(1);
      p.choose({ kind: 'deliver', dgram: 3, tid: 1 }).stepTo(1, dgramWrite, 'W1');
    },
  },
];
