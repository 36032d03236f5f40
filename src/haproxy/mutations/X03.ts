import { setTidAffinity } from '../proc/rebind.ts';
import { edge, type Mutation, move } from '../step/patch.ts';

const p = setTidAffinity;

export const X03: Mutation = {
  id: 'X03',
  title: 'no allocation ahead: memory can run out midway',
  requires: ['25174d51e'],
  forms: [
    {
      ops: [
        move(p, 'S1.2', 'after', 'S5.1'),
        move(p, 'S1.3', 'before', 'S7'),
        edge(p, 'S1.2', 'none', 'S-err.3'),
        edge(p, 'S1.3', 'none', 'S-err.3'),
      ],
    },
  ],
};
