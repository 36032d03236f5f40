/** The two packages as npm makes them, installed into an empty folder without a network: what is in them works, and nothing else is needed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';

/** Packs the built package in `from` and installs it into an empty folder. */
function installed(from: string): { at: string; bytes: number } {
  const at = mkdtempSync(join(tmpdir(), 'rebind-packed-'));
  const npm = (args: string[], cwd: string) =>
    execFileSync('npm', [...args, '--loglevel=error'], { cwd, shell: process.platform === 'win32' });
  npm(['pack', '--ignore-scripts', '--pack-destination', at], from);
  const file = readdirSync(at).find((name) => name.endsWith('.tgz'))!;
  writeFileSync(join(at, 'package.json'), '{}');
  npm(['install', '--offline', '--no-audit', '--no-fund', `./${file}`], at);
  return { at, bytes: statSync(join(at, file)).size };
}

const packages = (at: string): string[] =>
  readdirSync(join(at, 'node_modules')).filter((name) => !name.startsWith('.'));

test('rebind: under 2 MB, and each command works with Node alone', () => {
  const { at, bytes } = installed('.');
  expect(packages(at)).toEqual(['rebind']);
  expect(bytes).toBeLessThan(2_000_000);
  const rebind = (...args: string[]) => {
    const env = { PATH: [join(at, 'node_modules/.bin'), dirname(process.execPath)].join(delimiter) };
    const { status, stdout, stderr } = spawnSync('rebind', args, { cwd: at, env, encoding: 'utf8' });
    return { status, said: `${stdout}${stderr}` };
  };
  const captures = join(at, 'node_modules/rebind/public/captures/v13-ngtcp2-haproxy34-aes128');
  const capture = [`${captures}.pcap`, '--keys', `${captures}.keys`];
  expect(rebind('dissect', ...capture).said).toContain('23 datagrams, 26 packets (26 opened)');
  expect(rebind('run', ...capture).said).toContain('9 datagrams received, 9 handled');
  // In workers of its own.
  expect(rebind('explore', '--world', 'M01').status).toBe(1);
  expect(rebind('moment', 'first').status).toBe(0);
  expect(readFileSync(join(at, 'first/figure.js'), 'utf8')).toBe(
    readFileSync('dist/figure/figure.js', 'utf8'),
  );
  expect(rebind('program', 'qc_set_tid_affinity', '--source').said).toContain('in a clone of the repository');
  rmSync(at, { recursive: true });
});

test('rebind-figure: its element and what drives one, with types, also where a generator renders without a browser', () => {
  const { at } = installed('dist/embed');
  expect(packages(at)).toEqual(['rebind-figure']);
  const script =
    "import { connect, RebindFigure } from 'rebind-figure'; process.stdout.write(typeof connect + typeof RebindFigure)";
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: at,
    encoding: 'utf8',
  });
  expect(said).toBe('functionfunction');
  const use =
    "import { connect } from 'rebind-figure';\nexport const f = (frame: HTMLIFrameElement) => connect(frame).seek('A.commit');\n";
  writeFileSync(join(at, 'use.mts'), use);
  const options = ['--noEmit', '--ignoreConfig', '--strict', '--module', 'nodenext', '--target', 'es2022'];
  execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...options, 'use.mts'], {
    cwd: at,
  });
  rmSync(at, { recursive: true });
});
