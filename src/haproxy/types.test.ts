/** A wrong layout, value, local, edge or argument in a step does not compile: our own TypeScript is asked. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const HEAD = `
import { QuicConn, Task } from '../src/haproxy/model/layouts.ts';
import { taskKill } from '../src/haproxy/proc/task.ts';
import { int, procedure, RET, to } from '../src/haproxy/step/proc.ts';
const p = procedure({ key: 'p', verb: '', locals: { qc: to('quic_conn'), t: to('task'), n: int }, args: ['qc'] });
const M = { ref: '', cost: 1, touches: 'own' } as const;
`;

/** What is wrong in each, and what TypeScript calls it; the first is right. */
const CASES: [string, string][] = [
  [
    '',
    "p.step('1', '', { ...M, to: { no: '3', out: RET } }, (x, l, at) => (x.ld(l.qc, QuicConn.flags) ? at.no : l.n ? at.out : at.next));",
  ],
  [
    '',
    "p.step('1', '', M, (x, l, at) => { l.t = x.ld(l.qc, QuicConn.idleTask); return x.call(at.next, taskKill, l.t); });",
  ],
  ['TS2345', "p.step('1', '', M, (x, l, at) => (x.ld(l.qc, Task.expire) ? at.next : at.retry));"],
  ['TS2345', "p.step('1', '', M, (x, l, at) => { x.st(l.qc, QuicConn.idleTask, l.qc); return at.next; });"],
  ['TS2345', "p.step('1', '', M, (x, l, at) => { x.st(l.qc, QuicConn.idleTask, 5); return at.next; });"],
  ['TS2345', "p.step('1', '', M, (x, l, at) => (x.ld(l.qc + 1, QuicConn.flags) ? at.next : at.retry));"],
  ['TS2345', "p.step('1', '', M, (x, l, at) => (x.ld(l.qc, QuicConn.cids) ? at.next : at.retry));"],
  ['TS2339', "p.step('1', '', M, (x, l, at) => (l.other ? at.next : at.retry));"],
  ['TS2339', "p.step('1', '', { ...M, to: { no: '3' } }, (_x, _l, at) => at.yes);"],
  ['TS2339', "p.step('1', '', { ...M, to: { no: '3' }, down: false }, (_x, _l, at) => at.next);"],
  ['TS2322', "p.step('1', '', M, () => 5);"],
  ['TS2322', "p.step('1', '', M, (x, l, at) => { l.t = l.qc; return at.next; });"],
  ['TS2345', "p.step('1', '', M, (x, l, at) => x.call(at.next, taskKill, l.qc));"],
  [
    'TS2322',
    "p.step('1', '', { ...M, roles: { commit: { qc: 'qc', tid: 'none' } } }, (_x, _l, at) => at.next);",
  ],
  ['TS2353', "p.step('1', '', { ...M, roles: { nonsense: {} } }, (_x, _l, at) => at.next);"],
];

test('each kind of mistake is refused', { timeout: 60_000 }, () => {
  const root = join(import.meta.dirname, '../..');
  const folder = mkdtempSync(join(root, 'types-'));
  try {
    CASES.forEach(([, text], i) => {
      writeFileSync(join(folder, `case${i}.ts`), `${HEAD}export const step = ${text}\n`);
    });
    const options = {
      extends: '../tsconfig.json',
      compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
      include: ['*.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
    const tsc = join(root, 'node_modules/.bin/tsc');
    const { stdout } = spawnSync(tsc, ['-p', join(folder, 'tsconfig.json'), '--pretty', 'false'], {
      encoding: 'utf8',
    });
    const said = CASES.map(
      (_, i) => new RegExp(`case${i}\\.ts\\(\\d+,\\d+\\): error (TS\\d+)`).exec(stdout)?.[1] ?? '',
    );
    expect(said.map((s, i) => `${i} ${s}`)).toEqual(CASES.map(([code], i) => `${i} ${code}`));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
