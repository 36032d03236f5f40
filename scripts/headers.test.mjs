import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
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
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () =>
        done({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }),
      );
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

test('scripts of the built page come in Brotli where that is taken, whole and with every header; a part, and what is small, as it is', async () => {
  const dist = mkdtempSync(join(tmpdir(), 'rebind-brotli-'));
  const script = 'export const text = "words and words again";\n'.repeat(200);
  writeFileSync(join(dist, 'index.html'), '<!doctype html>');
  writeFileSync(join(dist, 'large.js'), script);
  writeFileSync(join(tmpdir(), 'rebind-outside.js'), script);
  const server = await preview({
    root,
    logLevel: 'silent',
    build: { outDir: dist },
    preview: { port: 0, host: 'localhost' },
  });
  try {
    const base = server.resolvedUrls.local[0];
    const br = { 'Accept-Encoding': 'gzip, deflate, br' };
    const got = await ask(`${base}large.js?v=1`, br);
    expect(got.status).toBe(200);
    expect(got.headers).toMatchObject({
      ...ISOLATION,
      'content-encoding': 'br',
      'content-type': 'text/javascript',
      vary: 'Accept-Encoding',
    });
    expect(got.headers['content-security-policy']).toMatch(/^default-src 'none'; /);
    expect(brotliDecompressSync(got.body).toString()).toBe(script);
    expect(got.body.length).toBeLessThan(script.length / 5);
    const again = await ask(`${base}large.js`, { ...br, 'If-None-Match': got.headers.etag });
    expect(again.status).toBe(304);
    expect(again.headers).toMatchObject(ISOLATION);
    for (const headers of [{}, { 'Accept-Encoding': 'gzip, br;q=0' }, { ...br, Range: 'bytes=0-9' }]) {
      const other = await ask(`${base}large.js`, headers);
      expect(other.headers['content-encoding'], JSON.stringify(headers)).not.toBe('br');
      expect(other.status).toBe(headers.Range ? 206 : 200);
    }
    expect((await ask(base, br)).headers['content-encoding']).toBeUndefined();
    expect((await ask(`${base}large.js`, { ...br, Host: 'elsewhere.example' })).status).toBe(403);
    for (const path of ['..%2frebind-outside.js', '%2e%2e/rebind-outside.js', '%zz.js', 'gone.js'])
      expect((await ask(base + path, br)).status, path).not.toBe(200);
    // What is written anew is served anew.
    writeFileSync(join(dist, 'large.js'), script.replace('words', 'other words'));
    const fresh = await ask(`${base}large.js`, br);
    expect(brotliDecompressSync(fresh.body).toString()).toContain('other words');
  } finally {
    await server.close();
    rmSync(dist, { recursive: true, force: true });
    rmSync(join(tmpdir(), 'rebind-outside.js'), { force: true });
  }
});
