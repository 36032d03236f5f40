/** Two procedures that the seed has not: 95f624540 brings them, and their steps. */
import { int, procedure, to } from '../step/proc.ts';

/** What hands the connection over, in one piece that cannot fail. In it S8, S13 and S14 of before. */
export const commitRebind = procedure({
  key: 'qc_bind_tid_commit',
  firstName: 'set_affinity2',
  verb: 'Handing over',
  locals: { qc: to('quic_conn'), new_tid: int, fd: int },
  args: ['qc', 'new_tid'],
  roles: ['commit'],
  worksOnConn: true,
});

/** The ring is full, so the connection stays: its fresh tasks are bound to this thread again. */
export const resetRebind = procedure({
  key: 'qc_bind_tid_reset',
  firstName: 'reset_affinity',
  verb: 'Taking the rebind back',
  locals: { qc: to('quic_conn') },
  args: ['qc'],
  roles: ['reset'],
  worksOnConn: true,
});
