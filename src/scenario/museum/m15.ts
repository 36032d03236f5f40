import { buildPostHandshakeFrames } from '../../haproxy/proc/cids.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { handshake } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const M15: MuseumWorld = {
  id: 'M15',
  title: 'Two equal CIDs',
  trouble:
    'Two connections draw one CID: whose is second announces it all the same, and it is not in the tree.',
  fix: '2623e0a0b',
  threads: 2,
  conns: 2,
  socketOwner: 'listener',
  furtherCids: true,
  sameCids: true,
  datagrams: [...handshake(0, 0), ...handshake(1, 100)],
  bounds: NOTHING_MORE,
  spared: {},
  on: [],
  breaks: 'I2b',
  /** Each thread has a connection whose handshake is complete, and is about to announce a further CID: chance has it that both draw the same. */
  prelude(p) {
    for (const t of [0, 1]) {
      p.choose({ kind: 'accept-target', conn: t, tid: t });
      p.choose({ kind: 'deliver', dgram: 2 * t })
        .sleep(t)
        .sleep(1 - t);
    }
    for (const t of [0, 1])
      p.choose({ kind: 'deliver', dgram: 2 * t + 1 }).stepTo(t, buildPostHandshakeFrames, '1');
  },
};
