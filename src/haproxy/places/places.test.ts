/** Places of steps in HAProxy's source: the entries name steps there are, and say of each revision what is known of it. */
import { describe, expect, test } from 'vitest';
import { PROCEDURES } from '../catalogue.ts';
import { labelsOf } from '../names.ts';
import { chooseRevision, FIXES, findRevision, programOf, REVISIONS } from '../revisions.ts';
import { FUNCTIONS } from './functions.ts';
import { namedSteps, type Place, placeOf, sourceOf } from './index.ts';
import { SOURCES } from './sources.ts';
import { STATEMENTS } from './statements.ts';

const baseOf = (revision: string): ReadonlySet<string> => findRevision(revision)!.fixes;

function place(revision: string, key: string, label: string, mutations: string[] = []): Place {
  const made = chooseRevision({ revision, mutations });
  if (typeof made === 'string') throw new Error(made);
  const step = programOf(made).steps.find((s) => s.proc.key === key && s.label === label);
  if (!step) throw new Error(`${key} has no step ${label} in ${revision}`);
  return placeOf(step, baseOf(revision));
}

const REBIND = 'qc_set_tid_affinity';

test('each entry names a step that its procedure has in some program', () => {
  const wrong = PROCEDURES.flatMap((p) => {
    const labels = labelsOf(p);
    return namedSteps(p.key)
      .filter((l) => !labels.has(l))
      .map((l) => `${p.key} ${l}`);
  });
  expect(wrong).toEqual([]);
});

describe('a step’s place', () => {
  test.each([
    ['seed', REBIND, 'S1.2', 'quic_conn.c:8463'],
    ['seed', REBIND, 'S6', 'quic_conn.c:8484'],
    ['1acbbca17', REBIND, 'S6', 'quic_conn.c:8486'],
    ['1acbbca17', REBIND, 'S6.0', 'quic_conn.c:8485'],
    ['1acbbca17', REBIND, 'S7', 'quic_conn.c:8488,8490,8492'],
    ['76d502588', REBIND, 'S14', 'quic_conn.c:8622'],
    ['d8f1ff864', 'session_accept_fd', '4w', 'xprt_quic.c:148'],
    ['newest', 'qc_bind_tid_commit', 'S14', 'quic_conn.c:2096'],
    ['newest', 'quic_get_cid_tid', '5b', 'quic_cid.c:384'],
    ['1acbbca17', 'listener_accept', '7f', 'listener.c:115'],
  ])('%s, %s %s: its line', (revision, key, label, at) => {
    expect(place(revision, key, label)).toEqual({ at });
  });

  test.each([
    ['seed', REBIND, 'S15', 'quic_conn.c:8449-8525'],
    ['1acbbca17', 'quic_build_post_handshake_frames', '4', 'include/haproxy/quic_conn.h:154-162'],
    ['newest', 'quic_rx_pkt_retrieve_conn', 'N8m', 'quic_rx.c:1764-1942'],
    ['newest', 'quic_dgram_write', 'W5', 'mpring.c:47-91'],
    ['newest', 'quic_lstnr_dghdlr', 'Q3', 'mpring.c:148-166'],
  ])('%s, %s %s: else its function', (revision, key, label, at) => {
    expect(place(revision, key, label)).toEqual({ at });
  });

  test.each([
    ['seed', 'LIST_APPEND', '.1'],
    ['seed', 'process_runnable_tasks', '4'],
    ['seed', '<rebind by hand>', 'H1'],
  ])('%s, %s %s: else unknown', (revision, key, label) => {
    expect(place(revision, key, label)).toEqual({ at: '?' });
  });

  test('in a revision whose lines are not known: where it is in the next one, else in the last, that is named', () => {
    expect(place('d6646dddc', REBIND, 'S13f')).toEqual({
      at: '?',
      near: { at: 'quic_conn.c:8621', source: 'v2.8.0' },
    });
    expect(place('d6646dddc', REBIND, 'S10')).toEqual({
      at: '?',
      near: { at: 'quic_conn.c:8503', source: '1acbbca17' },
    });
  });

  test('in a changed program: the revision’s that it was made from; what a mutation wrote has none', () => {
    expect(place('seed', REBIND, 'S14', ['X02'])).toEqual({ at: 'quic_conn.c:8511' });
    expect(place('seed', REBIND, 'S6y', ['X04'])).toEqual({ at: '?' });
    const without = chooseRevision({ revision: '1acbbca17', without: ['1acbbca17'] });
    if (typeof without === 'string') throw new Error(without);
    const s6 = programOf(without).steps.find((s) => s.proc.key === REBIND && s.label === 'S6')!;
    expect(placeOf(s6, baseOf('1acbbca17')).at).toBe('quic_conn.c:8486');
  });
});

test('a state of the source has the fixes of its version and of none later', () => {
  const number = (v: string): number[] => (v.match(/\d+/g) ?? []).map(Number);
  /** Whether development version `v` comes no later than release `r`. */
  const by = (v: string, r: string): boolean => {
    const [a, b] = [number(v), number(r)];
    return a[0]! < b[0]! || (a[0] === b[0] && a[1]! <= b[1]!);
  };
  for (const s of SOURCES.filter((o) => o.name.startsWith('v'))) {
    const next = FIXES[FIXES.indexOf(s.last) + 1]!;
    expect([s.last.id, by(s.last.version, s.name)]).toEqual([s.last.id, true]);
    expect([next.id, by(next.version, s.name)]).toEqual([next.id, false]);
    expect(REVISIONS.filter((r) => sourceOf(r.fixes) === s.name).length).toBe(1);
  }
});

test('every statement lies within a function of the same state of the source', () => {
  const columns = (text: string): string[] => {
    let file = '';
    let last = '';
    return text.split(' ').map((cell) => {
      if (cell === '=') return last;
      const [f, n] = cell.includes(':') ? (cell.split(':') as [string, string]) : [file, cell];
      if (cell !== '-') file = f;
      last = cell === '-' ? '' : `${file}:${n}`;
      return last;
    });
  };
  const functions = Object.values<string>(FUNCTIONS).map(columns);
  const lost: string[] = [];
  for (const [name, text] of Object.entries<string>(STATEMENTS))
    columns(text).forEach((at, c) => {
      const [file, numbers] = at.split(':') as [string, string | undefined];
      for (const n of numbers?.split(',') ?? []) {
        const inOne = functions.some((f) => {
          const [g, range] = f[c]!.split(':') as [string, string | undefined];
          const [first, end] = (range ?? '').split('-').map(Number) as [number, number];
          return g === file && Number(n) >= first && Number(n) <= end;
        });
        if (!inOne) lost.push(`${name} ${at} in ${SOURCES[c]!.name}`);
      }
    });
  expect(lost).toEqual([]);
});
