import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { root } from './root.mjs';
import { run, tail } from './run.mjs';

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Says why node_modules does not match the lock file, or '' when it does. npm keeps a list of what it installed in
 * node_modules/.package-lock.json; an optional package of another platform may be missing from it.
 */
export function dependencyProblem(folder = root) {
  const wanted = readJson(resolve(folder, 'package-lock.json'))?.packages;
  if (wanted === undefined) return 'package-lock.json cannot be read';
  if (!existsSync(resolve(folder, 'node_modules'))) return 'node_modules is missing';
  const installed = readJson(resolve(folder, 'node_modules/.package-lock.json'))?.packages;
  if (installed === undefined) return 'node_modules was not installed by npm';
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link) continue;
    const name = path.replace(/^.*node_modules\//, '');
    const have = installed[path];
    if (have === undefined) {
      if (!entry.optional) return `${name} is not installed`;
    } else if (have.version !== entry.version) {
      return `${name} is ${have.version}, the lock file says ${entry.version}`;
    } else if (!existsSync(resolve(folder, path, 'package.json'))) {
      return `${name} is incomplete`;
    }
  }
  return '';
}

/** Installs exactly what the lock file says when something is missing or stale. Throws with npm's words if it cannot. */
export async function ensureDependencies() {
  const problem = dependencyProblem();
  if (problem === '') return;
  console.log(`Installing dependencies (${problem}) …`);
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const result =
    npm && /\.c?js$/.test(npm) ? await run(process.execPath, [npm, ...args]) : await run('npm', args);
  if (result.code !== 0) throw new Error(`npm ci failed:\n${tail(result.output)}`);
}
