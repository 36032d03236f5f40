import { pollUntil } from '../lib/tasks.ts';
import { type Fix, inlineAs } from '../step/patch.ts';

export const F55744154b: Fix = {
  id: '55744154b',
  date: '2026-06-24',
  version: '3.5-dev1',
  bug: 'M40',
  title: 'the poller waits until the next timer, and no longer',
  sentence:
    'The poller waits until the date of the next timer; before, a millisecond longer, so that every timer that a sleeping thread waits for ran out too late.',
  requires: ['25174d51e'],
  ops: [inlineAs(pollUntil, (_x, key) => key)],
};
