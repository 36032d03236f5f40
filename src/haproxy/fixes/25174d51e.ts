import type { Fix } from '../step/patch.ts';

/** The seed: what `proc/` holds. Nothing is changed by it. */
export const F25174d51e: Fix = {
  id: '25174d51e',
  date: '2023-04-18',
  version: '2.8-dev8',
  bug: '',
  title: 'thread affinity rebinding (the seed)',
  sentence:
    'A connection can be moved to another thread while it lives: its timers, its I/O tasklet, its socket, its place in a thread’s list and the tid of its CID. Nobody calls it yet.',
  requires: [],
  ops: [],
};
