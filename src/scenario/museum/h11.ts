import { commitRebind } from '../../haproxy/proc/rebind-commit.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, late, pushedToAccept } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const H11: MuseumWorld = {
  id: 'H11',
  title: 'A first request that waits',
  trouble:
    'A datagram has finished the move, and is read before there is a mux: its packet is kept, and what was due after the handshake is done. So the session, when it begins, sees nothing to wake the I/O for.',
  hypothesis: {
    cure: 'H11',
    standing: 'confirmed on a build of our own, order forced',
    rescue:
      'The client’s acknowledgement of the post-handshake frames, a round trip later, or the loss timer: it is a delay. This world keeps those frames back, so that nothing rescues it.',
    confirm:
      'A build of 50872daa6 whose old thread is held for 2 ms between the push and the wake of the new one: 18 of 100 first requests took a round trip and the client’s ack delay longer; with the I/O woken always, none of 100.',
  },
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: { ...NOTHING_MORE, deliver: [2] },
  spared: {},
  on: ['F-R4m'],
  breaks: 'F-R4m',
  /** T0 has just handed the connection over to T1, and will put it into its ring. Its client’s first request is on its way. */
  prelude(p) {
    aboutToAccept(pushedToAccept(p)).stepTo(0, commitRebind, 'K2');
  },
};
