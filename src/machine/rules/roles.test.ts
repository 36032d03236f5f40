/** Which steps have which role in the newest revision and at the seed: a role lost is a rule that sees nothing. */
import { describe, expect, test } from 'vitest';
import { findRevision, programOf, REVISIONS } from '../../haproxy/revisions.ts';
import { hasRole, type Program } from '../../haproxy/step/compile.ts';
import { PROC_ROLES, ROLE, ROLES, type Role } from '../../haproxy/step/roles.ts';
import { RULES } from './index.ts';
import { blindTo } from './rule.ts';

const program = (id: string): Program => programOf(findRevision(id)!);

/** By role: `procedure label label, procedure label`. */
const NEWEST: Record<Role, string> = {
  commit: 'qc_bind_tid_commit S14',
  preparing: 'listener_accept 6 6b 7j 7f 7cj 7a full local local2, <rebind by hand> H3s H3 H4 H4s H4c',
  ioKill: 'qc_set_tid_affinity S6',
  ringAnswer: 'listener_accept 7f',
  mpringFull: 'quic_dgram_write W4f',
  givenUp: 'listener_accept local2, qc_set_tid_affinity S-err.3',
  errorPath: 'qc_set_tid_affinity S-err.1 S-err.2 S-err.3',
  cidRead: 'quic_get_cid_tid 2b 5b, retrieve_qc_conn_from_cid 5 6b, qc_rcv_buf 3e',
  treeWrite:
    'quic_rx_pkt_retrieve_conn 2d.1 N8d.1, quic_build_post_handshake_frames 4n e2, qc_handle_retire_connection_id_frm 2n 6n, quic_conn_release 10b, quic_release_cc_conn R4',
  made: 'quic_rx_pkt_retrieve_conn N8m',
  redispatch: 'quic_dgram_parse 3 3a 3w 3r 3d 3e',
  redispatchPush: 'quic_dgram_parse 3w',
  dgramEnd: 'quic_dgram_parse endw',
  chosen: 'listener_accept 5',
  ringPush: 'listener_accept 7j',
  ringFull: 'listener_accept full',
  localAccept: 'listener_accept local local2',
  listJoin: 'qc_new_conn 8, qc_finalize_affinity_rebind F0d',
  redispatchFree: 'quic_dgram_parse 3d',
  orderOver: '<rebind by hand> H5',
  countsConn: 'qc_new_conn 1c',
  countsHandshake: 'qc_new_conn 1h',
  countsAccept: 'quic_accept_push_qc 3c',
  taskInHand: 'process_runnable_tasks stateL listed',
  runsOnce: 'process_runnable_tasks pickO',
  socketCall:
    'qc_rcv_buf 2r, qc_send_ppkts fe 2e acke cce, qc_dgrams_retransmit 2e, quic_conn_closed_io_cb C2e',
  needsSession: 'qc_notify_err E2',
  makesClosed: 'quic_conn_release c1',
  fdOwner: 'quic_conn_release c4',
  answersBy: '',
  pollWait: 'run_poll_loop 9e',
  isolationWait: 'cli_io_handler_dump_quic 3',
};

const SEED: Partial<Record<Role, string>> = {
  mpringFull: '',
  taskInHand: 'process_runnable_tasks state listed',
  runsOnce: '',
  socketCall: '',
  needsSession: '',
  makesClosed: '',
  fdOwner: '',
  answersBy: '',
  redispatchPush: 'quic_dgram_parse 3b',
  dgramEnd: 'quic_dgram_parse end',
  commit: 'qc_set_tid_affinity S14',
  preparing: 'listener_accept local local2, <rebind by hand> H3s H3 H4 H4s',
  cidRead: 'quic_get_cid_tid 8, retrieve_qc_conn_from_cid 5 6, qc_rcv_buf 3d',
  treeWrite:
    'quic_rx_pkt_retrieve_conn 2d.1, quic_build_post_handshake_frames 4 e2, qc_handle_retire_connection_id_frm 2 6, quic_conn_release 10b',
  made: '',
  redispatch: 'quic_dgram_parse 3 3a 3b 3c 3e',
  chosen: '',
  ringPush: '',
  ringAnswer: '',
  ringFull: '',
  listJoin: 'qc_new_conn 8, qc_set_tid_affinity S11',
  redispatchFree: '',
  countsConn: '',
  countsHandshake: '',
  countsAccept: '',
};

function where(P: Program, role: Role): string {
  const by = new Map<string, string[]>();
  for (const s of P.steps) if (hasRole(s, role)) by.set(s.proc.key, [...(by.get(s.proc.key) ?? []), s.label]);
  return [...by].map(([proc, labels]) => `${proc} ${labels.join(' ')}`).join(', ');
}

describe.each([
  ['newest', NEWEST],
  ['seed', { ...NEWEST, ...SEED }],
] as const)('%s', (id, table) => {
  test.each(Object.keys(ROLES) as Role[])('%s', (role) => {
    expect(where(program(id), role)).toBe(table[role]);
  });
});

test('no rule is blind in a revision of the line: each role that it looks for, a step has', () => {
  // Before 1acbbca17 no thread is chosen, and nothing is pushed to a ring; before 9b5f11cd3 there is no byte ring.
  const since: Record<string, string> = { 'F-R5': '1acbbca17', 'F-R3': '1acbbca17', 'F-R5b': '9b5f11cd3' };
  for (const revision of REVISIONS)
    for (const r of RULES)
      if (revision.fixes.has(since[r.id] ?? '25174d51e'))
        expect(blindTo(r, programOf(revision)), `${r.id} in ${revision.id}`).toEqual([]);
});

test('each role of a step has a bit of its own', () => {
  expect(new Set(Object.values(ROLE)).size).toBe(Object.keys(ROLES).length);
});

test('every role of a procedure is some procedure’s', () => {
  const { procedures } = program('newest');
  for (const role of PROC_ROLES)
    expect(
      procedures.some((p) => p.roles.has(role)),
      role,
    ).toBe(true);
});
