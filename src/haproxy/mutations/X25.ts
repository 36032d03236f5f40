import { setTidAffinity } from '../proc/rebind.ts';
import { type Mutation, remove } from '../step/patch.ts';

export const X25: Mutation = {
  id: 'X25',
  title: 'the idle expiry is not carried over',
  requires: ['25174d51e'],
  forms: [{ ops: [...remove(setTidAffinity, 'S3')] }],
};
