import { MUX, QC } from '../model/flags.ts';
import { Connection, LiPerThread, Listener, QuicConn } from '../model/layouts.ts';
import { CONN } from './accept.ts';
import { buildPostHandshakeFrames } from './cids.ts';
import { COST } from './cost.ts';
import { EV } from './events.ts';
import type { Exec } from './exec.ts';
import { finalizeRebind } from './finalize.ts';
import { NEXT, procedure, RET, step } from './proc.ts';
import { taskletWakeup } from './task.ts';
import { TP } from './trace.ts';
import { sendPpkts, setConnectionClose } from './tx.ts';

/** Locals of session_accept_fd. */
const S = { conn: 0, qc: 1 } as const;

/** Whether finalize is due; the mutation X14 does not ask. */
const isRebound = (x: Exec, qc: number): boolean =>
  x.P.mutations.has('X14') || (x.m.ld(qc + QuicConn.flags) & QC.AFFINITY_CHANGED) !== 0;

export const sessionAcceptFd = procedure(
  'session_accept_fd',
  'Starting the session',
  ['conn', 'qc'],
  [
    step('1', 'Prepare the connection: qc_conn_init', 'N8/9', COST.local, (x) => {
      const qc = x.m.ld(x.get(S.conn) + Connection.qc);
      x.set(S.qc, qc);
      x.sink.trace(x, TP.initEnter, qc);
      return NEXT;
    }),
    step(
      '1f',
      'Rebound and not finished yet? Finish it first',
      'N8/9',
      COST.local,
      (x) => {
        const qc = x.get(S.qc);
        return isRebound(x, qc) ? x.call(finalizeRebind, qc) : NEXT;
      },
      { since: 'a8968701c' },
    ),
    step(
      '2',
      'Session, then the tcp-request rules: do they let it pass? (scripted)',
      'N8/9',
      COST.local,
      (x, go) => {
        x.sink.trace(x, TP.initLeave, x.get(S.qc));
        return x.W.cfg.rejects ? go.r1! : NEXT;
      },
    ),
    step('3', 'Start the transport: qc_xprt_start', 'N8/9', COST.local, (x) => {
      x.sink.trace(x, TP.startEnter, x.get(S.qc));
      return NEXT;
    }),
    step(
      '3f',
      'Finish the rebind on this thread',
      'N8/9',
      COST.local,
      (x) => x.call(finalizeRebind, x.get(S.qc)),
      {
        since: '1acbbca17',
        until: 'd6646dddc',
      },
    ),
    step(
      '3g',
      'Rebound and not finished yet? Finish it',
      'N8/9',
      COST.local,
      (x) => {
        const qc = x.get(S.qc);
        return isRebound(x, qc) ? x.call(finalizeRebind, qc) : NEXT;
      },
      { since: 'd6646dddc', until: 'a8968701c' },
    ),
    step('4', 'The mux may use it: mux_state READY', 'N8/10', COST.local, (x) => {
      const { m } = x;
      const qc = x.get(S.qc);
      m.st(qc + QuicConn.muxState, MUX.READY);
      m.st(x.get(S.conn) + Connection.flags, CONN.ACCEPTED);
      x.sink.note(x, EV.ACCEPT, qc, x.t);
      return NEXT;
    }),
    step(
      '4w',
      'Post-handshake frames due? Wake the I/O tasklet',
      'N8/10',
      COST.local,
      (x) => {
        const { m } = x;
        const qc = x.get(S.qc);
        const due = m.ld(qc + QuicConn.flags) & QC.NEED_POST_HANDSHAKE_FRMS;
        return due ? x.call(taskletWakeup, m.ld(qc + QuicConn.tasklet)) : NEXT;
      },
      { since: 'd8f1ff864' },
    ),
    step('5', 'Install the mux (scripted): HTTP/3 sends its settings at once', 'N7', COST.local, (x, go) => {
      const { m } = x;
      const qc = x.get(S.qc);
      x.sink.trace(x, TP.startLeave, qc);
      return m.ld(qc + QuicConn.flags) & QC.NEED_POST_HANDSHAKE_FRMS ? NEXT : go['7']!;
    }),
    step('6', 'Before the mux’s data: the post-handshake frames', 'N7', COST.local, (x) =>
      x.call(buildPostHandshakeFrames, x.get(S.qc)),
    ),
    step('7', 'Send what is due', 'N7', COST.local, (x) => x.call(sendPpkts, x.get(S.qc))),
    step('8', 'The session runs', 'N8/9', COST.local, () => RET),
    step('r1', 'A rule rejects it: mux_state RELEASED', 'N8/11', COST.local, (x) => {
      x.m.st(x.get(S.qc) + QuicConn.muxState, MUX.RELEASED);
      x.m.st(x.get(S.conn) + Connection.flags, CONN.ACCEPTED);
      return NEXT;
    }),
    step('r2', 'Ask for a CONNECTION_CLOSE', 'N8/11', COST.local, (x) =>
      x.call(setConnectionClose, x.get(S.qc), 0),
    ),
    step('r3', 'Wake its I/O tasklet, which sends it', 'N8/11', COST.local, (x) =>
      x.call(taskletWakeup, x.m.ld(x.get(S.qc) + QuicConn.tasklet)),
    ),
    step('r4', 'Take it off this thread’s count', 'N8/9', COST.atomic, (x) => {
      x.m.add(x.W.perThread(x.t) + LiPerThread.thrConn, -1);
      return NEXT;
    }),
    step('r5', 'and off the listener’s', 'N8/9', COST.atomic, (x) => {
      x.m.add(x.W.listener + Listener.nbconn, -1);
      return RET;
    }),
  ],
);
