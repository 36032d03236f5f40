import { getCidTid } from '../../haproxy/proc/cid-owner.ts';
import { connIoCb } from '../../haproxy/proc/io.ts';
import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { placeOf } from './prelude.ts';
import type { MuseumWorld } from './world.ts';

/** After the fix the second run waits for the first, and still is on a thread that does not own the connection. */
const FOREIGN = 'a thread that runs what it does not own, before its fix and with it: the fix is about when';

export const M31: MuseumWorld = {
  id: 'M31',
  title: 'One tasklet on two threads',
  trouble:
    'A thread wakes the I/O tasklet of another’s connection, which is bound to no thread yet and so goes into its own list; it runs there while the owner still runs it.',
  fix: '9240cd4a2',
  mutation: 'X26',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [
    { conn: 0, packets: ['hello'], ms: 0 },
    { conn: 0, packets: ['handshake ping'], ms: 100, from: 1 },
  ],
  bounds: NOTHING_MORE,
  spared: { I1: FOREIGN, owner: FOREIGN },
  unspared: 'I1',
  on: [],
  breaks: 'F-R10',
  /** T0 runs the I/O of its connection, and has read its Initial; T1 has looked a datagram’s CID up, which comes from a wrong address and will be dropped. */
  prelude(p) {
    const sends = placeOf(p.x, connIoCb, '11');
    p.until((x) => x.at(0) === sends).sleep(1);
    p.choose({ kind: 'deliver', dgram: 1 }).stepTo(1, getCidTid, '2w');
  },
};
