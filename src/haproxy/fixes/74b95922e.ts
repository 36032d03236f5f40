import { NULL, RETRY } from '../../memory/mem.ts';
import type { Ptr } from '../../memory/struct.ts';
import { clearFlags, setFlags } from '../lib/conn.ts';
import { initTask, taskWakeup } from '../lib/tasks.ts';
import { BUG } from '../model/bugs.ts';
import { QC, TASK } from '../model/flags.ts';
import { Connection, QuicConn } from '../model/layouts.ts';
import { killConn } from '../proc/errors.ts';
import { connAppIoCb, connIoCb } from '../proc/io.ts';
import { release } from '../proc/release.ts';
import { sessionAcceptFd } from '../proc/session.ts';
import { muxEnd } from '../proc/session-end.ts';
import { idleTimerTask } from '../proc/timers.ts';
import { COST } from '../step/cost.ts';
import type { Exec } from '../step/exec.ts';
import { before, type Fix, type Op, replace } from '../step/patch.ts';
import { TP } from '../step/trace.ts';

const s = sessionAcceptFd;
const m = muxEnd;
const i = idleTimerTask;
const k = killConn;
const io = connIoCb;
const app = connAppIoCb;

/** quic_close clears qc.conn, and conn_free follows. */
function connGoes(x: Exec, qc: Ptr<'quic_conn'>): void {
  const conn = x.ld(qc, QuicConn.conn);
  x.st(qc, QuicConn.conn, NULL);
  if (!conn) return;
  const src = x.ld(conn, Connection.src);
  if (src) x.free('sockaddr', src);
  x.free('connection', conn);
}

/** Whoever closes its struct connection releases it. */
const ended = (x: Exec, qc: Ptr<'quic_conn'>): boolean =>
  (x.ld(qc, QuicConn.flags) & (QC.CLOSING | QC.EXP_TIMER)) !== 0;

/** It closes, and is on no struct connection. */
const over = (x: Exec, qc: Ptr<'quic_conn'>): boolean =>
  (x.ld(qc, QuicConn.flags) & QC.CLOSING) !== 0 && !x.ld(qc, QuicConn.conn);

const sessions: readonly Op[] = [
  replace(
    s,
    '2',
    s.step(
      '2s',
      'Session, then the tcp-request rules: do they let it pass? (scripted)',
      { ref: 'N8/9', cost: COST.local, touches: 'conn', to: { rejected: 'r1' } },
      (x, l, at) => {
        x.st(l.conn, Connection.owner, 1);
        x.trace(TP.initLeave, l.qc);
        return x.cfg.rejects ? at.rejected : at.next;
      },
    ),
  ),
  replace(
    s,
    '5',
    s.step(
      '5c',
      'Install the mux (scripted), which knows its connection: HTTP/3 sends its settings at once',
      { ref: 'N8/9 N7', cost: COST.pool, touches: 'shared', to: { built: '7' } },
      (x, l, at) => {
        const mux = x.alloc('mux');
        if (mux === RETRY) return at.retry;
        if (mux === NULL) x.fault('the mux pool has a slot for each connection');
        initTask(x, mux, -1, muxEnd.id, l.qc, true);
        x.st(l.qc, QuicConn.mux, mux);
        x.trace(TP.startLeave, l.qc);
        return x.ld(l.qc, QuicConn.flags) & QC.NEED_POST_HANDSHAKE_FRMS ? at.next : at.built;
      },
    ),
  ),
  before(
    s,
    'r4',
    s.step(
      'r3c',
      'It is no longer on its struct connection, which is freed',
      { ref: 'N8/11', cost: COST.pool, touches: 'shared', to: { open: 'r4' } },
      (x, l, at) => {
        connGoes(x, l.qc);
        return ended(x, l.qc) ? at.next : at.open;
      },
    ),
    s.step(
      'r3x',
      'It closes, or its idle task has ended and left the release to this',
      { ref: 'N5/1', cost: COST.local, touches: 'own' },
      (x, l, at) => x.call(at.next, release, l.qc),
    ),
  ),
  before(
    m,
    'X1',
    m.step(
      'X0',
      'quic_close: its connection is no longer on a struct connection, which is freed',
      { ref: 'N6.1', cost: COST.pool, touches: 'shared', to: { open: 'X1' } },
      (x, l, at) => {
        // None in a moment that was saved before: its connection went first.
        if (!l.qc) return at.open;
        connGoes(x, l.qc);
        return ended(x, l.qc) ? at.next : at.open;
      },
    ),
    m.step(
      'X0r',
      'It closes, or its idle task has ended and left the release to this',
      { ref: 'N5/1', cost: COST.local, touches: 'own' },
      (x, l, at) => x.call(at.next, release, l.qc),
    ),
  ),
];

const kill: readonly Op[] = [
  replace(
    k,
    'K1r',
    k.step(
      'K1',
      'It is to be killed; nothing is sent again',
      { ref: 'N6.8', cost: COST.local, touches: 'conn', to: { over: 'K3' } },
      (x, l, at) => {
        x.trace(TP.killEnter, l.qc);
        x.trace(TP.killKilling, l.qc);
        setFlags(x, l.qc, QC.TO_KILL);
        clearFlags(x, l.qc, QC.RETRANS_NEEDED);
        return x.ld(l.qc, QuicConn.flags) & QC.EXP_TIMER ? at.over : at.next;
      },
    ),
    '756b3c5f7',
  ),
  replace(
    k,
    'K2t',
    k.step(
      'K2',
      'Wake its idle task, which ends it',
      { ref: 'N6.8', cost: COST.local, touches: 'shared' },
      (x, l, at) => {
        const idle = x.ld(l.qc, QuicConn.idleTask);
        if (idle) taskWakeup(x, idle, TASK.WOKEN_OTHER);
        return at.next;
      },
    ),
    '7ecf4b34b',
  ),
];

const CLOSED = 'It closes, and is on no struct connection? Release it; a closed object is left';

const lifetime: readonly Op[] = [
  replace(
    io,
    'cl',
    io.step(
      'clc',
      CLOSED,
      { ref: 'B4/CC1', cost: COST.local, touches: 'conn', to: { not: 'out' } },
      (x, l, at) => {
        const qc = l.qc;
        if (!over(x, qc)) return at.not;
        l.qc = NULL;
        return x.call(at.next, release, qc);
      },
    ),
    '9f7cfb0a5',
  ),
  replace(
    app,
    'cl',
    app.step(
      'clc',
      CLOSED,
      { ref: 'B4/CC1', cost: COST.local, touches: 'conn', to: { not: '9' } },
      (x, l, at) => {
        const qc = l.qc;
        if (!over(x, qc)) return at.not;
        l.qc = NULL;
        return x.call(at.next, release, qc);
      },
    ),
    '9f7cfb0a5',
  ),
  replace(
    i,
    '4',
    i.step(
      '4c',
      'On no struct connection: release it',
      { ref: 'N4', cost: COST.local, touches: 'conn', to: { held: 'own' } },
      (x, l, at) => (x.ld(l.qc, QuicConn.conn) ? at.held : x.call(at.next, release, l.qc)),
    ),
  ),
  replace(
    release,
    '1m',
    release.step(
      '1c',
      'It may be on no struct connection',
      { ref: 'N5/1', cost: COST.local, touches: 'conn' },
      (x, l, at) => {
        x.bugOn(x.ld(l.qc, QuicConn.conn) !== NULL, BUG.RELEASE_CONN);
        return at.next;
      },
    ),
    'bfdf14585',
  ),
];

/**
 * Not in it, but in the model from here on: that a kill asks first whether the idle timer has run out. That is so at 50872daa6, and since when is
 * not known to us.
 */
export const F74b95922e: Fix = {
  id: '74b95922e',
  date: '2025-06-20',
  version: '3.3-dev2',
  bug: '',
  title: 'a connection lives as long as its struct connection',
  sentence:
    'A connection is not released while a struct connection is on it, which may lie in an accept ring; its idle task ends, and whoever closes the struct connection releases it. Before, a fatal error between finalize and accept left a freed connection in the ring.',
  requires: ['1acbbca17', '756b3c5f7', 'bfdf14585'],
  ops: [...kill, ...sessions, ...lifetime],
};
