/** The edition that wrote format 1, as it is kept: every step of its programs has its place in those of today. */
import { expect, test } from 'vitest';
import { chooseRevision, FIXES, MUTATIONS, programOf, REVISIONS } from '../../haproxy/revisions.ts';
import { dataOf, machineOf, OPTIONS } from '../../scenario/testing/worlds.ts';
import { editionOf } from './edition.ts';
import { proceduresOf } from './format-1.ts';
import { FIXES as THEN } from './origin.ts';
import { Places } from './places.ts';

const { W } = machineOf(dataOf('v07'));

/** What has no place in the program of these switches. */
function lost(switches: { revision: string; without?: string[]; mutations?: string[] }): string[] {
  const revision = chooseRevision(switches);
  if (typeof revision === 'string') return [];
  const P = programOf(revision);
  const here = editionOf({ W, P });
  const prints = new Map(THEN.split('\n').map((l) => l.split(' ') as [string, string]));
  const last = switches.revision.split('+').at(-1)!;
  const procs = proceduresOf({ ...OPTIONS, ...switches }, revision.id, prints.get(last));
  if (!procs) return [`no program of ${revision.id}`];
  const places = new Places({ ...here, procs }, here, P.renamed);
  let pc = 0;
  return procs.flatMap(({ key, labels }) => {
    // A procedure that a fix brings was listed before it, and never reached.
    const there = here.procs.find((p) => p.key === key)!.labels.length > 0;
    return labels.flatMap((label) => {
      const at = places.at(pc++)!;
      if (!there) return [];
      try {
        places.step(at);
        return [];
      } catch {
        return [`${key}/${label}`];
      }
    });
  });
}

/** A thread that stands at one of these is named, and the file refused: steps that went without another in their place. */
const GONE: readonly string[] = [
  'quic_conn_io_cb/6b',
  'quic_conn_io_cb/10s',
  'qc_rcv_buf/3f',
  // With the byte ring (9b5f11cd3), of which the newest had the handler alone then: receive buffers, descriptors, what marks them as consumed.
  'quic_lstnr_dgram_dispatch/2',
  'quic_lstnr_dgram_dispatch/6',
  'quic_lstnr_sock_fd_iocb/2',
  'quic_lstnr_sock_fd_iocb/3a',
  'quic_lstnr_sock_fd_iocb/3b',
  'quic_lstnr_sock_fd_iocb/4',
  'quic_lstnr_sock_fd_iocb/5',
  'quic_lstnr_dghdlr/5',
  // Where the CID comes before its connection (5a8728d03), which the newest lacked then: a loser's connection and its memory.
  'quic_rx_pkt_retrieve_conn/2cf',
  'quic_rx_pkt_retrieve_conn/2cg',
  'quic_rx_pkt_retrieve_conn/2d.r',
  'quic_rx_pkt_retrieve_conn/won',
  'quic_dgram_parse/nomem',
  'qc_new_conn/3',
  'qc_rcv_buf/5',
  'qc_rcv_buf/5a',
  'qc_rcv_buf/5b',
  'qc_rcv_buf/5d',
];

test('in each revision that it had', () => {
  const then = new Set(THEN.split('\n').map((l) => l.split(' ')[0]));
  const known = REVISIONS.filter((_, i) => then.has(FIXES[i]!.id));
  expect(known.length).toBe(then.size);
  expect([...new Set(known.flatMap((r) => lost({ revision: r.id })))]).toEqual(GONE);
});

/** The same, of steps of mutations: they are written otherwise today. */
const GONE_WITH: Readonly<Record<string, readonly string[]>> = {
  X02: ['qc_set_tid_affinity/S14x'],
  X03: ['qc_set_tid_affinity/S5x', 'qc_set_tid_affinity/S6x'],
  X13: ['qc_bind_tid_commit/S14y'],
};

test('with each mutation', () => {
  const more = MUTATIONS.map(({ id }) => {
    const those = lost({ revision: '7cab3a3c3', mutations: [id] });
    return [id, those.filter((l) => !GONE.includes(l))] as const;
  });
  expect(Object.fromEntries(more.filter(([, l]) => l.length > 0))).toEqual(GONE_WITH);
});
