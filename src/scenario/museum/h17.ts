import { QC } from '../../haproxy/model/flags.ts';
import { QuicConn } from '../../haproxy/model/layouts.ts';
import { connAppIoCb } from '../../haproxy/proc/io.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { placeOf } from './prelude.ts';
import { handshake, late } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const H17: MuseumWorld = {
  id: 'H17',
  title: 'Asked to say goodbye again',
  trouble:
    'The client sends on after the CONNECTION_CLOSE, which it may have missed. What is left of the connection notes that it is to be repeated, and nobody wakes what would do it.',
  hypothesis: {
    cure: 'H17',
    standing: 'seen in the model, not confirmed in HAProxy',
    rescue:
      'Nothing repeats it. A client that has missed it waits for its own timeout, or gets a stateless reset once the closed object is gone, after a second at most.',
    confirm:
      'A build of 50872daa6 whose first CONNECTION_CLOSE is dropped on its way to a client that sends on: its datagrams with one, counted. None but the first would confirm it.',
  },
  threads: 1,
  conns: 1,
  socketOwner: 'listener',
  settings: { rejects: true },
  datagrams: [...handshake(0, 0), late(0, 0)],
  bounds: { ...NOTHING_MORE, deliver: [2], timerFirings: 1 },
  spared: {},
  on: ['F-R9c'],
  breaks: 'F-R9c',
  /** A rule has rejected the session; the CONNECTION_CLOSE has just left, and the connection is about to be released. */
  prelude(p) {
    const leaves = placeOf(p.x, connAppIoCb, 'clc');
    p.until(
      (x) =>
        x.at(0) === leaves &&
        x.findConn(0) !== 0 &&
        (x.m.ld(x.findConn(0) + QuicConn.flags) & QC.CLOSING) !== 0,
    );
  },
};
