import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildCli } from './cli.mjs';
import { buildEmbed } from './embed.mjs';
import { buildFigure } from './figure.mjs';
import { buildGuide } from './guide.mjs';
import { writeOffline } from './offline.mjs';
import { root } from './root.mjs';
import { run, tail } from './run.mjs';

const SOURCES = [
  'src',
  'public',
  'docs',
  'scripts/guide',
  'scripts/offline',
  'scripts/recipes',
  'scripts/vite',
  'index.html',
  'scripts/build.mjs',
  'scripts/lib/cli.mjs',
  'scripts/lib/embed.mjs',
  'scripts/lib/figure.mjs',
  'scripts/lib/guide.mjs',
  'scripts/lib/offline.mjs',
  'vite.config.ts',
  'vite.figure.config.ts',
  'package-lock.json',
  'tsconfig.json',
];
const STAMP = 'node_modules/.rebind-built';

function* filesUnder(path) {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) {
    yield path;
    return;
  }
  for (const name of readdirSync(path).sort()) yield* filesUnder(join(path, name));
}

/** A word that changes whenever a file the build reads is added, removed or touched. */
export function sourcePrint(folder = root, sources = SOURCES) {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of filesUnder(join(folder, source))) {
      if (/\.test\.tsx?$/.test(file)) continue;
      const { size, mtimeMs } = statSync(file);
      hash.update(`${relative(folder, file)} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

/** True when dist and out/cli were built from just these sources. */
export function isBuilt(folder = root) {
  const stamp = join(folder, STAMP);
  const made = ['dist/index.html', 'out/cli/rebind.js'].every((file) => existsSync(join(folder, file)));
  if (!made || !existsSync(stamp)) return false;
  const { mtimeMs } = statSync(join(folder, 'dist/index.html'));
  return readFileSync(stamp, 'utf8') === `${sourcePrint(folder)} ${mtimeMs}`;
}

/**
 * Builds everything: into dist the page, the figure, its element and the folders of the bundled moments and the guide, into
 * out/cli the command line.
 * Throws when that fails.
 */
export async function buildAll(logLevel = 'warn') {
  const { build } = await import('vite');
  await build({ root, logLevel });
  await buildFigure(logLevel);
  await buildEmbed(logLevel);
  await buildCli(logLevel);
  const { code, output } = await run(process.execPath, [
    'out/cli/rebind.js',
    'moment',
    '--bundled',
    '--out',
    'dist/m',
  ]);
  if (code !== 0) throw new Error(`the bundled moments: ${tail(output, 12)}`);
  await buildGuide();
  writeOffline();
}

/** Builds dist unless it is up to date. Throws when the build fails. */
export async function ensureBuilt() {
  if (isBuilt()) return;
  console.log('Building …');
  const print = sourcePrint();
  await buildAll();
  const { mtimeMs } = statSync(join(root, 'dist/index.html'));
  writeFileSync(join(root, STAMP), `${print} ${mtimeMs}`);
}
