import { acceptPushQc } from '../../haproxy/proc/accept.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { placeOf } from './prelude.ts';
import { handshake, late } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const H15: MuseumWorld = {
  id: 'H15',
  title: 'A connection limit stops datagrams',
  trouble:
    'The listener takes one connection. Once it is accepted the next round finds the listener full, and what HAProxy stops reading then is the socket that this very connection’s datagrams come by.',
  hypothesis: {
    cure: 'H15',
    standing: 'confirmed on a build of our own',
    rescue:
      'A timer that ends one of its sessions, such as the idle timeout. A client’s CONNECTION_CLOSE is not read either. With sockets of their own connections go on, and only new clients wait.',
    confirm:
      'A build of 50872daa6 with a bind of maxconn 1, a backlog of 100 and the listener’s socket for all: of one client’s two requests 200 ms apart the first was answered in 1 ms, the second never; without maxconn both were, in 1 ms.',
  },
  threads: 1,
  conns: 1,
  socketOwner: 'listener',
  settings: { maxconn: 1 },
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: { ...NOTHING_MORE, deliver: [2] },
  spared: {},
  on: ['F-R4s'],
  breaks: 'F-R4s',
  /** The thread has just pushed the connection to be accepted. Its next datagram is on its way. */
  prelude(p) {
    const pushed = placeOf(p.x, acceptPushQc, '5');
    p.until((x) => x.at(0) === pushed);
  },
};
