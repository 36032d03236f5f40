import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { PROCEDURES } from '../haproxy/catalogue.ts';
import { namesOf } from '../haproxy/names.ts';
import { chooseRevision, MUTATIONS, programOf, REVISIONS } from '../haproxy/revisions.ts';
import type { CompiledStep, Program } from '../haproxy/step/compile.ts';
import type { StepDef } from '../haproxy/step/proc.ts';
import { nearest } from './nearest.ts';
import { type ProgramReport, program } from './program.ts';
import { bodyOf, calledBy } from './source/bodies.ts';
import { command } from './testing/command.ts';

const run = command(program);

afterEach(() => {
  vi.restoreAllMocks();
});

async function json(...argv: string[]): Promise<ProgramReport> {
  const { code, out } = await run(...argv, '--json');
  expect(code).toBe(0);
  return JSON.parse(out) as ProgramReport;
}

describe('as data', () => {
  test('exactly these keys', async () => {
    const r = await json('qc_set_tid_affinity', '--revision', 'seed');
    expect(Object.keys(r)).toEqual(['function', 'revision', 'steps']);
    for (const s of r.steps) expect(Object.keys(s)).toEqual(['label', 'at', 'text', 'roles', 'to']);
    expect(r).toMatchObject({ function: 'qc_set_tid_affinity', revision: '25174d51e' });
    expect(r.steps.find((s) => s.label === 'S1.2')).toEqual({
      label: 'S1.2',
      at: 'quic_conn.c:8463',
      text: 'Allocate a loss timer task, if it has one',
      roles: [],
      to: ['S-err.1'],
    });
    expect(r.steps.find((s) => s.label === 'S14')).toMatchObject({
      at: 'quic_conn.c:8511',
      roles: ['commit'],
    });
    expect(r.steps.find((s) => s.label === 'S15')!.to).toEqual(['RET']);
  });

  test('the steps of each revision as they are compiled', async () => {
    for (const r of [REVISIONS[0]!, REVISIONS[9]!, REVISIONS.at(-1)!]) {
      const { steps } = programOf(r);
      for (const fn of ['listener_accept', 'quic_dgram_parse']) {
        const said = await json(fn, '--revision', r.id);
        expect(said.steps.map((s) => s.label)).toEqual(
          steps.filter((s) => s.proc.key === fn).map((s) => s.label),
        );
      }
    }
  });

  test('with fixes taken out and mutations put in, the id says so', async () => {
    const r = await json('retrieve_qc_conn_from_cid', '--revision', 'seed', '--mutation', 'X01');
    expect(r.revision).toBe('25174d51e +X01');
    expect(r.steps.map((s) => s.label)).not.toContain('5');
    const w = await json('quic_get_cid_tid', '--revision', 'newest', '--without', '7cab3a3c3');
    expect(w.steps.map((s) => s.label)).toContain('5');
  });

  test('the difference', async () => {
    const { out } = await run(
      'qc_set_tid_affinity',
      '--revision',
      'bfdf14585',
      '--against',
      '95f624540',
      '--json',
    );
    const d = JSON.parse(out);
    expect(Object.keys(d)).toEqual(['function', 'revision', 'against', 'changes']);
    expect(d.changes.map((c: { change: string; label: string }) => `${c.change} ${c.label}`)).toEqual([
      'removed S8',
      'removed S13',
      'removed S14',
      'changed S15n',
    ]);
  });
});

describe('for a person', () => {
  test('each step with place, number, sentence, roles and edges', async () => {
    const { code, out } = await run('qc_set_tid_affinity');
    expect(code).toBe(0);
    expect(out).toContain('places as in 1acbbca17');
    expect(out).toMatch(/^S6 +quic_conn\.c:8486 +S6 +Kill the old I\/O tasklet$/m);
    expect(out).toMatch(/^S6\.0 .*\[739de3f11\]$/m);
    expect(out).toMatch(/^ +role commit \(qc, new_tid\)$/m);
    expect(out).toMatch(/^ +none: to S-err\.1$/m);
  });

  test('where the lines are not known, the nearest that are', async () => {
    const { out } = await run('qc_set_tid_affinity', '--revision', 'd6646dddc');
    expect(out).toMatch(/^S14 +\? \(quic_conn\.c:8622 in v2\.8\.0\)/m);
  });

  test('what was changed of the revision stands at the top', async () => {
    const { out } = await run('qc_set_tid_affinity', '--revision', 'seed', '--mutation', 'X25');
    expect(out).toContain('changed: with mutation X25, the idle expiry is not carried over');
  });

  test('without a function: every one that the program has', async () => {
    const { code, out } = await run('--revision', 'seed');
    expect(code).toBe(0);
    const names = out.trim().split('\n');
    expect(names).toContain('qc_set_tid_affinity');
    expect(names).not.toContain('qc_bind_tid_commit');
  });
});

describe('names', () => {
  test('every name that a function ever had is taken, with or without angle brackets', async () => {
    for (const p of PROCEDURES)
      for (const name of namesOf(p)) {
        const r = await json(name.replace(/[<>]/g, ''), '--revision', 'newest');
        expect(r.steps.length).toBeGreaterThan(0);
      }
  });

  test.each([
    [['qc_set_tid_affinty'], 'nearest is qc_set_tid_affinity'],
    [['listner_accept'], 'nearest is listener_accept'],
    [['qc_bind_tid_commit', '--revision', 'seed'], '95f624540 brings it'],
    [['qc_check_dcid'], 'its steps stand in qc_rcv_buf'],
    [['qc_set_tid_affinity', '--revision', 'nowhere'], 'There is no revision nowhere'],
    [['qc_set_tid_affinity', '--against', 'nowhere'], 'There is no revision nowhere'],
    [['qc_set_tid_affinity', '--without', '1acbbca17', '--revision', 'seed'], 'not part of'],
    [['qc_set_tid_affinity', '--mutation', 'X99'], 'no mutation X99'],
    [['qc_set_tid_affinity', 'listener_accept'], 'one function at a time'],
    [['--source'], 'which function?'],
    [['--nonsense'], 'usage'],
  ])('%j: exit 2, and why in one line', async (argv, why) => {
    const { code, out, err } = await run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(why);
    expect(err).not.toContain('    at ');
  });

  test('the nearest is the one with the fewest letters to change', () => {
    expect(nearest('accep', ['listener_accept', 'access'])).toBe('listener_accept');
    expect(nearest('lsit', ['last', 'list'])).toBe('list');
    expect(nearest('', ['a', 'b'])).toBe('a');
  });
});

describe('--source', () => {
  /** Every step that some program has, once. */
  const every = (): CompiledStep[] => {
    const seen = new Map<StepDef, CompiledStep>();
    const take = (P: Program): void => {
      for (const s of P.steps) if (!seen.has(s.def)) seen.set(s.def, s);
    };
    for (const r of REVISIONS) {
      take(programOf(r));
      for (const m of MUTATIONS) {
        const made = chooseRevision({ revision: r.id, mutations: [m.id] });
        if (typeof made !== 'string') take(programOf(made));
      }
    }
    return [...seen.values()];
  };

  test('finds the body of every step, in the file of who wrote it', () => {
    const root = join(import.meta.dirname, '../..');
    for (const s of every()) {
      const { body } = bodyOf(s);
      const [path, line] = body.at.split(':') as [string, string];
      const folder = s.wrote === 'seed' ? /proc\// : /^[XH]/.test(s.wrote) ? /mutations\// : /fixes\//;
      expect(path).toMatch(folder);
      if (s.wrote !== 'seed') expect(path).toContain(s.wrote);
      const lines = readFileSync(join(root, path), 'utf8').split('\n');
      expect(lines[Number(line) - 1]).toContain(body.text.split('\n')[0]);
    }
  });

  test('two bodies of one label are told apart', () => {
    const h1x = every().filter((s) => s.label === 'H1x');
    expect(h1x.length).toBe(2);
    const texts = h1x.map((s) => bodyOf(s).body.text);
    expect(texts[0]).toContain('x.st(l.qc, QuicConn.handTask, NULL)');
    expect(texts[1]).toContain('ON_ITS_WAY');
  });

  test('the functions that bodies call are given as the program has them', () => {
    const called = (revision: number): string => {
      const P = programOf(REVISIONS[revision]!);
      const bodies = P.steps.filter((s) => s.proc.key === 'qc_set_timer').map(bodyOf);
      return calledBy(P, bodies).find((c) => c.name === 'timerValue')!.at;
    };
    expect(called(0)).toMatch(/^src\/haproxy\/lib\/timer-value\.ts:\d+$/);
    expect(called(1)).toMatch(/^src\/haproxy\/fixes\/5f8704152\.ts:\d+$/);
  });

  test('prints each body with the file that wrote it', async () => {
    const { out } = await run('qc_finalize_affinity_rebind', '--source', '--revision', '7b516d373');
    expect(out).toMatch(/^ {4}src\/haproxy\/fixes\/7b516d373\.ts:\d+$/m);
    expect(out).toMatch(/^ {4}src\/haproxy\/fixes\/d6646dddc\.ts:\d+$/m);
    expect(out).toContain('clearFlags(x, l.qc, QC.AFFINITY_CHANGED);');
    expect(out).toContain('Functions that these bodies call');
  });

  test('as data each step has two keys more', async () => {
    const r = await json('qc_bind_tid_commit', '--source', '--revision', 'newest');
    for (const s of r.steps)
      expect(Object.keys(s)).toEqual(['label', 'at', 'text', 'roles', 'to', 'file', 'source']);
  });
});
