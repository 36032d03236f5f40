import { NULL, RETRY } from '../../memory/mem.ts';
import { CONN } from '../lib/accept.ts';
import { initTask } from '../lib/tasks.ts';
import { MUX, QC } from '../model/flags.ts';
import { Connection, QuicConn } from '../model/layouts.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import { procedure, RET, to } from '../step/proc.ts';
import { TP } from '../step/trace.ts';
import { buildPostHandshakeFrames } from './cids.ts';
import { listenerRelease, muxEnd } from './session-end.ts';
import { taskletWakeup } from './task.ts';
import { sendPpkts, setConnectionClose } from './tx.ts';

const p = procedure({
  key: 'session_accept_fd',
  verb: 'Starting the session',
  locals: { conn: to('connection'), qc: to('quic_conn') },
  args: ['conn'],
  roles: ['session'],
  worksOnConn: true,
});

/** A session for an accepted connection (semantics N8/9 to 11); the mux on top of it is scripted. */
export const sessionAcceptFd = p.body([
  p.step(
    '1',
    'Prepare the connection: qc_conn_init',
    { ref: 'N8/9', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      const qc = x.ld(l.conn, Connection.qc);
      l.qc = qc;
      x.trace(TP.initEnter, qc);
      return at.next;
    },
  ),
  p.step(
    '2',
    'Session, then the tcp-request rules: do they let it pass? (scripted)',
    { ref: 'N8/9', cost: COST.local, touches: 'conn', to: { rejected: 'r1' } },
    (x, l, at) => {
      x.trace(TP.initLeave, l.qc);
      return x.cfg.rejects ? at.rejected : at.next;
    },
  ),
  p.step(
    '3',
    'Start the transport: qc_xprt_start',
    { ref: 'N8/9', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      x.trace(TP.startEnter, l.qc);
      return at.next;
    },
  ),
  p.step(
    '4',
    'The mux may use it: mux_state READY',
    { ref: 'N8/10', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      x.st(l.qc, QuicConn.muxState, MUX.READY);
      x.st(l.conn, Connection.flags, CONN.ACCEPTED);
      x.note(EV.ACCEPT, l.qc, x.t);
      return at.next;
    },
  ),
  p.step(
    '5',
    'Install the mux (scripted): HTTP/3 sends its settings at once',
    { ref: 'N8/9 N7', cost: COST.pool, touches: 'shared', to: { built: '7' } },
    (x, l, at) => {
      const mux = x.alloc('mux');
      if (mux === RETRY) return at.retry;
      if (mux === NULL) x.fault('the mux pool has a slot for each connection');
      // Bound to no thread, as HAProxy’s is: it is queued where it is woken.
      initTask(x, mux, -1, muxEnd.id, 0, true);
      x.st(l.qc, QuicConn.mux, mux);
      x.trace(TP.startLeave, l.qc);
      return x.ld(l.qc, QuicConn.flags) & QC.NEED_POST_HANDSHAKE_FRMS ? at.next : at.built;
    },
  ),
  p.step(
    '6',
    'Before the mux’s data: the post-handshake frames',
    { ref: 'N7', cost: COST.local, touches: 'own' },
    (x, l, at) => x.call(at.next, buildPostHandshakeFrames, l.qc),
  ),
  p.step('7', 'Send what is due', { ref: 'N7', cost: COST.local, touches: 'own' }, (x, l, at) =>
    x.call(at.next, sendPpkts, l.qc),
  ),
  p.step(
    '8',
    'The session runs',
    { ref: 'N8/9', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (_x, _l, at) => at.done,
  ),
  p.step(
    'r1',
    'A rule rejects it: mux_state RELEASED',
    { ref: 'N8/11', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      x.st(l.qc, QuicConn.muxState, MUX.RELEASED);
      x.st(l.conn, Connection.flags, CONN.ACCEPTED);
      return at.next;
    },
  ),
  p.step('r2', 'Ask for a CONNECTION_CLOSE', { ref: 'N8/11', cost: COST.local, touches: 'own' }, (x, l, at) =>
    x.call(at.next, setConnectionClose, l.qc, 0),
  ),
  p.step(
    'r3',
    'Wake its I/O tasklet, which sends it',
    { ref: 'N8/11', cost: COST.local, touches: 'conn' },
    (x, l, at) => x.call(at.next, taskletWakeup, x.ld(l.qc, QuicConn.tasklet)),
  ),
  p.step(
    'r4',
    'Its session is over before it began: the counts go down',
    { ref: 'N8/9', cost: COST.local, touches: 'own' },
    (x, _l, at) => x.call(at.next, listenerRelease),
  ),
  p.step(
    'r5',
    'Rejected',
    { ref: 'N8/11', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (_x, _l, at) => at.done,
  ),
]);
