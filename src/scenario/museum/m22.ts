import { dgramDispatch } from '../../haproxy/proc/dispatch.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { established, handshake, late, readByT1 } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const M22: MuseumWorld = {
  id: 'M22',
  title: 'A retired CID leaves its tree without the lock',
  trouble: 'Another thread walks the tree while it is changed.',
  fix: 'dd58dff1e',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  furtherCids: true,
  datagrams: [...handshake(0, 0), { conn: 0, packets: ['retire 1'], ms: 100 }, late(0, 1)],
  bounds: NOTHING_MORE,
  spared: {},
  on: [],
  breaks: 'race',
  /** T0 has a datagram in its inbox that retires a CID; T1 has read another datagram of the connection. */
  prelude(p) {
    readByT1(established(p, 0, 2), 2);
    p.choose({ kind: 'deliver', dgram: 3 }).stepTo(1, dgramDispatch, '3');
  },
};
