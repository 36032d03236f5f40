/**
 * HAProxy's trace points that the model passes (semantics N12), with the line each revision prints in WHERE. A point
 * without a line for a revision prints '?'. `args`: which decode arguments it has: c the connection, p the packet. What later
 * versions print otherwise stands in LATER.
 * Apart from their numbers (`trace.ts`), which steps pass: only whoever prints lines needs the texts.
 */
import { TRACE_NAMES, type TraceName } from './trace.ts';

export interface TracePoint {
  level: number;
  /** The function's first name, or its key; what it is called then is printed for enter, leave and developer lines. */
  fn: string;
  text: string;
  file: 'quic_conn.c' | 'quic_sock.c' | 'xprt_quic.c';
  /** Line at 25174d51e and at 1acbbca17; 0 = not there or not given. */
  seed: number;
  pair: number;
  args: '' | 'c' | 'p' | 'cp';
}

const conn = 'quic_conn.c' as const;
const sock = 'quic_sock.c' as const;
const xprt = 'xprt_quic.c' as const;

const at = (
  level: number,
  fn: string,
  text: string,
  file: TracePoint['file'],
  seed: number,
  args: TracePoint['args'] = '',
  pair = seed,
): TracePoint => ({ level, fn, text, file, seed, pair, args });

const points = {
  dghdlrEnter: at(5, 'quic_lstnr_dghdlr', 'entering', sock, 178),
  dghdlrLeaveEmpty: at(5, 'quic_lstnr_dghdlr', 'leaving', sock, 190),
  dghdlrLeave: at(5, 'quic_lstnr_dghdlr', 'leaving', sock, 198),
  dgramParseEnter: at(5, 'quic_dgram_parse', 'entering', conn, 8209),
  dgramParseNoMem: at(0, 'quic_dgram_parse', 'RX packet allocation failed', conn, 8217),
  dgramParseMigration: at(
    0,
    'quic_dgram_parse',
    'error during connection migration, datagram dropped',
    conn,
    8271,
    'c',
  ),
  dgramParseLeave: at(5, 'quic_dgram_parse', 'leaving', conn, 8303),
  dgramParseLeaveErr: at(5, 'quic_dgram_parse', 'leaving', conn, 8307),
  pktParseEnter: at(5, 'quic_rx_pkt_parse', 'entering', conn, 6872),
  pktParseEmpty: at(2, 'quic_rx_pkt_parse', 'Packet dropped', conn, 6881),
  pktParseFixedBit: at(2, 'quic_rx_pkt_parse', 'Packet dropped', conn, 6898),
  pktParseForm: at(2, 'quic_rx_pkt_parse', 'Packet dropped', conn, 6904),
  pktParseLong: at(2, 'quic_rx_pkt_parse', 'long header packet received', conn, 6910),
  pktParseLongBad: at(2, 'quic_rx_pkt_parse', 'Packet dropped', conn, 6913),
  pktParseDcid: at(2, 'quic_rx_pkt_parse', 'Packet dropped', conn, 6923),
  pktParseRetry: at(2, 'quic_rx_pkt_parse', 'Packet dropped', conn, 6930),
  pktParseVnSent: at(2, 'quic_rx_pkt_parse', 'VN packet sent', conn, 6942),
  pktParseToken: at(2, 'quic_rx_pkt_parse', 'Packet dropped', conn, 6954),
  pktParseRetrySent: at(2, 'quic_rx_pkt_parse', 'Initial without token, sending retry', conn, 6964),
  pktParseLength: at(2, 'quic_rx_pkt_parse', 'Packet dropped', conn, 6999),
  pktParseTooShort: at(2, 'quic_rx_pkt_parse', 'RX too short datagram with an Initial packet', conn, 7018),
  pktParseZeroRtt: at(2, 'quic_rx_pkt_parse', 'RX 0-RTT packet not supported', conn, 7028),
  pktParseShort: at(2, 'quic_rx_pkt_parse', 'RX short header packet', conn, 7033),
  pktParseShortBad: at(2, 'quic_rx_pkt_parse', 'RX pkt dropped', conn, 7035),
  pktParseShortDcid: at(2, 'quic_rx_pkt_parse', 'RX pkt dropped', conn, 7048),
  pktParsed: at(2, 'quic_rx_pkt_parse', 'RX pkt parsed', conn, 7059, 'p'),
  pktParseLeave: at(5, 'quic_rx_pkt_parse', 'leaving', conn, 7060),
  pktParseFailed: at(2, 'quic_rx_pkt_parse', 'RX pkt parsing failed', conn, 7068, 'p'),
  pktParseLeaveErr: at(5, 'quic_rx_pkt_parse', 'leaving', conn, 7069),
  fromCidEnter: at(5, 'retrieve_qc_conn_from_cid', 'entering', conn, 6573),
  fromCidLeave: at(5, 'retrieve_qc_conn_from_cid', 'leaving', conn, 6609, 'c'),
  retrieveEnter: at(5, 'quic_rx_pkt_retrieve_conn', 'entering', conn, 6747),
  retrieveRetry: at(2, 'quic_rx_pkt_retrieve_conn', 'Initial without token, sending retry', conn, 6776),
  retrieveShortDcid: at(2, 'quic_rx_pkt_retrieve_conn', 'dropped packet', conn, 6795),
  retrieveUnknown: at(2, 'quic_rx_pkt_retrieve_conn', 'RX non Initial pkt without connection', conn, 6837),
  retrieveLeave: at(5, 'quic_rx_pkt_retrieve_conn', 'leaving', conn, 6844, 'c'),
  retrieveLeaveErr: at(5, 'quic_rx_pkt_retrieve_conn', 'leaving', conn, 6849),
  closingState: at(3, 'qc_rx_check_closing', 'Closing state connection', conn, 7087, 'c'),
  migrationEnter: at(5, 'qc_handle_conn_migration', 'entering', conn, 7108, 'c'),
  migrationRefused: at(
    0,
    'qc_handle_conn_migration',
    'Active migration was disabled, datagram dropped',
    conn,
    7119,
    'c',
  ),
  migrationLeave: at(5, 'qc_handle_conn_migration', 'leaving', conn, 7162, 'c'),
  handleEnter: at(5, 'qc_rx_pkt_handle', 'entering', conn, 7228, 'c'),
  handlePkt: at(2, 'qc_rx_pkt_handle', 'RX pkt', conn, 7229, 'cp'),
  handleAmplification: at(
    2,
    'qc_rx_pkt_handle',
    'PTO timer must be armed after anti-amplication was reached',
    conn,
    7233,
    'c',
  ),
  handleError: at(2, 'qc_rx_pkt_handle', 'Connection error', conn, 7247, 'c'),
  handleOverrun: at(2, 'qc_rx_pkt_handle', 'Packet dropped', conn, 7281, 'c'),
  handleNew: at(4, 'qc_rx_pkt_handle', 'New packet', conn, 7285, 'cp'),
  handleDone: at(2, 'qc_rx_pkt_handle', 'RX pkt', conn, 7293, 'cp'),
  handleLeave: at(5, 'qc_rx_pkt_handle', 'leaving', conn, 7294, 'c'),
  handleDropped: at(2, 'qc_rx_pkt_handle', 'packet drop', conn, 7299, 'cp'),
  handleLeaveErr: at(5, 'qc_rx_pkt_handle', 'leaving', conn, 7300, 'c'),
  rebindEnter: at(5, 'qc_set_tid_affinity', 'entering', conn, 8457, 'c', 8457),
  rebindLeave: at(5, 'qc_set_tid_affinity', 'leaving', conn, 8514, '', 8516),
  rebindPrepared: at(5, 'qc_set_tid_affinity', 'leaving', conn, 0, 'c'),
  rebindError: at(5, 'qc_set_tid_affinity', 'leaving on error', conn, 8523, 'c', 8525),
  commitEnter: at(5, 'qc_bind_tid_commit', 'entering', conn, 0, 'c'),
  commitLeave: at(5, 'qc_bind_tid_commit', 'leaving', conn, 0),
  resetEnter: at(5, 'qc_bind_tid_reset', 'entering', conn, 0, 'c'),
  resetLeave: at(5, 'qc_bind_tid_reset', 'leaving', conn, 0, 'c'),
  finalizeEnter: at(5, 'qc_finalize_affinity_rebind', 'entering', conn, 0, 'c', 8532),
  finalizeLeave: at(5, 'qc_finalize_affinity_rebind', 'leaving', conn, 0, 'c', 8549),
  ioEnter: at(5, 'quic_conn_io_cb', 'entering', conn, 5048, 'c'),
  ioState: at(2, 'quic_conn_io_cb', 'connection state', conn, 5052, 'c'),
  ioRetrans: at(5, 'quic_conn_io_cb', 'retransmission needed', conn, 5056, 'c'),
  ioKilled: at(5, 'quic_conn_io_cb', 'connection to be killed', conn, 5092, 'c'),
  ioDiscard: at(2, 'quic_conn_io_cb', 'discarding Handshake pktns', conn, 5117, 'c'),
  ioLeave: at(5, 'quic_conn_io_cb', 'leaving', conn, 5183, 'c'),
  appEnter: at(5, 'quic_conn_app_io_cb', 'entering', conn, 4972, 'c'),
  appState: at(3, 'quic_conn_app_io_cb', 'connection handshake state', conn, 4975, 'c'),
  appRetrans: at(3, 'quic_conn_app_io_cb', 'retransmission needed', conn, 4991, 'c'),
  appKilled: at(5, 'quic_conn_app_io_cb', 'connection to be killed', conn, 5006, 'c'),
  appDraining: at(3, 'quic_conn_app_io_cb', 'draining connection (must not send packets)', conn, 5012, 'c'),
  appLeave: at(5, 'quic_conn_app_io_cb', 'leaving', conn, 5023, 'c'),
  setTimerEnter: at(5, 'qc_set_timer', 'entering', conn, 820, 'c'),
  setTimerSet: at(2, 'qc_set_timer', 'set timer', conn, 821, 'c'),
  setTimerReleased: at(2, 'qc_set_timer', 'already released timer task', conn, 825, 'c'),
  setTimerAmplification: at(2, 'qc_set_timer', 'anti-amplification reached', conn, 840, 'c'),
  setTimerCancel: at(2, 'qc_set_timer', 'timer cancellation', conn, 846, 'c'),
  setTimerAsap: at(5, 'qc_set_timer', 'wakeup asap timer task', conn, 861, 'c'),
  setTimerSchedule: at(5, 'qc_set_timer', 'timer task scheduling', conn, 865, 'c'),
  setTimerLeave: at(5, 'qc_set_timer', 'leaving', conn, 870, 'c'),
  processTimerEnter: at(5, 'qc_process_timer', 'entering', conn, 5327, 'c'),
  processTimerNothing: at(2, 'qc_process_timer', 'No in flight packets to probe with', conn, 5346, 'c'),
  processTimerProbe: at(3, 'qc_process_timer', 'needs to probe 01RTT packet number space', conn, 5383, 'c'),
  processTimerLeave: at(5, 'qc_process_timer', 'leaving', conn, 5404, 'c'),
  idleAckArmed: at(2, 'qc_idle_timer_do_rearm', 'ack timer armed', conn, 5804, 'c'),
  idleArmed: at(2, 'qc_idle_timer_do_rearm', 'idle timer armed', conn, 5810, 'c'),
  idleRearmEnter: at(5, 'qc_idle_timer_rearm', 'entering', conn, 5822, 'c'),
  idleRearmLeave: at(5, 'qc_idle_timer_rearm', 'leaving', conn, 5832, 'c'),
  idleTaskEnter: at(5, 'qc_idle_timer_task', 'entering', conn, 5842, 'c'),
  idleAckExpired: at(2, 'qc_idle_timer_task', 'ack timer expired', conn, 5848, 'c'),
  idleRunning: at(2, 'qc_idle_timer_task', 'idle timer task running', conn, 5857, 'c'),
  idleTaskLeave: at(5, 'qc_idle_timer_task', 'leaving', conn, 5883, 'c'),
  releaseEnter: at(5, 'quic_conn_release', 'entering', conn, 5673, 'c'),
  releaseFreed: at(2, 'quic_conn_release', 'QUIC conn. freed', conn, 5754),
  releaseLeave: at(5, 'quic_conn_release', 'leaving', conn, 5756),
  killEnter: at(5, 'qc_kill_conn', 'entering', conn, 804, 'c'),
  killKilling: at(2, 'qc_kill_conn', 'killing the connection', conn, 805, 'c'),
  killLeave: at(5, 'qc_kill_conn', 'leaving', conn, 808, 'c'),
  notifyEnter: at(5, 'qc_notify_close', 'entering', conn, 8395, 'c'),
  notifyLeave: at(5, 'qc_notify_close', 'leaving', conn, 8411, 'c'),
  setCloseEnter: at(5, 'quic_set_connection_close', 'entering', conn, 1272, 'c'),
  setCloseSet: at(3, 'quic_set_connection_close', 'setting immediate close', conn, 1276, 'c'),
  setCloseLeave: at(5, 'quic_set_connection_close', 'leaving', conn, 1281, 'c'),
  initEnter: at(5, 'qc_conn_init', 'entering', xprt, 112),
  initLeave: at(5, 'qc_conn_init', 'leaving', xprt, 121),
  startEnter: at(5, 'qc_xprt_start', 'entering', xprt, 133, 'c'),
  startLeave: at(5, 'qc_xprt_start', 'leaving', xprt, 140, 'c', 142),
  sockIocbEnter: at(5, 'quic_conn_sock_fd_iocb', 'entering', sock, 501, 'c'),
  sockIocbLeave: at(5, 'quic_conn_sock_fd_iocb', 'leaving', sock, 515, 'c'),
  rcvEnter: at(5, 'qc_rcv_buf', 'entering', sock, 695, 'c'),
  rcvRead: at(5, 'qc_rcv_buf', 'read datagram', sock, 733, 'c'),
  rcvOther: at(
    3,
    'qc_rcv_buf',
    'datagram for other connection on quic-conn socket, requeue it',
    sock,
    751,
    'c',
  ),
  rcvLeave: at(5, 'qc_rcv_buf', 'leaving', sock, 792, 'c'),
  postHandshakeEnter: at(5, 'quic_build_post_handshake_frames', 'entering', conn, 4098, 'c'),
  postHandshakeLeave: at(5, 'quic_build_post_handshake_frames', 'leaving', conn, 4150, 'c'),
  retireEnter: at(5, 'qc_handle_retire_connection_id_frm', 'entering', conn, 3022, 'c'),
  retireTooBig: at(2, 'qc_handle_retire_connection_id_frm', 'CID seq. number too big', conn, 3030, 'c'),
  retireAlready: at(2, 'qc_handle_retire_connection_id_frm', 'CID already retired', conn, 3041, 'c'),
  retireCurrent: at(
    2,
    'qc_handle_retire_connection_id_frm',
    'cannot retire the current CID',
    conn,
    3050,
    'c',
  ),
  retireLeave: at(5, 'qc_handle_retire_connection_id_frm', 'leaving', conn, 3058, 'c'),
  newCidEnter: at(5, 'new_quic_cid', 'entering', conn, 4037, 'c'),
  newCidFailed: at(0, 'new_quic_cid', 'cid allocation failed', conn, 4044, 'c'),
  newCidLeave: at(5, 'new_quic_cid', 'leaving', conn, 4076, 'c'),
  requeue: at(3, 'quic_dgram_parse', 're-enqueue packet to conn thread', conn, 0),
  dropHandshake: at(4, 'quic_rx_pkt_retrieve_conn', 'Drop INITIAL on max handshake', conn, 0),
  dropAccept: at(4, 'quic_rx_pkt_retrieve_conn', 'Drop INITIAL on max accept', conn, 0),
  closedIoEnter: at(5, 'quic_conn_closed_io_cb', 'entering', conn, 0, 'c'),
  closedIoFatal: at(0, 'quic_conn_closed_io_cb', 'sendto fatal error', conn, 0, 'c'),
  closedIoLeave: at(5, 'quic_conn_closed_io_cb', 'leaving', conn, 0, 'c'),
} as const satisfies Record<TraceName, TracePoint>;

/** What a point has from a version on, in place of what it had. */
export interface LaterPoint {
  readonly since: string;
  readonly args?: TracePoint['args'];
  readonly fn?: string;
  readonly text?: string;
}

/**
 * Of qc_conn_init, which enters with its connection in 2.9.0 and without it in 3.4.0, of qc_notify_err and of quic_cid_register_seq_num, which
 * traces in place of new_quic_cid in 3.4.0, the tags are not known.
 */
const LATER_POINTS: Readonly<Partial<Record<TraceName, readonly LaterPoint[]>>> = {
  fromCidLeave: [{ since: '3.1-dev2', args: '' }],
  initEnter: [
    { since: '2.9-dev1', args: 'c' },
    { since: '3.4-dev1', args: '' },
  ],
  initLeave: [{ since: '2.9-dev1', args: 'c' }],
  notifyEnter: [{ since: '2.9-dev1', fn: 'qc_notify_err' }],
  notifyLeave: [{ since: '2.9-dev1', fn: 'qc_notify_err' }],
  newCidEnter: [{ since: '3.3-dev13', fn: 'quic_cid_register_seq_num' }],
  newCidLeave: [{ since: '3.3-dev13', fn: 'quic_cid_register_seq_num' }],
  newCidFailed: [{ since: '3.3-dev13', text: 'error on first CID allocation' }],
};

/** Type of the packet in the word that a trace line has of it (`machine/sink.ts`). */
export const packetTypeIn = (word: number): number => word & 7;
/** The connection's idle timer task in the same word. */
export const idleTaskIn = (word: number): number => word >>> 3;

/** By number; oldest first. */
export const LATER: readonly (readonly LaterPoint[])[] = TRACE_NAMES.map((name) => LATER_POINTS[name] ?? []);

/** By number. */
export const TRACE_POINTS: readonly TracePoint[] = TRACE_NAMES.map((name) => points[name]);
