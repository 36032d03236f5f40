import { dgramParse } from '../../haproxy/proc/dgram.ts';
import { dgramDispatch } from '../../haproxy/proc/dispatch.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, late, pushedToAccept, readByT1 } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const X05: MuseumWorld = {
  id: 'X05',
  title: 'An inbox is a plain list',
  trouble: 'Two threads append to one inbox at once, and a datagram is lost.',
  mutation: 'X05',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [...handshake(0, 0), late(0, 0), late(0, 1)],
  bounds: NOTHING_MORE,
  spared: {},
  on: [],
  breaks: 'I9',
  /** The connection has gone to T1; T0 is about to pass a datagram on to it, and T1 has read another one. */
  prelude(p) {
    aboutToAccept(readByT1(pushedToAccept(p), 2));
    p.stepTo(0, dgramParse, '3').sleep(1);
    p.choose({ kind: 'deliver', dgram: 3 }).stepTo(1, dgramDispatch, '3');
  },
};
