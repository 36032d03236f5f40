import { connSockFdIocb } from '../../haproxy/proc/own-socket.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { established, handshake, late } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const M38: MuseumWorld = {
  id: 'M38',
  title: 'The client is gone, and its socket says so in vain',
  trouble:
    'A read of the connection’s own socket fails because nobody listens at the client’s any more. That counts as nothing to read, and nobody asks to read again.',
  fix: '197424052',
  threads: 1,
  conns: 1,
  socketOwner: 'connection',
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: { ...NOTHING_MORE, socketFailures: 1 },
  spared: {},
  on: ['F-R4s', 'I11b'],
  breaks: 'F-R4s',
  /** Established; T0 has been told that its socket has something, and is about to wake its I/O. */
  prelude(p) {
    established(p, 0, 2).choose({ kind: 'deliver', dgram: 2 }).stepTo(0, connSockFdIocb, '1');
  },
};
