import { setFlags } from '../lib/conn.ts';
import { muxLetsGo } from '../lib/mux.ts';
import { callFails } from '../lib/socket.ts';
import { BUG } from '../model/bugs.ts';
import { MUX, QC } from '../model/flags.ts';
import { Connection, QuicConn } from '../model/layouts.ts';
import { killConn, notifyErr } from '../proc/errors.ts';
import { connIoCb } from '../proc/io.ts';
import { rcvBuf } from '../proc/own-socket.ts';
import { idleTimerTask } from '../proc/timers.ts';
import { COST } from '../step/cost.ts';
import { after, before, edge, type Fix, procedureAnew, replace } from '../step/patch.ts';
import { RET } from '../step/proc.ts';
import { TP } from '../step/trace.ts';

const n = notifyErr;
const r = rcvBuf;
const i = idleTimerTask;

/** In C the caller of qc_rcv_buf kills; no other thread can tell. */
export const F197424052: Fix = {
  id: '197424052',
  date: '2026-05-28',
  version: '3.4.0',
  bug: 'M38',
  title: 'a client that is gone is told by its socket',
  sentence:
    'A read of its own socket that says that nobody listens at the client’s kills the connection, and an error before there is a mux makes one, so that the session ends; before, such a read counted as nothing to read, and the connection stayed, its socket unread, until it was idle for too long.',
  requires: ['74b95922e', '9b5f11cd3'],
  ops: [
    replace(
      r,
      '2e',
      r.step(
        '2r',
        'Does it say that nobody listens at the client’s?',
        {
          ref: '1.10',
          cost: COST.local,
          touches: 'shared',
          roles: { socketCall: {} },
          to: { refused: 'kill' },
        },
        (x, _l, at) => (callFails(x) ? at.refused : at.next),
      ),
      '7ecf4b34b',
    ),
    edge(r, '4w', 'more', '2r', '9b5f11cd3'),
    edge(r, '5x', 'more', '2r', '9b5f11cd3'),
    after(
      r,
      '8',
      r.step(
        'kill',
        'It does: kill the connection',
        { ref: '1.10', cost: COST.local, touches: 'own', to: { killed: '8' }, down: false },
        (x, l, at) => x.call(at.killed, killConn, l.qc),
      ),
    ),

    before(
      connIoCb,
      '4',
      connIoCb.step(
        '3k',
        'To be killed? Then leave',
        { ref: 'N3.1/7', cost: COST.local, touches: 'conn', to: { killed: 'clc' } },
        (x, l, at) => (x.ld(l.qc, QuicConn.flags) & QC.TO_KILL ? at.killed : at.next),
      ),
    ),
    procedureAnew(
      n,
      n.step(
        'E1c',
        'A mux? It is told (scripted)',
        { ref: 'N6.7', cost: COST.local, touches: 'shared', to: { told: 'E3' } },
        (x, l, at) => {
          x.trace(TP.notifyEnter, l.qc);
          const mux = x.ld(l.qc, QuicConn.muxState);
          if (mux === MUX.NULL && x.ld(l.qc, QuicConn.conn)) return at.next;
          if (mux === MUX.READY) muxLetsGo(x, l.qc, true);
          return at.told;
        },
      ),
      n.step(
        'E2',
        'None, but a struct connection: make one, for its session',
        { ref: 'N6.7 H16', cost: COST.local, touches: 'conn', roles: { needsSession: { qc: 'qc' } } },
        (x, l, at) => {
          x.bugOn(!x.ld(x.ld(l.qc, QuicConn.conn), Connection.owner), BUG.SEGV_NO_SESSION);
          return at.next;
        },
      ),
      n.step(
        'E3',
        'Back',
        { ref: 'N6.7', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
        (x, l, at) => {
          x.trace(TP.notifyLeave, l.qc);
          return at.done;
        },
      ),
    ),
    replace(
      i,
      '3',
      i.step(
        '3n',
        'Idle for too long, or to be killed: tell what stands on it',
        { ref: 'N4', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          x.trace(TP.idleRunning, l.qc);
          l.half = x.ld(l.qc, QuicConn.flags) & QC.HALF_OPEN_CNT_DECREMENTED ? 0 : 1;
          return x.call(at.next, notifyErr, l.qc);
        },
      ),
    ),
    before(
      i,
      '4c',
      i.step('3x', 'Its timer has expired', { ref: 'N4', cost: COST.local, touches: 'conn' }, (x, l, at) => {
        setFlags(x, l.qc, QC.EXP_TIMER);
        return at.next;
      }),
    ),
  ],
};
