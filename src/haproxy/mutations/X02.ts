import { setTidAffinity } from '../proc/rebind.ts';
import { commitRebind } from '../proc/rebind-commit.ts';
import { type Mutation, move } from '../step/patch.ts';

export const X02: Mutation = {
  id: 'X02',
  title: 'tid is stored first',
  requires: ['25174d51e'],
  forms: [
    { ops: [move(setTidAffinity, 'S14', 'after', 'S1.3')] },
    { from: '95f624540', ops: [move(commitRebind, 'S14', 'after', 'S1.3', setTidAffinity)] },
  ],
};
