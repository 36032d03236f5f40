/**
 * The page without a network after its first visit, and isolated where its host sends no headers. `VERSION` and `FILES` (what the page itself is
 * made of) are put in front at build. Only the page registers it, never a figure; see public/before.js.
 *
 * What has its content's hash in its name is taken from the store; everything else from the network as long as there is one, so that a new edition is seen
 * at once. A new worker waits until the last page of the old edition is closed: that one still finds its parts.
 */
/* global VERSION, FILES */
const MINE = `rebind ${registration.scope} `;
const STORE = MINE + VERSION;
const HASHED = /\/assets\/[^/]*-[\w-]{8}\.\w+$/;
/** As scripts/vite/isolation.ts has them; what the host sends goes first. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

addEventListener('install', (event) => {
  // Past the browser's own store, which may hold an older edition of what has no hash.
  const files = FILES.map((file) => new Request(new URL(file, registration.scope), { cache: 'no-cache' }));
  event.waitUntil(caches.open(STORE).then((store) => store.addAll(files)));
});

addEventListener('activate', (event) => {
  const others = (names) => names.filter((name) => name.startsWith(MINE) && name !== STORE);
  event.waitUntil(
    caches.keys().then((names) => Promise.all(others(names).map((name) => caches.delete(name)))),
  );
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const { method, url, headers } = request;
  if (method !== 'GET' || !url.startsWith(registration.scope) || headers.has('range')) return;
  event.respondWith(answer(request, event));
});

async function answer(request, event) {
  const store = await caches.open(STORE);
  const hashed = HASHED.test(new URL(request.url).pathname);
  const kept = hashed ? await store.match(request, { ignoreVary: true }) : undefined;
  if (kept) return isolated(kept);
  try {
    const fresh = await fetch(request);
    if (fresh.ok && !fresh.redirected) event.waitUntil(store.put(plain(request), fresh.clone()));
    return isolated(fresh);
  } catch (error) {
    const old = await store.match(plain(request), { ignoreVary: true });
    if (old) return isolated(old);
    throw error;
  }
}

/** One copy of a document, whatever its address asks of it. */
function plain({ url }) {
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/\/index\.html$/, '/');
}

function isolated(response) {
  // What is not to be read, or has no body of its own, goes as it came.
  if (
    response.type === 'opaque' ||
    response.type === 'opaqueredirect' ||
    [101, 204, 205, 304].includes(response.status)
  )
    return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) if (!headers.has(name)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
