/** The compiled steps of these sources, made once and kept: a folder with the modules and their list. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/root.mjs';
import { runTool } from '../lib/run.mjs';

/** What a compiled step can follow from. */
const FROM = ['src/haproxy', 'src/memory', 'src/machine/compiled', 'scripts/steps'];
const COMPILER = 'node_modules/assemblyscript/package.json';
const KEPT = join(root, 'node_modules/.cache/rebind-steps');

function* filesOf(path) {
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const e of entries) {
    const at = join(path, e.name);
    if (e.isDirectory()) yield* filesOf(at);
    else if (!e.name.includes('.test.') && !e.name.endsWith('.md')) yield at;
  }
}

function digest() {
  const hash = createHash('sha256');
  const add = (file) => hash.update(file.slice(root.length)).update(readFileSync(file));
  for (const from of FROM) for (const file of filesOf(join(root, from))) add(file);
  add(join(root, COMPILER));
  return hash.digest('hex').slice(0, 16);
}

let making;

/** The folder, made if there is none for these sources. Several processes may ask at once: the first that is done is kept. */
export function compiledSteps() {
  making ??= make(digest());
  return making;
}

async function make(of) {
  const kept = join(KEPT, of);
  if (existsSync(kept)) return kept;
  mkdirSync(KEPT, { recursive: true });
  const out = join(KEPT, `${of}.${process.pid}`);
  const { code, output } = await runTool('tsx/dist/cli.mjs', ['scripts/steps/build.ts', out]);
  if (code !== 0) throw new Error(`compiling the steps: ${output}`);
  try {
    renameSync(out, kept);
  } catch {
    rmSync(out, { recursive: true, force: true });
  }
  // Those of other sources; whoever else is making some now is not disturbed.
  for (const old of readdirSync(KEPT))
    if (!old.startsWith(of) && !old.includes('.')) rmSync(join(KEPT, old), { recursive: true, force: true });
  return kept;
}
