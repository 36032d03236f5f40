import { sessionAcceptFd } from '../../haproxy/proc/session.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { placeOf } from './prelude.ts';
import { handshake, late } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const M32: MuseumWorld = {
  id: 'M32',
  title: 'The owner of no socket',
  trouble:
    'A connection that reads from the listener’s socket closes. What is left of it is entered as the owner of its own socket, which there is none of: the entry lies in front of the table.',
  fix: '2dedbe76c',
  threads: 1,
  conns: 1,
  socketOwner: 'listener',
  settings: { rejects: true },
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: { ...NOTHING_MORE, deliver: [2] },
  spared: {},
  on: ['F-R13'],
  breaks: 'F-R13',
  /** A rule rejects the session. */
  prelude(p) {
    const begins = placeOf(p.x, sessionAcceptFd, 'r1');
    p.until((x) => x.at(0) === begins);
  },
};
