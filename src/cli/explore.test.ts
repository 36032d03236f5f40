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
    'message',
    'reached',
    'cycles',
    'mistaken',
    'facts',
    'bounds',
    'rulesOff',
    'chosenOff',
    'spared',
    'unspared',
    'lacks',
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

test('a fix taken out that no order comes to: exit 4, and one sentence', async () => {
  const argv = ['--world', 'M01', '--fixed', '--revision', '7cab3a3c3', '--without', '192abc6f8'];
  const { code, out } = await run(...argv);
  expect(code).toBe(4);
  expect(out).toMatch(/^Not reached\. without 192abc6f8: no order comes to a step that differs .*\.$/m);
  expect(out).not.toContain('Safe');
  const r = JSON.parse((await run(...argv, '--json')).out) as ExploreReport;
  expect(r).toMatchObject({ verdict: 'unreached', cycles: 'none', reached: [{ of: 'without 192abc6f8' }] });
  expect(r.reached[0]!.parts.every((p) => p.times === 0)).toBe(true);
});

test('M13 at 7cab3a3c3 without 192abc6f8: its lock is never kept there, which is not safe but not reached', async () => {
  const { code, out } = await run(
    '--world',
    'M13',
    '--fixed',
    '--revision',
    '7cab3a3c3',
    '--without',
    '192abc6f8',
    '--json',
  );
  expect(code).toBe(4);
  expect(JSON.parse(out)).toMatchObject({ verdict: 'unreached' });
});

test('a mutation that is met: what of it was executed stands beside the verdict', async () => {
  const { code, out } = await run('--world', 'X25', '--json');
  const r = JSON.parse(out) as ExploreReport;
  expect([code, r.reached[0]!.of]).toEqual([1, 'mutation X25']);
  expect(r.reached[0]!.parts.some((p) => p.times > 0)).toBe(true);
});

test('beside every verdict: bounds, rules off and why, what is spared and why, what the model lacks', async () => {
  const { out } = await run('--world', 'M12', '--json');
  const r = JSON.parse(out) as ExploreReport;
  expect(r.bounds).toMatchObject({ threads: 2, datagrams: 1, timerFirings: 1 });
  expect(r.rulesOff).toContainEqual({ rule: 'I16', why: 'M19' });
  expect(r.spared.map((s) => s.rule)).toEqual(['race']);
  expect(r.unspared).toBe('race');
  const later = JSON.parse((await run('--world', 'M38', '--json')).out) as ExploreReport;
  expect([r.lacks, later.lacks.map((l) => l.id)]).toEqual([[], ['282b9b7d1']]);
  const text = (await run('--world', 'M12')).out;
  for (const name of ['Searched', 'Model', 'Rules off', 'Spared', 'Met', 'For ever', 'Two for one'])
    expect(text).toContain(`  ${name}: `);
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
