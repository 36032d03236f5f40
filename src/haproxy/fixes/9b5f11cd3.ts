import type { Fix } from '../step/patch.ts';
import { parse } from './9b5f11cd3-parse.ts';
import { read } from './9b5f11cd3-read.ts';
import { sockets } from './9b5f11cd3-sockets.ts';
import { write } from './9b5f11cd3-write.ts';

/** Where the descriptor of what a connection's own socket reads lies from here on is not known to us: it is allocated as before. */
export const F9b5f11cd3: Fix = {
  id: '9b5f11cd3',
  date: '2026-04-30',
  version: '3.4-dev11',
  bug: 'M19',
  title: 'one byte ring of datagrams a thread',
  sentence:
    'Datagrams are copied into a byte ring of their owner’s thread, which goes on after an error and at its batch limit wakes itself without looking; before, they lay in receive buffers of the listener with a list of descriptors for each thread, and an error left the rest of the inbox waiting until another one was pushed.',
  requires: ['a65dd3a2c', '76d502588', 'f59635c49'],
  ops: [...write, ...read, ...sockets, ...parse],
};
