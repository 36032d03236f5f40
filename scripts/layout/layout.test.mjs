import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { checkFile, checkLayout } from './check.mjs';

describe('who may import whom', () => {
  test.each([
    ['quic/a.ts', `import { ld } from '../memory/ld.ts';`, 'quic may not import memory'],
    ['memory/a.ts', `import type { Q } from '../haproxy/q.ts';`, 'memory may not import haproxy'],
    ['machine/a.ts', `export * from '../hosts/inline.ts';`, 'machine may not import hosts'],
    ['app/a.tsx', `import { main } from '../cli/main.ts';`, 'app may not import cli'],
    ['app/a.ts', `const w = new URL('../cli/w.ts', import.meta.url);`, 'app may not import cli'],
    ['hosts/a.ts', `const x = await import('../app/store.ts');`, 'hosts may not import app'],
    ['hosts/a.ts', `type T = import('../app/store.ts').Store;`, 'hosts may not import app'],
    ['hosts/a.ts', 'export const load = (p: string) => import(p);', 'must name its file'],
    [
      'quic/a.ts',
      `import { gcm } from '@noble/ciphers/aes.js';`,
      'may not import the package @noble/ciphers',
    ],
    ['haproxy/a.ts', `import { readFileSync } from 'node:fs';`, 'haproxy may not use node:fs'],
    ['quic/a.ts', `import x from '../../scripts/x.mjs';`, 'lies outside src'],
    ['haproxy/proc/a.ts', `import { F } from '../fixes/f.ts';`, 'haproxy/proc may not import haproxy/fixes'],
    ['haproxy/lib/a.ts', `import { p } from '../proc/p.ts';`, 'haproxy/lib may not import haproxy/proc'],
    ['quic/a.ts', `import { b } from './b';`, `write the file's extension`],
  ])('%s: %s', (path, text, message) => {
    expect(checkFile(path, text)).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    ['capture/a.ts', `import { readVarint } from '../quic/varint.ts';`],
    ['quic/a.ts', `import { sha256 } from '@noble/hashes/sha2.js';`],
    ['quic/bench.ts', `import { gcm } from '@noble/ciphers/aes.js';`],
    ['memory/a.test.ts', `import { Worker } from 'node:worker_threads';\nimport { test } from 'vitest';`],
    [
      'app/a.tsx',
      `import { create } from 'zustand';\nimport './a.css';\nimport W from '../hosts/w.ts?worker';`,
    ],
    ['cli/a.ts', `import { readFileSync } from 'node:fs';`],
  ])('%s may: %s', (path, text) => {
    expect(checkFile(path, text)).toEqual([]);
  });
});

describe('purity', () => {
  test.each([
    ['a clock', 'export const now = () => Date.now();', 'uses Date'],
    ['a finer clock', 'export const now = () => performance.now();', 'uses performance'],
    ['chance', 'export const roll = () => Math.random();', 'uses Math.random'],
    ['a timer', 'export function later(f: () => void) { setTimeout(f, 1); }', 'uses setTimeout'],
    ['the DOM', `export const at = () => document.querySelector('a');`, 'uses document'],
    ['the DOM by globalThis', 'export const w = () => globalThis;', 'uses globalThis'],
    ['the console', `export const say = () => console.error('x');`, 'uses console'],
    ['its own address', 'export const here = () => import.meta.url;', 'uses import.meta'],
    ['a module-level let', 'let count = 0;\nexport const next = () => count;', 'module-level let count'],
    [
      'a filled Map',
      'const seen = new Map<number, number>();\nexport const f = (k: number) => { seen.set(k, 1); };',
      'changes the module',
    ],
    [
      'a scratch buffer',
      'const b = new Uint8Array(4);\nexport function f(x: number) { b[0] = x; }',
      'changes the module',
    ],
    [
      'a filler that runs later too',
      'const t = [0];\nfunction fill() { t[0] = 1; }\nfill();\nexport const f = () => fill();',
      'changes the module',
    ],
    [
      'a filler that is handed out',
      'const t = [0];\nfunction fill() { t[0] = 1; }\nexport { fill };',
      'changes the module',
    ],
    ['a counter in an object', 'const c = { n: 0 };\nexport function f() { c.n++; }', 'changes the module'],
    ['an exported array', 'export const list = [1, 2];', 'is exported and can be changed'],
    ['an enum', 'export enum Color { Red }', 'use a constant object'],
  ])('%s is found', (_, text, message) => {
    expect(checkFile('machine/a.ts', text)).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    [
      'a member called like a global',
      'export const f = (x: { performance: number; Date: number }) => x.performance + x.Date;',
    ],
    [
      'a local called like a global',
      'export function f(location: number) { const history = [location]; history.push(1); return history; }',
    ],
    ['a word in text', `// Date, Math.random()\nexport const s = 'document.body';`],
    ['a parameter of a type', 'export type F = (self: number, location: number) => void;'],
    [
      'a table filled where it is made',
      'const t = new Uint32Array(4);\nfor (let i = 0; i < 4; i++) t[i] = i;\nexport const at = (i: number) => t[i];',
    ],
    [
      'a table filled by a function that runs at load only',
      'const t = new Uint32Array(4);\nfunction fill() { t[0] = 1; }\nfill();\nexport const at = (i: number) => t[i];',
    ],
    [
      'a local that hides the module',
      'const x = [1];\nexport function f() { const x = [2]; x.push(3); return x; }\nexport const n = x.length;',
    ],
    [
      'a read-only list',
      'export const a = [1, 2] as const;\nexport const b: readonly number[] = [1];\nexport const m: ReadonlyMap<number, number> = new Map([[1, 2]]);',
    ],
  ])('%s is not', (_, text) => {
    expect(checkFile('machine/a.ts', text)).toEqual([]);
  });

  test('only below hosts, and not in tests', () => {
    expect(
      checkFile('hosts/a.ts', 'let n = 0;\nexport const t = () => setTimeout(() => n++, performance.now());'),
    ).toEqual([]);
    expect(checkFile('machine/a.test.ts', 'let n = 0;\nexport const t = () => Date.now() + n;')).toEqual([]);
  });
});

describe('workers are made in one place', () => {
  const made = 'export const w = new Worker(url);';

  test.each(['app/a.ts', 'hosts/a-worker.ts', 'hosts/explorer/start.ts'])('not in %s', (path) => {
    expect(checkFile(path, made)).toEqual([
      expect.stringContaining('only hosts/make-worker.ts makes a Worker'),
    ]);
  });

  test('there, in tests, and where it is Node’s', () => {
    expect(checkFile('hosts/make-worker.ts', made)).toEqual([]);
    expect(checkFile('hosts/a.test.ts', made)).toEqual([]);
    expect(checkFile('hosts/a.ts', `import { Worker } from 'node:worker_threads';\n${made}`)).toEqual([]);
  });
});

describe('a whole folder', () => {
  const made = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
  });

  function plant(files) {
    const src = mkdtempSync(join(tmpdir(), 'layout-'));
    made.push(src);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(src, path)), { recursive: true });
      writeFileSync(join(src, path), text);
    }
    return src;
  }

  test('in order', () => {
    const src = plant({ 'quic/README.md': '# quic', 'quic/a.ts': 'export const a = 1;', 'env.d.ts': '' });
    expect(checkLayout(src)).toEqual({ files: 1, problems: [] });
  });

  test('planted violations are all found, with file and line', () => {
    const src = plant({
      'quic/deep/a.ts': `export const a = 1;\nimport { b } from '../../app/b.ts';`,
      'util/README.md': '# util',
      'loose.ts': '',
    });
    expect(checkLayout(src).problems).toEqual([
      'loose.ts: a file belongs into one of the folders',
      'quic/: has no README.md',
      'quic/deep/a.ts:2 quic may not import app (../../app/b.ts)',
      'util/: not a folder of the layout',
    ]);
  });
});
