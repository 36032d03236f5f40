import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import type { MuseumWorld } from './world.ts';

export const M16: MuseumWorld = {
  id: 'M16',
  title: 'A first flight is looked up by the wrong key',
  trouble: 'A client’s second Initial goes to the thread that received it, which passes it on.',
  fix: '7cab3a3c3',
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [
    { conn: 0, packets: ['hello'], ms: 0 },
    { conn: 0, packets: ['hello'], ms: 100 },
  ],
  bounds: { ...NOTHING_MORE, deliver: [1], allocationFailures: 1 },
  spared: {},
  on: ['F-R6'],
  breaks: 'F-R6',
  /** The handshake has begun on T0; the client sends its Initial once more, any thread may receive it, and memory may be short. */
  prelude(p) {
    p.rest(1);
  },
};
