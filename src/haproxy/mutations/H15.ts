import { listenerAccept } from '../proc/listener-accept.ts';
import { type Mutation, remove } from '../step/patch.ts';

/** Not HAProxy's: what would end H15. */
export const H15: Mutation = {
  id: 'H15',
  title: 'a listener that is full goes on reading datagrams',
  requires: ['25174d51e'],
  forms: [{ ops: [], limited: remove(listenerAccept, 'FU3') }],
};
