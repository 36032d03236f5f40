import { idleFor, keptOpen, pto } from '../lib/idle.ts';
import { N, QC } from '../model/flags.ts';
import { QuicConn } from '../model/layouts.ts';
import { type Fix, inlineAs } from '../step/patch.ts';

export const Ffe29dba87: Fix = {
  id: 'fe29dba87',
  date: '2023-10-26',
  version: '2.9-dev9',
  bug: '',
  title: 'a connection that closes lives for a second at most',
  sentence:
    'A connection that closes or drains is kept for three probe timeouts, and a second at most; before, as long as an open one that is idle.',
  requires: ['25174d51e'],
  ops: [
    inlineAs(idleFor, (x, qc) =>
      x.ld(qc, QuicConn.flags) & (QC.CLOSING | QC.DRAINING)
        ? Math.min(3 * pto(x, qc), N.CLOSING_TIMEOUT)
        : keptOpen(x, qc),
    ),
  ],
};
