import { commitRebind } from '../../haproxy/proc/rebind-commit.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, late, pushedToAccept } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const H16: MuseumWorld = {
  id: 'H16',
  title: 'An error before there is a session',
  trouble:
    'A datagram has finished the move, and the new thread sends before the connection’s session has begun. The send fails, a mux is made to be told, and that needs the session: HAProxy crashes.',
  hypothesis: {
    cure: 'H16',
    standing: 'confirmed on a build of our own, order forced',
    rescue: 'Nothing: the process is gone, with every connection that it had.',
    confirm:
      'A build of 50872daa6 whose old thread is held between handing over and waking the new one, while sends fail with EPERM: a segmentation fault in conn_complete_session, in each of three runs; without the pause none in twelve connections.',
  },
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  furtherCids: true,
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: { ...NOTHING_MORE, deliver: [2], socketFailures: 1 },
  spared: {},
  on: [],
  breaks: 'segmentation fault: conn->owner is NULL',
  /** T0 has just handed the connection over to T1, and will put it into its ring. A datagram of it is on its way. */
  prelude(p) {
    aboutToAccept(pushedToAccept(p)).stepTo(0, commitRebind, 'K2');
  },
};
