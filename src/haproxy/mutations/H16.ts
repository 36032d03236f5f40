import type { Ptr } from '../../memory/struct.ts';
import { taskWakeup } from '../lib/tasks.ts';
import { QC, TASK } from '../model/flags.ts';
import { Connection, QuicConn } from '../model/layouts.ts';
import { killConn } from '../proc/errors.ts';
import { sessionAcceptFd } from '../proc/session.ts';
import { COST } from '../step/cost.ts';
import type { Exec } from '../step/exec.ts';
import { before, type Mutation } from '../step/patch.ts';

const k = killConn;
const s = sessionAcceptFd;

/** It has been accepted, and its session has not begun. */
function between(x: Exec, qc: Ptr<'quic_conn'>): boolean {
  const conn = x.ld(qc, QuicConn.conn);
  return conn !== 0 && !x.ld(conn, Connection.owner);
}

/** Not HAProxy's: what would end H16 where an error kills the connection. */
export const H16: Mutation = {
  id: 'H16',
  title: 'an error between finalize and accept waits for the session, which is rejected',
  requires: ['197424052'],
  forms: [
    {
      ops: [
        before(
          k,
          'K2',
          k.step(
            'K1w',
            'Against H16: on its way to its session? That will see to it',
            { ref: 'H16', cost: COST.local, touches: 'conn', to: { waits: 'K4' } },
            (x, l, at) => (between(x, l.qc) ? at.waits : at.next),
          ),
        ),
        before(
          s,
          '3',
          s.step(
            '2w',
            'Against H16: to be killed? Its idle task ends it, and the session is rejected',
            { ref: 'H16', cost: COST.local, touches: 'shared', to: { killed: 'r1', well: '3' }, down: false },
            (x, l, at) => {
              if (!(x.ld(l.qc, QuicConn.flags) & QC.TO_KILL)) return at.well;
              const idle = x.ld(l.qc, QuicConn.idleTask);
              if (idle) taskWakeup(x, idle, TASK.WOKEN_OTHER);
              return at.killed;
            },
          ),
        ),
      ],
    },
  ],
};
