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
  bounds: { ...NOTHING_MORE, deliver: [2] },
  off: ['I1', 'I6', 'owner', 'race'],
  on: [],
  breaks: [
    'I5',
    'I6',
    'I8',
    'I10',
    'poison',
    '!(qc->flags & (1U << 10))',
    'task->tid != tid',
    'state & 0x00000020',
  ],
  prelude(p) {
    aboutToAccept(pushedToAccept(p));
  },
};
