import { rcvBuf } from '../../haproxy/proc/own-socket.ts';
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
  bounds: { ...NOTHING_MORE, allocationFailures: 1 },
  spared: {},
  on: [],
  breaks: 'new_dgram->buf',
  /** Established; T0 has a descriptor for a datagram that has come, and is about to read it. The next allocation may fail. */
  prelude(p) {
    established(p, 0, 2).choose({ kind: 'deliver', dgram: 2 }).stepTo(0, rcvBuf, '2');
  },
};
