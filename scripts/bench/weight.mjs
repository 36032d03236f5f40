import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseSync } from 'vite';

/** Files that a built script loads for certain: what it imports statically, and the workers and modules it starts. */
function needed(file, text) {
  const { module } = parseSync(file, text);
  const names = module.staticImports.map((i) => i.moduleRequest.value);
  const from = module.staticExports
    .flatMap((e) => e.entries)
    .flatMap((e) => (e.moduleRequest ? [e.moduleRequest.value] : []));
  return [...names, ...from].map((name) => posix.join(posix.dirname(file), name));
}

/**
 * The gzip size, in KB of 1000 bytes, of all script that must arrive before the page can draw its first picture: the
 * entry with everything it imports statically, and the worker scripts of Step mode, since the first picture is a world's.
 *
 * @returns {Promise<{what: string, unit: string, median: number, low: number, high: number, atMost: number}[]>}
 */
export async function pageWeight(dist) {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const wanted = [...html.matchAll(/(?:src|href)="\.?\/?([^"]+\.js)"/g)].map((m) => m[1]);
  for (const name of readdirSync(join(dist, 'assets'))) {
    if (/^(capture|coordinator|thread)-worker.*\.js$/.test(name)) wanted.push(`assets/${name}`);
  }
  const seen = new Map();
  while (wanted.length > 0) {
    const file = wanted.pop();
    if (seen.has(file)) continue;
    const bytes = readFileSync(join(dist, file));
    seen.set(file, gzipSync(bytes, { level: 9 }).length);
    wanted.push(...needed(file, bytes.toString('utf8')));
  }
  const kb = [...seen.values()].reduce((sum, n) => sum + n, 0) / 1000;
  return [
    {
      what: 'JavaScript before the first picture, gzip',
      unit: 'KB',
      median: kb,
      low: kb,
      high: kb,
      atMost: 170,
    },
  ];
}
