import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import type { MuseumWorld } from './world.ts';

export const M09: MuseumWorld = {
  id: 'M09',
  title: 'Creating a connection fails early',
  trouble: 'The list node of a connection that has just been made points nowhere, and is unlinked.',
  fix: 'd537ca79d',
  threads: 1,
  conns: 1,
  socketOwner: 'listener',
  datagrams: [{ conn: 0, packets: ['hello'], ms: 0 }],
  bounds: { ...NOTHING_MORE, deliver: [0], allocationFailures: 1 },
  spared: {},
  on: [],
  breaks: 'segmentation fault: LIST_DEL of el_th_ctx {NULL, NULL}',
  prelude(p) {
    p.sleep(0);
  },
};
