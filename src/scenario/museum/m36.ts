import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { late } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const M36: MuseumWorld = {
  id: 'M36',
  title: 'A number of another table',
  trouble:
    'Thread groups have fd tables of their own. A datagram is read in the first group and passed on to the second, where its connection has gone: it is answered by the number of the socket that it was read from, which in this group’s table means another file.',
  fix: '62d6ed440',
  threads: 2,
  threadGroups: 2,
  conns: 1,
  socketOwner: 'listener',
  settings: { ownFdTables: true },
  datagrams: [{ conn: 0, packets: ['hello'], ms: 100 }, late(0, 0)],
  bounds: { ...NOTHING_MORE, deliver: [1], timerFirings: 1 },
  spared: {},
  on: ['F-R13'],
  breaks: 'F-R13',
  /** A client has begun on T1, of the second group, and is waited for. */
  prelude(p) {
    p.choose({ kind: 'deliver', dgram: 0, tid: 1 }).sleep(1).sleep(0);
  },
};
