import { dgramDispatch } from '../../haproxy/proc/dispatch.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import type { MuseumWorld } from './world.ts';

export const M17: MuseumWorld = {
  id: 'M17',
  title: 'The loser of a race waits for itself',
  trouble: 'It releases its connection while it holds the lock that the release wants.',
  fix: '123181096',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [
    { conn: 0, packets: ['hello'], ms: 0 },
    { conn: 0, packets: ['hello'], ms: 1 },
  ],
  bounds: NOTHING_MORE,
  spared: {},
  on: [],
  breaks: 'deadlock',
  /** Each thread has read one Initial of the same client. */
  prelude(p) {
    p.choose({ kind: 'deliver', dgram: 0 }).stepTo(0, dgramDispatch, '7');
    p.choose({ kind: 'deliver', dgram: 1 }).stepTo(1, dgramDispatch, '7');
  },
};
