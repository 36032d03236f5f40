import { retrieveFromCid } from '../proc/retrieve.ts';
import { type Mutation, remove } from '../step/patch.ts';

export const X01: Mutation = {
  id: 'X01',
  title: 'no second look at tid when a connection is retrieved',
  requires: ['25174d51e'],
  forms: [{ ops: [...remove(retrieveFromCid, '5')] }],
};
