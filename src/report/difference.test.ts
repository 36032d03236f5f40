/** What differs between a procedure of two programs: told by labels, replacements and edges, never by sentences. */
import { describe, expect, test } from 'vitest';
import { procedureNamed } from '../haproxy/names.ts';
import { chooseRevision, programOf, REVISIONS, type Switches } from '../haproxy/revisions.ts';
import { type DifferenceRow, differenceOf, type Side } from './difference.ts';
import { listingOf } from './listing.ts';

function side(fn: string, s: Switches): Side {
  const made = chooseRevision(s);
  if (typeof made === 'string') throw new Error(made);
  const program = programOf(made);
  return { program, listing: listingOf(program, procedureNamed(fn)!, made.fixes) };
}

const between = (fn: string, before: Switches, after: Switches): DifferenceRow[] =>
  differenceOf(side(fn, before), side(fn, after));

/** `+S13f -S10 ~S15>S15n >S9 *S5.1`, without what is the same. */
const short = (rows: readonly DifferenceRow[]): string =>
  rows
    .filter((r) => r.kind !== 'same')
    .map((r) => {
      const mark = { same: '', added: '+', removed: '-', changed: '~', moved: '>', edges: '*' }[r.kind];
      return `${mark}${r.was ? `${r.was.label}>` : ''}${r.step.label}`;
    })
    .join(' ');

const REBIND = 'qc_set_tid_affinity';

describe('steps', () => {
  test.each<[string, string, Switches, Switches, string]>([
    ['nothing', REBIND, { revision: 'seed' }, { revision: 'seed' }, ''],
    [
      'added, and the jump that meets it',
      REBIND,
      { revision: '5f8704152' },
      { revision: '739de3f11' },
      '*S5.1 +S6.0',
    ],
    [
      'removed, then what has come there',
      REBIND,
      { revision: 'bfdf14585' },
      { revision: '95f624540' },
      '-S8 -S13 -S14 ~S15>S15n',
    ],
    [
      'the other way round',
      REBIND,
      { revision: '95f624540' },
      { revision: 'bfdf14585' },
      '+S8 +S13 +S14 ~S15n>S15',
    ],
    ['replaced twice over', 'qc_rcv_buf', { revision: '123181096' }, { revision: 'f59635c49' }, '~5b>5bnn'],
    [
      'a procedure that is new',
      'qc_bind_tid_reset',
      { revision: 'bfdf14585' },
      { revision: '95f624540' },
      '+R1 +R2',
    ],
    ['an edge alone', 'qc_idle_timer_task', { revision: 'f59635c49' }, { revision: '4070e4042' }, '*4'],
    ['moved', REBIND, { revision: 'seed' }, { revision: 'seed', ideas: ['move S9 after S14'] }, '>S9'],
    [
      'two that change places',
      REBIND,
      { revision: 'seed' },
      { revision: 'seed', ideas: ['swap S3 S4'] },
      '>S3',
    ],
    ['a mutation’s', REBIND, { revision: 'seed' }, { revision: 'seed', mutations: ['X04'] }, '~S6>S6y +S7y'],
    [
      'a fix taken out',
      REBIND,
      { revision: '7cab3a3c3' },
      { revision: '7cab3a3c3', without: ['95f624540'] },
      '+S8 +S13 +S14 ~S15n>S15',
    ],
  ])('%s', (_, fn, before, after, expected) => {
    expect(short(between(fn, before, after))).toBe(expected);
  });
});

test('a step that has gone to another procedure, or come from one, says so', () => {
  const rows = between(REBIND, { revision: 'bfdf14585' }, { revision: '95f624540' });
  const gone = rows.filter((r) => r.kind === 'removed').map((r) => `${r.step.label} ${r.elsewhere}`);
  expect(gone).toEqual(['S8 set_affinity2', 'S13 set_affinity2', 'S14 set_affinity2']);
  const there = between('qc_bind_tid_commit', { revision: 'bfdf14585' }, { revision: '95f624540' });
  expect(there.map((r) => `${r.step.label} ${r.elsewhere ?? ''}`)).toEqual([
    'K1 ',
    `S8 ${REBIND}`,
    `S13 ${REBIND}`,
    `S14 ${REBIND}`,
    'K2 ',
  ]);
});

test('an edge says where it led and leads', () => {
  const [row] = between('qc_idle_timer_task', { revision: 'f59635c49' }, { revision: '4070e4042' }).filter(
    (r) => r.kind === 'edges',
  );
  expect(row!.edges).toEqual([{ edge: 'held', from: 'end', to: 'stay' }]);
});

test('each revision is the one before it, and the difference: nothing is lost or told twice', () => {
  for (let i = 1; i < REVISIONS.length; i++) {
    const [was, is] = [REVISIONS[i - 1]!, REVISIONS[i]!];
    const [before, after] = [programOf(was), programOf(is)];
    for (const p of after.procedures) {
      const proc = procedureNamed(p.key)!;
      const a: Side = { program: before, listing: listingOf(before, proc, was.fixes) };
      const b: Side = { program: after, listing: listingOf(after, proc, is.fixes) };
      const rows = differenceOf(a, b);
      const kept = rows.filter((r) => r.kind !== 'removed').map((r) => r.step.label);
      expect(kept).toEqual(b.listing.steps.map((s) => s.label));
      const old = rows
        .filter((r) => r.kind !== 'added')
        .map((r) => r.was?.label ?? r.step.label)
        .sort();
      expect(old).toEqual(a.listing.steps.map((s) => s.label).sort());
    }
  }
});
