import { lstnrDghdlr } from '../proc/dispatch.ts';
import { type Fix, remove } from '../step/patch.ts';

export const F9b5f11cd3: Fix = {
  id: '9b5f11cd3',
  date: '2026-04-30',
  version: '3.4-dev11',
  bug: 'M19',
  title: 'the datagram handler goes on after an error',
  sentence:
    'The datagram handler goes on to the next datagram after an error, and at its batch limit wakes itself without looking; before, it left the rest of its inbox waiting until another one was pushed.',
  requires: ['25174d51e'],
  ops: [...remove(lstnrDghdlr, '3', '5')],
};
