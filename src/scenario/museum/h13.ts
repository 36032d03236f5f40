import { dgramWrite } from '../../haproxy/proc/dgram-write.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { established, handshake, late } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const H13: MuseumWorld = {
  id: 'H13',
  title: 'The byte ring says full while it is empty',
  trouble:
    'Who writes reads the head and then the tail; between the two another writes two records and their thread gives both back, and the empty ring is taken for full.',
  hypothesis: {
    cure: 'H13',
    standing: 'seen in the model, not confirmed in HAProxy',
    rescue: 'The client sends again what was in the datagram, after its loss timer.',
    confirm:
      'A build with a pause between the two loads: rxbuf_full rises while the threads are idle. HAProxy’s ring by itself, run outside of HAProxy with such a pause, answers “full” with no byte in it.',
  },
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  // So that it is really full at times as well.
  inboxRecords: 1,
  datagrams: [...handshake(0, 0), late(0, 0), late(0, 1), late(0, 2)],
  bounds: { ...NOTHING_MORE, deliver: [4] },
  spared: {},
  on: ['F-R5b'],
  breaks: 'F-R5b',
  /**
   * The connection lives on T0. T1 has received a datagram for it, and read how far T0’s ring is reserved; T0 has received and handled another
   * meanwhile. A third is on its way.
   */
  prelude(p) {
    established(p, 0, 2);
    p.choose({ kind: 'deliver', dgram: 2 }).stepTo(1, dgramWrite, 'W3');
    p.choose({ kind: 'deliver', dgram: 3 }).sleep(0);
  },
};
