/** What is left of a connection that has closed: heads. Steps of them are in the model from 9f7cfb0a5 on (`fixes/9f7cfb0a5.ts`). */
import { int, procedure, to } from '../step/proc.ts';

/** What the I/O tasklet of a connection calls once it is closed object `cc`’s. */
export const closedIoCb = procedure({
  key: 'quic_conn_closed_io_cb',
  verb: 'Closed connection I/O',
  locals: { tl: to('task'), cc: to('quic_conn_closed'), state: int },
  args: ['tl', 'cc', 'state'],
  short: 'io',
});

/** The same of its idle task. */
export const closedIdleTimerTask = procedure({
  key: 'quic_conn_closed_idle_timer_task',
  verb: 'Closed connection timer',
  locals: { task: to('task'), cc: to('quic_conn_closed'), state: int },
  args: ['task', 'cc', 'state'],
  short: 'idle',
});

/** Frees closed object `cc` with its tasks and its CIDs. */
export const releaseCcConn = procedure({
  key: 'quic_release_cc_conn',
  verb: 'Releasing',
  locals: { cc: to('quic_conn_closed'), cid: to('quic_connection_id'), lock: to('word') },
  args: ['cc'],
});
