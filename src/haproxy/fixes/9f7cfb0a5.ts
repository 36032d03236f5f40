import { NULL } from '../../memory/mem.ts';
import type { Ptr } from '../../memory/struct.ts';
import { MUX, QC } from '../model/flags.ts';
import { QuicConn } from '../model/layouts.ts';
import { connAppIoCb, connIoCb } from '../proc/io.ts';
import { release } from '../proc/release.ts';
import { COST } from '../step/cost.ts';
import type { Exec } from '../step/exec.ts';
import { before, type Fix, type Op } from '../step/patch.ts';
import { closedObject } from './9f7cfb0a5-object.ts';
import { takesOver } from './9f7cfb0a5-release.ts';

const io = connIoCb;
const app = connAppIoCb;

/**
 * It closes, and is on no struct connection. In HAProxy a mux that goes clears qc.conn from here on; in the model the struct connection
 * lives on up to 74b95922e, and a mux that has gone says the same.
 */
const over = (x: Exec, qc: Ptr<'quic_conn'>): boolean =>
  (x.ld(qc, QuicConn.flags) & QC.CLOSING) !== 0 &&
  (x.ld(qc, QuicConn.muxState) === MUX.RELEASED || !x.ld(qc, QuicConn.conn));

const CLOSED = 'It closes, and nothing stands on it? Release it; a closed object is left';

const ends: readonly Op[] = [
  before(
    io,
    'out',
    io.step(
      'cl',
      CLOSED,
      { ref: 'B4/CC1', cost: COST.local, touches: 'conn', to: { not: 'out' } },
      (x, l, at) => {
        const qc = l.qc;
        if (!over(x, qc)) return at.not;
        l.qc = NULL;
        return x.call(at.next, release, qc);
      },
    ),
  ),
  before(
    app,
    '9',
    app.step(
      'cl',
      CLOSED,
      { ref: 'B4/CC1', cost: COST.local, touches: 'conn', to: { not: '9' } },
      (x, l, at) => {
        const qc = l.qc;
        if (!over(x, qc)) return at.not;
        l.qc = NULL;
        return x.call(at.next, release, qc);
      },
    ),
  ),
];

/** Of its time it is known that the closed object’s copy of fd was used without a look at it (M32), not that it kept a socket: it has none, as at 50872daa6. */
export const F9f7cfb0a5: Fix = {
  id: '9f7cfb0a5',
  date: '2023-08-08',
  version: '2.9-dev3',
  bug: '',
  title: 'a small object stands for a closed connection',
  sentence:
    'A connection that has sent its CONNECTION_CLOSE, and that nothing stands on, is released at once; a small object takes over its CIDs, its I/O tasklet and its idle task, and stays for as long as the connection would have. Before, the whole connection stayed.',
  requires: ['25174d51e'],
  ops: [...ends, ...takesOver, ...closedObject],
};
