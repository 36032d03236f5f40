/**
 * Serves dist as a host does that sets no headers: the page is not cross-origin isolated there. Also serves
 * /frame.html, a plain documentation page with the figure in an <iframe>; `?src=` names another address for it, `?sandbox=` shuts
 * it in, `?width=` and `?height=` give it another size, `?isolated` isolates the documentation page; `?element` has `<rebind-figure>` in its place.
 * Usage: node e2e/serve-plain.mjs PORT [FOLDER]; FOLDER in place of dist. With READABLE in the environment any page may
 * read what is served, as public hosts allow.
 */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = resolve(process.argv[3] ?? resolve(fileURLToPath(import.meta.url), '../../dist'));

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

function framePage(url) {
  const src = (url.searchParams.get('src') ?? '/?embed&sample=six')
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;');
  const asked = url.searchParams.get('sandbox');
  const sandbox = asked === null ? '' : ` sandbox="${asked.replace(/[^a-z -]/g, '')}"`;
  const px = (name, other) => Number(url.searchParams.get(name) ?? other) || other;
  const figure = url.searchParams.has('element')
    ? `<script type="module" src="/embed/rebind-figure.js"></script>
      <rebind-figure src="${src}"><a href="${src}"><img src="${src}poster.svg" alt="A belongs to a thread" width="100%"></a></rebind-figure>`
    : `<iframe title="Rebind" src="${src}" width="${px('width', 960)}" height="${px('height', 540)}"${sandbox}></iframe>`;
  return `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>How a connection moves</title><link rel="icon" href="data:,">
  <style>body { margin: 0 } iframe { border: 0 } html { color-scheme: light dark }</style></head>
  <body>
    <main>
      <h1>How a connection moves</h1>
      <p>A page of documentation that knows nothing of isolation.</p>
      ${figure}
    </main>
  </body>
</html>`;
}

createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/frame.html') {
    response
      .writeHead(200, {
        'Content-Type': TYPES['.html'],
        ...(url.searchParams.has('isolated') ? ISOLATED : {}),
      })
      .end(framePage(url));
    return;
  }
  // As hosts do it: a folder is its index, also where all of it lies further down.
  const asked = decodeURIComponent(url.pathname).replace(/^\/tools\/rebind\//, '/');
  const path = join(dist, normalize(asked.endsWith('/') ? `${asked}index.html` : asked));
  const file = path.startsWith(dist) ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (!file?.isFile()) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found');
    return;
  }
  response.writeHead(200, {
    'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
    'Content-Length': file.size,
    ...(process.env.READABLE ? { 'Access-Control-Allow-Origin': '*' } : {}),
  });
  createReadStream(path).pipe(response);
}).listen(Number(process.argv[2]), 'localhost');
