/** `npm run gallery`: serves the page in every state, from its sources; see src/gallery. `-- --port 5100` asks for a port. */
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/dependencies.mjs';
import { galleryConfig } from './lib/gallery.mjs';

const { values } = parseArgs({ options: { port: { type: 'string', default: '5174' } } });
await ensureDependencies();
const { createServer } = await import('vite');
const server = await createServer({
  ...(await galleryConfig()),
  server: { port: Number(values.port), cors: false },
});
await server.listen();
console.log(`The gallery is at ${server.resolvedUrls?.local[0]}src/gallery/  (Ctrl+C stops it)`);
