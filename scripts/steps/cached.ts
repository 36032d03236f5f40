/** The compiled steps of these sources, made once and kept: a folder with the modules and their list. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
/** What a compiled step can follow from. */
const FROM = ['src/haproxy', 'src/memory', 'src/machine/compiled', 'scripts/steps', 'node_modules/assemblyscript/package.json'];
const KEPT = join(ROOT, 'node_modules/.cache/rebind-steps');

function* filesOf(path: string): Generator<string> {
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const e of entries) {
    const at = join(path, e.name);
    if (e.isDirectory()) yield* filesOf(at);
    else if (!e.name.includes('.test.') && !e.name.endsWith('.md')) yield at;
  }
}

function digest(): string {
  const hash = createHash('sha256');
  for (const from of FROM) {
    const path = join(ROOT, from);
    for (const f of from.endsWith('.json') ? [path] : filesOf(path)) hash.update(f.slice(ROOT.length)).update(readFileSync(f));
  }
  return hash.digest('hex').slice(0, 16);
}

let making: Promise<string> | undefined;

/** The folder, made if there is none for these sources. Several processes may ask at once: the first that is done is kept. */
export function compiledSteps(): Promise<string> {
  making ??= make(digest());
  return making;
}

async function make(of: string): Promise<string> {
  const kept = join(KEPT, of);
  if (existsSync(kept)) return kept;
  mkdirSync(KEPT, { recursive: true });
  const out = join(KEPT, `${of}.${process.pid}`);
  await run(out);
  try {
    renameSync(out, kept);
  } catch {
    rmSync(out, { recursive: true, force: true });
  }
  for (const old of readdirSync(KEPT)) if (!old.startsWith(of)) rmSync(join(KEPT, old), { recursive: true, force: true });
  return kept;
}

const run = (out: string): Promise<void> =>
  new Promise((done, fail) => {
    const tsx = join(ROOT, 'node_modules/tsx/dist/cli.mjs');
    const child = spawn(process.execPath, [tsx, join(ROOT, 'scripts/steps/build.ts'), out], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (d: Buffer) => {
      said += d.toString();
    });
    child.on('error', fail);
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`compiling the steps: ${said}`))));
  });
