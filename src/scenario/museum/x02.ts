import { dgramDispatch } from '../../haproxy/proc/dispatch.ts';
import { setTidAffinity } from '../../haproxy/proc/rebind.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, late, pushedToAccept } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const X02: MuseumWorld = {
  id: 'X02',
  title: 'The new tid is stored first',
  trouble: 'The new thread runs the connection while the old one still takes it apart.',
  mutation: 'X02',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: NOTHING_MORE,
  spared: {
    I1: 'The new thread inside a connection that the old one still takes apart is the mutation itself; this world goes on to HAProxy’s assertion.',
    I6: 'So is what is woken meanwhile.',
    'F-R16': 'So is what it wakes while the old one looks.',
    owner: 'So are the words that both touch.',
    race: 'So is that both touch them at once.',
  },
  unspared: 'I1',
  on: [],
  breaks: '!(qc->flags & (1U << 10))',
  /** T0 is about to rebind the connection to T1; T1 has read a datagram of it. */
  prelude(p) {
    aboutToAccept(pushedToAccept(p)).stepTo(0, setTidAffinity, 'S1.1');
    p.choose({ kind: 'deliver', dgram: 2 }).stepTo(1, dgramDispatch, '3');
  },
};
