/**
 * Where each step of each procedure stands in HAProxy's source: statements where their lines are known, else a function.
 * A procedure here may hold what lies in several functions there. What is ours stands nowhere.
 */

import { finalizeRebind } from '../fixes/739de3f11.ts';
import { acceptPushQc, acceptQueueProcess, acceptRun } from '../proc/accept.ts';
import { getCidTid } from '../proc/cid-owner.ts';
import { buildPostHandshakeFrames, retireConnectionId } from '../proc/cids.ts';
import { newConn } from '../proc/conn.ts';
import { dgramParse } from '../proc/dgram.ts';
import { dgramWrite } from '../proc/dgram-write.ts';
import { dgramDispatch, lstnrDghdlr, lstnrSockFdIocb } from '../proc/dispatch.ts';
import { fdMigrateOn, fdUpdateEvents } from '../proc/fd.ts';
import { pktHandle } from '../proc/handle.ts';
import { connAppIoCb, connIoCb } from '../proc/io.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { connSockFdIocb, rcvBuf } from '../proc/own-socket.ts';
import { setTidAffinity } from '../proc/rebind.ts';
import { commitRebind, resetRebind } from '../proc/rebind-commit.ts';
import { release } from '../proc/release.ts';
import { pktRetrieveConn, retrieveFromCid } from '../proc/retrieve.ts';
import { processRunnable } from '../proc/run-tasks.ts';
import { runPollLoop, wakeExpired } from '../proc/runloop.ts';
import { sessionAcceptFd } from '../proc/session.ts';
import { listenerRelease } from '../proc/session-end.ts';
import { taskKill, taskletKill } from '../proc/task.ts';
import { idleTimerTask, processTimer, setTimer } from '../proc/timers.ts';
import type { AnyProcedure } from '../step/proc.ts';
import type { FunctionName } from './functions.ts';
import type { Statement } from './statements.ts';

/** A statement, or one of the several that its entry names. */
type Line = Statement | readonly [Statement, number];

export type Where =
  | { readonly kind: 'lines'; readonly lines: readonly Line[] }
  /** `until` 9b5f11cd3: what belongs to receive buffers and their lists of descriptors is gone with it. */
  | { readonly kind: 'function'; readonly name: FunctionName; readonly until?: 'byte ring' }
  | { readonly kind: 'nowhere' };

interface ProcPlaces {
  /** Of a step that `steps` does not name. */
  readonly otherwise: Where;
  readonly steps: Readonly<Record<string, Where>>;
}

const lines = (...of: Line[]): Where => ({ kind: 'lines', lines: of });
const inside = (name: FunctionName): Where => ({ kind: 'function', name });
const buffers = (name: FunctionName): Where => ({ kind: 'function', name, until: 'byte ring' });
const NOWHERE: Where = { kind: 'nowhere' };

const whole = (p: AnyProcedure, name: FunctionName): [AnyProcedure, ProcPlaces] => [
  p,
  { otherwise: inside(name), steps: {} },
];
const parts = (
  p: AnyProcedure,
  name: FunctionName | null,
  steps: Readonly<Record<string, Where>>,
): [AnyProcedure, ProcPlaces] => [p, { otherwise: name ? inside(name) : NOWHERE, steps }];

const S8 = lines('s8');
const S13 = lines('s13');
const S14 = lines('s14');

export const PLACES: ReadonlyMap<AnyProcedure, ProcPlaces> = new Map([
  whole(runPollLoop, 'run_poll_loop'),
  whole(wakeExpired, 'wake_expired_tasks'),
  parts(processRunnable, 'run_tasks_from_lists', {
    1: inside('process_runnable_tasks'),
    2: inside('process_runnable_tasks'),
    3: inside('process_runnable_tasks'),
    4: NOWHERE,
  }),
  whole(taskKill, 'task_kill'),
  whole(taskletKill, 'tasklet_kill'),
  whole(fdMigrateOn, 'fd_migrate_on'),
  whole(fdUpdateEvents, 'fd_update_events'),
  parts(getCidTid, 'quic_get_cid_tid', {
    '2b': lines(['ownerTid', 0]),
    '5b': lines(['ownerTid', 1]),
    8: lines('ownerTid'),
  }),
  parts(dgramDispatch, 'quic_lstnr_dgram_dispatch', {
    2: buffers('quic_lstnr_dgram_dispatch'),
    3: lines('dispatchLookup'),
    4: buffers('quic_lstnr_dgram_dispatch'),
    5: lines('dispatchPush'),
    6: lines('dispatchWake'),
    '4w': lines('dispatchPush'),
  }),
  parts(dgramWrite, 'quic_dgram_write', {
    W1: inside('mpring_write_reserve'),
    W3: inside('mpring_write_reserve'),
    W4: inside('mpring_write_reserve'),
    W5: inside('mpring_write_reserve'),
    W6: inside('mpring_write_reserve'),
    W9: inside('mpring_write_commit'),
  }),
  parts(lstnrSockFdIocb, 'quic_lstnr_sock_fd_iocb', {
    2: buffers('quic_lstnr_sock_fd_iocb'),
    '3a': buffers('quic_lstnr_sock_fd_iocb'),
    '3b': buffers('quic_lstnr_sock_fd_iocb'),
    4: buffers('quic_lstnr_sock_fd_iocb'),
    5: buffers('quic_lstnr_sock_fd_iocb'),
  }),
  parts(lstnrDghdlr, 'quic_lstnr_dghdlr', {
    Q1: inside('mpring_read_begin'),
    Q1p: inside('mpring_read_begin'),
    Q3: inside('mpring_read_end'),
  }),
  parts(retrieveFromCid, 'retrieve_qc_conn_from_cid', {
    1: lines(['retrieveLock', 0]),
    3: lines(['retrieveUnlock', 0]),
    4: lines(['retrieveLock', 1]),
    5: lines('retrieveTid'),
    6: lines('retrieveQc'),
    7: lines(['retrieveUnlock', 1]),
  }),
  parts(pktRetrieveConn, 'quic_rx_pkt_retrieve_conn', {
    '2c': lines('newCid'),
    '2cn': lines('newCid'),
    '2cf': lines('newConn'),
    '2d.1': lines('insertCid'),
    '2d.2': lines(['loser', 0]),
    '2d.r': lines(['loser', 1]),
    '2f': lines('newConn'),
    N8: lines('newConn'),
  }),
  parts(dgramParse, 'quic_dgram_parse', {
    1: lines('parseAlloc'),
    2: lines('parseHeader'),
    3: lines('parseRetrieve'),
    '3b': lines('parseRedispatch'),
    '3d': lines('parseFree'),
    '4f': lines('finalizeByDatagram'),
    '4c': lines('parseClosing'),
    5: lines('parseMigration'),
    end: lines(['parseConsumed', 0]),
    nomem: lines(['parseConsumed', 1]),
  }),
  whole(pktHandle, 'qc_rx_pkt_handle'),
  whole(newConn, 'qc_new_conn'),
  whole(connSockFdIocb, 'quic_conn_sock_fd_iocb'),
  parts(rcvBuf, 'qc_rcv_buf', {
    3: inside('qc_check_dcid'),
    '3a': inside('qc_check_dcid'),
    '3b': inside('qc_check_dcid'),
    '3c': inside('qc_check_dcid'),
    '3d': inside('qc_check_dcid'),
    '3e': inside('qc_check_dcid'),
    '3g': inside('qc_check_dcid'),
    5: buffers('qc_rcv_buf'),
    '5a': buffers('qc_rcv_buf'),
    '5b': buffers('qc_rcv_buf'),
    '5bn': buffers('qc_rcv_buf'),
    '5bnn': buffers('qc_rcv_buf'),
    '5d': buffers('qc_rcv_buf'),
  }),
  parts(connIoCb, 'quic_conn_io_cb', { '6i': NOWHERE }),
  whole(connAppIoCb, 'quic_conn_app_io_cb'),
  whole(setTimer, 'qc_set_timer'),
  whole(processTimer, 'qc_process_timer'),
  whole(idleTimerTask, 'qc_idle_timer_task'),
  parts(buildPostHandshakeFrames, 'quic_build_post_handshake_frames', {
    3: inside('quic_cid_insert'),
    4: inside('quic_cid_insert'),
    '4n': inside('quic_cid_insert'),
    5: inside('quic_cid_insert'),
    '5t': inside('quic_cid_insert'),
  }),
  parts(retireConnectionId, null, {
    '2l': inside('quic_cid_delete'),
    '2n': inside('quic_cid_delete'),
    '2u': inside('quic_cid_delete'),
    5: inside('quic_cid_insert'),
    6: inside('quic_cid_insert'),
    7: inside('quic_cid_insert'),
  }),
  parts(acceptPushQc, 'quic_accept_push_qc', { 3: lines('queuePush') }),
  parts(acceptRun, 'quic_accept_run', { 1: lines('queueRun'), 4: lines('queueWake') }),
  parts(listenerAccept, 'listener_accept', {
    1: lines('acceptNbconn'),
    2: lines('sockPop', 'sockClosing'),
    3: lines('connMade'),
    4: lines('acceptCursor'),
    '4a': lines('acceptRing1'),
    '4b': lines('acceptCount1'),
    '4c': lines('acceptRing2'),
    '4d': lines('acceptCount2'),
    '4e': lines('acceptCompare', 'acceptMove'),
    5: NOWHERE,
    6: lines('acceptPrep'),
    '4aj': lines('acceptRing1'),
    '4cj': lines('acceptRing2'),
    '4ec': lines('acceptCompare', 'acceptMove'),
    '4eo': lines('acceptCompare', 'acceptMove'),
    7: inside('accept_queue_push_mp'),
    '7j': inside('accept_queue_push_mp'),
    '7h': inside('accept_queue_push_mp'),
    '7f': lines('pushFull'),
    '7c': lines('pushReserve'),
    '7cj': lines('pushReserve'),
    '7a': lines('pushCommit'),
    '7b': lines('pushStore'),
    8: lines('acceptWake'),
    full: lines('acceptReset'),
    local: lines('acceptLocal'),
  }),
  parts(acceptQueueProcess, 'accept_queue_process', {
    1: inside('accept_queue_pop_sc'),
    '1j': inside('accept_queue_pop_sc'),
    '1b': lines('popSpin'),
    2: lines('popEmpty'),
    '2b': lines('popHead'),
    '2bj': lines('popHead'),
    3: lines('processCount'),
    4: lines('processAccept'),
  }),
  parts(sessionAcceptFd, 'session_accept_fd', {
    1: inside('qc_conn_init'),
    '1f': lines('finalizeByInit'),
    3: inside('qc_xprt_start'),
    '3f': lines('finalizeByStart'),
    '3g': lines('finalizeByStart'),
    4: inside('qc_xprt_start'),
    '4w': lines('startWake'),
    6: NOWHERE,
    7: NOWHERE,
    r1: inside('quic_close'),
    r2: inside('quic_close'),
    r3: inside('quic_close'),
    r4: NOWHERE,
  }),
  parts(listenerRelease, 'listener_release', {
    LR3: lines('releaseNbconn'),
    LR4: lines('releaseThrConn'),
  }),
  parts(setTidAffinity, 'qc_set_tid_affinity', {
    'S1.1': lines(['s1', 0]),
    'S1.2': lines(['s1', 1]),
    'S1.3': lines(['s1', 2]),
    S2: lines('s2'),
    S3: lines('s3'),
    S4: lines('s4'),
    'S5.1': lines(['s5', 0]),
    'S5.2': lines(['s5', 1]),
    'S6.0': lines('ioToRequeue'),
    S6: lines('s6'),
    S7: lines('s7'),
    S8,
    S9: lines('s9'),
    S10: lines('s10'),
    S11: lines('s11'),
    S12: lines('s12'),
    S13,
    S13f: lines('flagSet'),
    S14,
    'S-err.1': lines('sErr'),
  }),
  parts(commitRebind, 'qc_bind_tid_commit', { S8, S13, S14 }),
  whole(resetRebind, 'qc_bind_tid_reset'),
  parts(finalizeRebind, 'qc_finalize_affinity_rebind', {
    F0: lines('finalizeFlag'),
    F0c: lines('finalizeClosing'),
    F0d: lines('finalizeList'),
    F1: lines('finalizeWantRecv'),
    F1n: lines('finalizeWantRecv'),
    F2: lines('finalizeSetTimer'),
    F3: lines('finalizeTaskQueue'),
    F4: lines('finalizeWake'),
  }),
  parts(release, 'quic_conn_release', {
    '1b': lines('releaseFlag'),
    '4b': NOWHERE,
    10: lines('releaseCids'),
    '10b': inside('quic_cid_delete'),
    '10c': inside('quic_cid_delete'),
    '10d': NOWHERE,
    14: lines('releaseList'),
    15: lines('releaseFree'),
  }),
]);
