import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { established, handshake, late } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const M18: MuseumWorld = {
  id: 'M18',
  title: 'A datagram is not marked as consumed',
  trouble: 'Without memory for a packet it stays in its buffer, and HAProxy’s own assertion stops it.',
  fix: 'a65dd3a2c',
  threads: 1,
  conns: 1,
  socketOwner: 'connection',
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: { ...NOTHING_MORE, deliver: [2] },
  spared: {},
  on: [],
  breaks: 'new_dgram->buf',
  /** The second allocation from here on fails: the first is the datagram’s descriptor, then comes its packet. */
  prelude(p) {
    established(p, 0, 2).choose({ kind: 'fail-allocation', n: 2 });
  },
};
