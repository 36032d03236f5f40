import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, preview } from 'vite';
import { expect, test } from 'vitest';
import { root } from './lib/root.mjs';

const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'cross-origin',
  'document-isolation-policy': 'isolate-and-require-corp',
  'access-control-allow-origin': '*',
};

/** `fetch` does not send a Host of one's own. */
function ask(url, headers) {
  return new Promise((done, fail) => {
    request(url, { headers }, (response) => {
      response.resume();
      response.on('end', () => done({ status: response.statusCode, headers: response.headers }));
    })
      .on('error', fail)
      .end();
  });
}

test('the development server sets all four isolation headers and lets anybody read, on documents, modules and worker scripts', async () => {
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
      const accept = path === '' ? 'text/html' : '*/*';
      const first = await ask(base + path, { Accept: accept });
      expect(first.status, path).toBe(200);
      expect(first.headers, path).toMatchObject(ISOLATION);
      // Its own client is a script in the page.
      expect(first.headers['content-security-policy']).toBeUndefined();
      const again = await ask(base + path, { Accept: accept, 'If-None-Match': first.headers.etag });
      expect(again.status, path).toBe(304);
      expect(again.headers, path).toMatchObject(ISOLATION);
    }
  } finally {
    await server.close();
  }
});

test('so does the server of the built page, whatever it answers, with the page’s policy', async () => {
  const dist = mkdtempSync(join(tmpdir(), 'rebind-headers-'));
  mkdirSync(join(dist, 'assets'));
  writeFileSync(join(dist, 'index.html'), '<!doctype html>');
  writeFileSync(join(dist, 'assets/worker.js'), 'postMessage(1);');
  const server = await preview({
    root,
    logLevel: 'silent',
    build: { outDir: dist },
    preview: { port: 0, host: 'localhost' },
  });
  try {
    const base = server.resolvedUrls.local[0];
    const { etag } = (await ask(`${base}assets/worker.js`, {})).headers;
    const answers = [
      [200, '', {}],
      [200, 'assets/worker.js', {}],
      [304, 'assets/worker.js', { 'If-None-Match': etag }],
      [404, 'assets/gone.js', {}],
      [416, 'assets/worker.js', { Range: 'bytes=999-' }],
      [403, 'assets/worker.js', { Host: 'elsewhere.example' }],
    ];
    for (const [status, path, headers] of answers) {
      const answer = await ask(base + path, { Origin: 'null', ...headers });
      expect(answer.status, `${path} ${JSON.stringify(headers)}`).toBe(status);
      expect(answer.headers, String(status)).toMatchObject(ISOLATION);
      const policy = answer.headers['content-security-policy'];
      expect(policy, String(status)).toMatch(/^default-src 'none'; /);
      expect(policy).not.toMatch(/unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|frame-ancestors|\*/);
    }
  } finally {
    await server.close();
    rmSync(dist, { recursive: true, force: true });
  }
});
