import { afterEach, expect, test, vi } from 'vitest';
import { silent } from '../haproxy/step/events.ts';
import { decodeMoment, fromHash } from '../link/index.ts';
import { Machine } from '../machine/machine.ts';
import { replay } from '../machine/schedule.ts';
import { setUp } from '../machine/setup.ts';
import { PlainMem } from '../memory/plain.ts';
import { makeWorld } from '../scenario/make.ts';
import { museumRun, museumWorld } from '../scenario/museum/index.ts';
import { columns } from './columns.ts';
import { type ExploreReport, explore } from './explore.ts';
import { command } from './testing/command.ts';

const run = command(explore);

afterEach(() => {
  vi.restoreAllMocks();
});

test('M01 before its fix: exit 1, the run as data, and a link that plays it', async () => {
  const { code, out } = await run('--world', 'M01', '--json', '--workers', '2');
  const r = JSON.parse(out) as ExploreReport;
  expect(code).toBe(1);
  expect(Object.keys(r)).toEqual([
    'world',
    'revision',
    'verdict',
    'rule',
    'symptom',
    'steps',
    'states',
    'transitions',
    'seconds',
    'link',
  ]);
  expect(r).toMatchObject({ world: 'M01', verdict: 'violation' });
  expect(museumWorld('M01')!.breaks).toContain(r.rule);
  expect(r.steps.every((s) => s.thread >= 0 && s.procedure && s.step && s.label)).toBe(true);
  const { moment, notes } = decodeMoment(fromHash(r.link!)!);
  expect(notes).toEqual([]);
  expect(moment.scenario).toEqual({ kind: 'world', world: 'M01', fixed: false, bounds: {} });
  expect(moment.end - moment.playhead.at).toBe(r.steps.length);
  const { W, P } = makeWorld(museumRun({ world: 'M01', fixed: false }).data, moment.options);
  const m = new PlainMem(new Int32Array(W.layout.words));
  setUp(m, W, P);
  const machine = new Machine(m, W, P, silent);
  machine.boot();
  expect(replay(machine, moment)).toBe('');
  expect(moment.fingerprint).toBe(P.fingerprint);
});

test('M01 after its fix: exit 0, every order tried', async () => {
  const { code, out } = await run('--world', 'M01', '--fixed');
  expect(code).toBe(0);
  expect(out).toContain('Safe within bounds');
});

test('a limit: exit 3, and what is known', async () => {
  const { code, out } = await run('--world', 'M01', '--fixed', '--depth', '10');
  expect(code).toBe(3);
  expect(out).toContain('No violation up to depth 10. Nothing is known beyond it.');
});

test('the run for a person: one column a thread, one row a step, and the rule', async () => {
  const { out } = await run('--world', 'M04', '--workers', '1');
  const lines = out.split('\n');
  expect(lines[1]).toMatch(/^ +T0 +T1$/);
  expect(out).toMatch(/^Violation in \d+ steps$/m);
  expect(out).toMatch(/^I\d+: /m);
});

test.each([
  ['--world', 'M99'],
  ['--depth', 'x'],
  ['--order', 'sideways'],
  ['--nonsense'],
  ['--world', 'M01', '--revision', 'nowhere'],
  ['--mutation', 'X99'],
])('arguments that cannot be used: exit 2 and one line, %s %s', async (...argv) => {
  const { code, out, err } = await run(...argv);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err.length).toBeGreaterThan(10);
});

test('columns', () => {
  const row = (thread: number, step: string): Parameters<typeof columns>[0][number] => ({
    thread,
    procedure: 'f',
    step,
    label: 'Do it',
    code: 0,
    local: false,
  });
  const star = { ...row(-1, 'deliver'), label: 'Datagram 3 arrives' };
  expect(columns([row(0, 'S1'), star, row(1, 'S2')], 2, 60).split('\n')).toEqual([
    '   T0                        T1',
    '1  f S1: Do it',
    '2  * Datagram 3 arrives',
    '3                            f S2: Do it',
  ]);
});
