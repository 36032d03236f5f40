import { dgramParse } from '../../haproxy/proc/dgram.ts';
import { dgramWrite } from '../../haproxy/proc/dgram-write.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, late, pushedToAccept, readByT1 } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const H12: MuseumWorld = {
  id: 'H12',
  title: 'A full inbox, and nobody is told',
  trouble:
    'A datagram that is passed on finds the byte ring of its owner full: it is gone, and no counter moves.',
  hypothesis: {
    cure: 'H12',
    standing: 'seen in the model, not confirmed in HAProxy',
    rescue: 'The client sends again what was in it, after its loss timer.',
    confirm:
      'A build whose new thread is held while its ring fills up and a datagram for it is passed on: the datagram is never handled, and rxbuf_full stands still.',
  },
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  inboxRecords: 1,
  datagrams: [...handshake(0, 0), late(0, 0), late(0, 1)],
  bounds: NOTHING_MORE,
  spared: {},
  on: ['F-R7c'],
  breaks: 'F-R7c',
  /** The connection has gone to T1, which has just written a datagram for it into its ring, and there is no room for another; T0 has one to pass on. */
  prelude(p) {
    aboutToAccept(readByT1(pushedToAccept(p), 2));
    p.stepTo(0, dgramParse, '3').sleep(1);
    p.choose({ kind: 'deliver', dgram: 3 }).stepTo(1, dgramWrite, 'W10');
  },
};
