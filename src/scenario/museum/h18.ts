import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { aboutToAccept, handshake, pushedToAccept } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const H18: MuseumWorld = {
  id: 'H18',
  title: 'A handshake that is counted down elsewhere',
  trouble:
    'A client comes back with early data, so that its connection is accepted before the handshake is over, and goes to a thread of the other group. The handshake was counted on the listener that it began on, and its end is counted on the other, which has none: HAProxy’s assertion stops the process.',
  hypothesis: {
    cure: 'H18',
    standing: 'seen in the model, not confirmed in HAProxy',
    rescue:
      'Another handshake that runs on the other listener just then: its count is taken, until it ends. The first listener counts one too many from there on, and drops every Initial once half its backlog has gone that way.',
    confirm:
      'thread-groups 2, a bind with shards 1, a client that resumes with early data and the token of a NEW_TOKEN frame while no other handshake runs on the second group’s listener: the assertion, when its Finished is read there.',
  },
  threads: 2,
  threadGroups: 2,
  conns: 1,
  socketOwner: 'listener',
  settings: { earlyData: true },
  datagrams: handshake(0, 0),
  bounds: { ...NOTHING_MORE, deliver: [1] },
  spared: {},
  on: [],
  breaks: 'l->rx.quic_curr_handshake == 0',
  /** T0, of the first group, has read the ClientHello and is about to accept the connection for T1, of the second. The client's Finished is on its way. */
  prelude(p) {
    aboutToAccept(pushedToAccept(p));
  },
};
