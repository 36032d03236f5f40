import { commitRebind } from '../../haproxy/proc/rebind-commit.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, late, pushedToAccept } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const H02: MuseumWorld = {
  id: 'H02',
  title: 'Polled by its namesake',
  trouble:
    'A connection’s own socket goes to a thread of the other group that has the same number there. polled_mask says already that this thread polls it, so it never does, and the old one stops.',
  hypothesis: {
    cure: 'H02',
    standing: 'seen in the model, not confirmed in HAProxy',
    rescue:
      'The server’s loss timer: I/O that it wakes reads the socket once. Without anything in flight the connection ends by its idle timer.',
    confirm:
      'thread-groups 2, a bind with shards 1, connection sockets, two threads with one number in their groups: show fd has the bit in prmsk, and the new thread’s epoll lacks the fd in /proc/PID/fdinfo.',
  },
  threads: 2,
  threadGroups: 2,
  conns: 1,
  socketOwner: 'connection',
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: { ...NOTHING_MORE, deliver: [2] },
  spared: {},
  on: ['F-R4s'],
  breaks: 'F-R4s',
  /** T0, the first of the first group, has just handed the connection over to T1, the first of the second. A datagram of it is on its way. */
  prelude(p) {
    aboutToAccept(pushedToAccept(p)).stepTo(0, commitRebind, 'K2');
  },
};
