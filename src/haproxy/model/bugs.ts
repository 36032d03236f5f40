/**
 * What stops a run: HAProxy's assertions that the model can reach, with the texts it prints (semantics N11), and what no
 * assertion of HAProxy's catches: a segmentation fault, the use of a freed object.
 */
export interface Bug {
  text: string;
  /** Its place at 25174d51e, at 1acbbca17 and at d6646dddc; '?' where it is not known. */
  seed: string;
  pair: string;
  early: string;
  /** `freed`: what HAProxy would do depends on what the memory holds by then. */
  kind: 'assertion' | 'crash' | 'freed';
}

const at = (text: string, seed: string, pair = seed, early = '?'): Bug => ({
  text,
  seed,
  pair,
  early,
  kind: 'assertion',
});
const crash = (text: string): Bug => ({ ...at(text, '?'), kind: 'crash' });

export const BUGS = [
  at(
    'qc->flags & ((1U << 29)|(1U << 30))',
    'src/quic_conn.c:8501',
    'src/quic_conn.c:8503',
    'src/quic_conn.c:8530',
  ),
  at('!node || eb64_next(node)', 'src/quic_conn.c:8506', 'src/quic_conn.c:8508', 'src/quic_conn.c:8535'),
  at('qc->mux_state == QC_MUX_READY', 'src/quic_conn.c:5676', 'src/quic_conn.c:5676', 'src/quic_conn.c:5710'),
  at(
    '((&qc->accept_list)->next != (&qc->accept_list))',
    'src/quic_sock.c:899',
    'src/quic_sock.c:908',
    'src/quic_sock.c:907',
  ),
  at('new_dgram->buf', 'src/quic_sock.c:782', 'src/quic_sock.c:782', 'src/quic_sock.c:781'),
  at('state & 0x00000020', 'src/task.c:58', 'src/task.c:58', 'src/task.c:58'),
  at('state & 0x00000020', 'src/task.c:102', 'src/task.c:102', 'src/task.c:102'),
  at('tl->tid >= 0 && tid != tl->tid', 'src/task.c:173', 'src/task.c:173', 'src/task.c:173'),
  at(
    't->tid >= 0 && t->tid != tid && !(global.mode & 0x1000)',
    'include/haproxy/task.h:267',
    'include/haproxy/task.h:267',
    'include/haproxy/task.h:267',
  ),
  at(
    'task->tid != tid',
    'include/haproxy/task.h:306',
    'include/haproxy/task.h:306',
    'include/haproxy/task.h:306',
  ),
  at(
    'task->tid != tid',
    'include/haproxy/task.h:670',
    'include/haproxy/task.h:670',
    'include/haproxy/task.h:673',
  ),
  at(
    'pos < end || pos > dgram->buf + dgram->len',
    'src/quic_conn.c:8298',
    'src/quic_conn.c:8298',
    'src/quic_conn.c:8320',
  ),
  crash('segmentation fault: LIST_DEL of el_th_ctx {NULL, NULL}'),
  { ...at('use of a freed object', '?'), kind: 'freed' },
  at('!(qc->flags & (1U << 10))', '?', '?', 'src/quic_conn.c:8569'),
  at('qc->flags & ((1U << 29)|(1U << 30))', '?'),
  at('qc->flags & (1U << 10)', '?'),
  crash('segmentation fault: the bytes of a consumed datagram'),
  at('qc->flags & (1U << 4)', '?'),
  crash('segmentation fault: a NULL pointer'),
  at('l->rx.quic_curr_accept <= 0', '?'),
  at('!conn_id->qc', '?'),
  at('qc->conn', '?'),
  crash('segmentation fault: conn->owner is NULL'),
  at('l->rx.quic_curr_handshake == 0', '?'),
] as const satisfies readonly Bug[];

/** Number of the crash at a pointer that is NULL, in which a changed program can end too. */
export const BUG_NULL = 19;

/** Its place in the revision whose newest fix is `last`; '?' where it is not known. */
export function bugPlace(b: Bug, last: string): string {
  if (last === '25174d51e') return b.seed;
  if (last === '1acbbca17') return b.pair;
  return last === 'd6646dddc' ? b.early : '?';
}

/** What stopped the run, in one sentence without its full stop: the assertion by its text, else what thread `tid` does. */
export function bugText(b: Bug, tid: number): string {
  if (b.kind === 'assertion') return `BUG_ON on T${tid}: ${b.text}`;
  if (b.kind === 'crash') return `T${tid} crashes: ${b.text}`;
  return `T${tid} uses a freed object; what HAProxy would do is not determined`;
}

/** As `bugText`, but an assertion as the line that HAProxy prints; `where` is its FILE:LINE, '?' when that is not known. */
export function fatalText(b: Bug, tid: number, where = '?'): string {
  if (b.kind !== 'assertion') return bugText(b, tid);
  return `FATAL: bug condition "${b.text}"${where === '?' ? '' : ` matched at ${where}`}`;
}

/** Index into BUGS by what is asserted. */
export const BUG = {
  REBIND_CLOSING: 0,
  REBIND_ONE_CID: 1,
  RELEASE_MUX_READY: 2,
  ACCEPT_LISTED: 3,
  DGRAM_NOT_CONSUMED: 4,
  TASK_KILLED: 5,
  TASKLET_KILLED: 6,
  WAKEUP_AFTER_TID: 7,
  UNLINK_WQ_TID: 8,
  TASK_QUEUE_TID: 9,
  TASK_SCHEDULE_TID: 10,
  DGRAM_END: 11,
  SEGV_EL_TH_CTX: 12,
  FREED_OBJECT: 13,
  REBIND_FLAG: 14,
  FINALIZE_CLOSING: 15,
  RELEASE_REBOUND: 16,
  CONSUMED_DGRAM: 17,
  ACCEPT_TWICE: 18,
  ACCEPT_COUNT: 20,
  CID_WITHOUT_CONN: 21,
  RELEASE_CONN: 22,
  SEGV_NO_SESSION: 23,
  HANDSHAKE_COUNT: 24,
} as const;
