/** What a connection does that cannot go on: heads. Steps of them are in the model from 74b95922e on (`fixes/74b95922e-errors.ts`). */
import { procedure, to } from '../step/proc.ts';

/** Ends connection `qc`: its idle task does it, and what stands on it is told. */
export const killConn = procedure({
  key: 'qc_kill_conn',
  verb: 'Killing',
  locals: { qc: to('quic_conn') },
  args: ['qc'],
  worksOnConn: true,
});

/** Tells what stands on connection `qc` of an error. */
export const notifyErr = procedure({
  key: 'qc_notify_err',
  verb: 'Telling the mux',
  locals: { qc: to('quic_conn') },
  args: ['qc'],
  worksOnConn: true,
});
