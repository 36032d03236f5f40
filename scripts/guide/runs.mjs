/**
 * `node scripts/guide/runs.mjs`: searches the worlds whose runs the guide shows anew, and writes their links to docs/guide/runs.json. Needs the built
 * command line; takes some minutes. Worlds named after it are searched instead, and added.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/root.mjs';
import { run, tail } from '../lib/run.mjs';

const file = join(root, 'docs/guide/runs.json');
const runs = JSON.parse(readFileSync(file, 'utf8'));
const asked = process.argv.slice(2);
for (const world of asked.length > 0 ? asked : Object.keys(runs)) {
  const { code, output } = await run(process.execPath, [
    'out/cli/rebind.js',
    'explore',
    '--world',
    world,
    '--json',
  ]);
  if (code !== 1) throw new Error(`${world}: ${tail(output, 3)}`);
  runs[world] = JSON.parse(output).link;
  console.log(world);
}
const sorted = Object.fromEntries(Object.entries(runs).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`);
