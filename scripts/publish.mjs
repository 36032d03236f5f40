/** `node scripts/publish.mjs FOLDER [--release N]`: puts the built page into the folder of a site; see lib/publish.mjs. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { publish } from './lib/publish.mjs';
import { root } from './lib/root.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { release: { type: 'string' } },
});
try {
  if (positionals.length !== 1) throw new Error('usage: node scripts/publish.mjs FOLDER [--release N]');
  publish(join(root, 'dist'), positionals[0], values.release);
} catch (error) {
  console.error(`publish: ${error.message}`);
  process.exit(2);
}
