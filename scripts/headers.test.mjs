import { createServer } from 'vite';
import { expect, test } from 'vitest';
import { root } from './lib/root.mjs';

const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'cross-origin',
  'document-isolation-policy': 'isolate-and-require-corp',
};

test('the development server sets all four isolation headers, on documents, modules and worker scripts', async () => {
  const server = await createServer({
    root,
    logLevel: 'silent',
    server: { port: 0, host: 'localhost' },
    optimizeDeps: { noDiscovery: true },
  });
  try {
    await server.listen();
    const base = server.resolvedUrls.local[0];
    for (const path of ['', 'vite.config.ts', 'vite.config.ts?worker_file&type=module']) {
      const response = await fetch(base + path, { headers: { Accept: path === '' ? 'text/html' : '*/*' } });
      expect(response.status, path).toBe(200);
      expect(Object.fromEntries(response.headers), path).toMatchObject(ISOLATION);
    }
  } finally {
    await server.close();
  }
});
