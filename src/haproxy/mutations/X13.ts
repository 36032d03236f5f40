import { setTidAffinity } from '../proc/rebind.ts';
import { commitRebind } from '../proc/rebind-commit.ts';
import { type Mutation, move } from '../step/patch.ts';

export const X13: Mutation = {
  id: 'X13',
  title: 'the socket moves after the store of tid',
  requires: ['25174d51e'],
  forms: [
    { ops: [move(setTidAffinity, 'S8', 'after', 'S14')] },
    { from: '95f624540', ops: [move(commitRebind, 'S8', 'after', 'S14')] },
  ],
};
