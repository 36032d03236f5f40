/**
 * `npm start`: installs what is missing, builds if the sources are newer than the build, and serves it in the
 * foreground. `npm start -- --port 5000` asks for a port (or PORT); a taken port gives the next free one, unless
 * `--strict` is given.
 */
import { parseArgs } from 'node:util';
import { ensureBuilt } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { root } from './lib/root.mjs';

const DEFAULT_PORT = 4173;

async function main() {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, host: { type: 'string' }, strict: { type: 'boolean' } },
  });
  const port = Number(values.port ?? process.env.PORT ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Error(`not a port: ${values.port ?? process.env.PORT}`);
  await ensureDependencies();
  await ensureBuilt();
  const { preview } = await import('vite');
  const server = await preview({
    root,
    logLevel: 'warn',
    preview: { port, strictPort: values.strict ?? false, host: values.host ?? 'localhost' },
  });
  const address = server.resolvedUrls?.local[0] ?? server.resolvedUrls?.network[0];
  console.log(`Rebind is at ${address}  (Ctrl+C stops it)`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
}

main().catch((error) => {
  console.error(`npm start: ${error.message}`);
  process.exit(1);
});
