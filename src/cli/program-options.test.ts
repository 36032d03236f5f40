import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { decodeMoment, fromHash } from '../link/index.ts';
import { type ExploreReport, explore } from './explore.ts';
import { followLink } from './follow.ts';
import { UnusableInput } from './input.ts';
import { programChange } from './program-options.ts';
import { run } from './run.ts';
import { command } from './testing/command.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const patch = (text: string): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'rebind-')), 'patch.json');
  writeFileSync(path, text);
  return path;
};

test('every option in the words of an idea, the file’s operations among them', () => {
  const file = patch(
    JSON.stringify({
      operations: [
        { op: 'drop', step: 'F4' },
        { op: 'move', step: 'S9', after: 'S14' },
        { op: 'move', step: 'S3', before: 'S1.3' },
        { op: 'swap', step: 'S9', with: 'S11' },
        { op: 'edge', step: 'S5.1', edge: 'absent', to: 'S7' },
      ],
    }),
  );
  expect(
    programChange({ drop: ['S14'], move: ['S9:after:S14'], swap: ['S9,S14'], patch: [file], without: ['x'] }),
  ).toEqual({
    without: ['x'],
    ideas: [
      'drop S14',
      'move S9 after S14',
      'swap S9 S14',
      'drop F4',
      'move S9 after S14',
      'move S3 before S1.3',
      'swap S9 S11',
      'edge S5.1.absent S7',
    ],
  });
  expect(programChange({})).toEqual({});
});

describe('refused with a sentence', () => {
  test.each([
    [{ move: ['S9>S14'] }, /--move takes STEP:before:STEP/],
    [{ swap: ['S9'] }, /--swap takes STEP,STEP/],
    [{ patch: [patch('{')] }, /no JSON/],
    [{ patch: [patch('{"operations":[]}')] }, /holds no operation/],
    [{ patch: [patch('{"operations":[{"op":"drop"}]}')] }, /operations\.0\.step/],
    [{ patch: [patch('{"operations":[{"op":"drop","step":"S1 S2"}]}')] }, /operations\.0\.step: is a step/],
    [{ patch: [patch('{"operations":[{"op":"drop","step":"S1"}],"more":1}')] }, /more/],
    [{ patch: ['/nowhere/at.all'] }, /no such file/],
  ])('%j', (given, why) => {
    expect(() => programChange(given)).toThrow(UnusableInput);
    expect(() => programChange(given)).toThrow(why);
  });
});

const search = command(explore);

test('a step behind the commit races as in C; the report, the text and the link say what was changed', async () => {
  const { code, out } = await search('--move', 'S9:after:S14', '--json');
  const r = JSON.parse(out) as ExploreReport;
  expect(code).toBe(1);
  expect([r.rule, r.changes]).toEqual(['race', ['tried: move S9 after S14']]);
  expect(r.symptom).toMatch(/T0 writes .*elThCtx.* while T1 writes it/);
  expect(decodeMoment(fromHash(r.link!)!).moment.options.ideas).toEqual(['move S9 after S14']);
  const { report } = followLink(r.link!, undefined, undefined);
  expect(report.notes).toContain('The program is changed: tried: move S9 after S14.');
});

test('a NULL pointer that a step follows ends the run as in C', async () => {
  const { code, out } = await search('--world', 'M01', '--fixed', '--drop', 'S1.1', '--json');
  const r = JSON.parse(out) as ExploreReport;
  expect([code, r.symptom]).toEqual([1, 'T0 crashes: segmentation fault: a NULL pointer']);
});

test('a rule that has nothing to look at any more says so', async () => {
  const change = ['--drop', 'quic_dgram_parse/3w'];
  const { out } = await search('--world', 'X02', '--fixed', '--depth', '3', '--json', ...change);
  const r = JSON.parse(out) as ExploreReport;
  expect(r.nothingToLookAt).toEqual([
    { rule: 'I27', text: 'nothing to look at here, no step of the program has the role redispatchPush' },
  ]);
  const { out: text } = await search('--world', 'X02', '--fixed', '--depth', '3', ...change);
  expect(text).toContain('I27: nothing to look at here');
});

test('run takes them too', async () => {
  const capture = join(import.meta.dirname, '../../public/captures/v01-ngtcp2-haproxy34.pcap');
  const { out } = await command(run)(capture, '--move', 'S9:after:S14', '--json');
  const { notes } = JSON.parse(out) as { notes: string[] };
  expect(notes).toContain('The program is changed: tried: move S9 after S14.');
  const refused = await command(run)(capture, '--drop', 'S99');
  expect([refused.code, refused.err]).toEqual([2, 'run: no procedure has a step S99.']);
});
