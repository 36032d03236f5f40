import { dgramParse } from '../proc/dgram.ts';
import { type Mutation, remove } from '../step/patch.ts';

export const X11: Mutation = {
  id: 'X11',
  title: 'a redispatch does not wake the owner',
  requires: ['25174d51e'],
  forms: [{ ops: [...remove(dgramParse, '3c')] }],
};
