/**
 * `npm run soak`: threads that run at once, under load, for long (src/cli/soak.ts has the options). `npm run soak -- --page [--loads N]
 * [--quiet]`: loads the page N times (50) in each browser there is, beside busy cores unless `--quiet`. Exit 1 when one did not start.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './lib/build.mjs';
import { bundleForNode } from './lib/bundle.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { freePort } from './lib/port.mjs';
import { root } from './lib/root.mjs';
import { run } from './lib/run.mjs';

async function page(args) {
  const { values } = parseArgs({
    args,
    options: {
      page: { type: 'boolean' },
      loads: { type: 'string', default: '50' },
      quiet: { type: 'boolean', default: false },
    },
  });
  const loads = Number(values.loads);
  if (!Number.isSafeInteger(loads) || loads < 1)
    throw new RangeError(`--loads wants a whole number, not ${values.loads}`);
  await ensureBuilt();
  const { soakPage } = await import('../e2e/browsers/loads.mjs');
  const rows = await soakPage({
    loads,
    load: !values.quiet,
    port: await freePort(),
    plainPort: await freePort(),
  });
  return rows.every((row) => row.started === row.of) ? 0 : 1;
}

const BUNDLE = join(root, 'node_modules/.rebind-soak');

/** `--closures`: the steps as they are written, not compiled. */
async function threads(args) {
  await bundleForNode(BUNDLE, { soak: 'src/cli/soak.ts', 'live-worker': 'src/hosts/live/live-node.ts' });
  return (await run(process.execPath, [join(BUNDLE, 'soak.js'), ...args], { echo: true })).code;
}

const args = process.argv.slice(2);
try {
  await ensureDependencies();
  process.exitCode = args.includes('--page') ? await page(args) : await threads(args);
} catch (error) {
  console.error(`npm run soak: ${error.message}`);
  process.exitCode = 2;
}
