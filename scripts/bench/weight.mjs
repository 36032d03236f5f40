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

/** Beside the entry: the workers of Step mode, since the page answers once its world runs; and the view of the story that a first visit is told. */
const BY_ITSELF = /^(?:coordinator-worker|thread-worker|StoryView)-.*\.js$/;

/**
 * All script that a first visit needs before the page answers, with everything that is imported statically: the entry, and what it
 * loads by itself. e2e/weight.spec.ts holds this against what a browser asks for. Sizes are bytes after gzip -9.
 *
 * @param {string} dist the built page
 * @returns {{page: number, files: [string, number][]}} files by size, the largest first
 */
export function weighed(dist) {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const wanted = [...html.matchAll(/(?:src|href)="\.?\/?([^"]+\.js)"/g)].map((m) => m[1]);
  for (const name of readdirSync(join(dist, 'assets'))) {
    if (BY_ITSELF.test(name)) wanted.push(`assets/${name}`);
  }
  const seen = new Map();
  while (wanted.length > 0) {
    const file = wanted.pop();
    if (seen.has(file)) continue;
    const bytes = readFileSync(join(dist, file));
    seen.set(file, gzipSync(bytes, { level: 9 }).length);
    wanted.push(...needed(file, bytes.toString('utf8')));
  }
  const files = [...seen].sort((a, b) => b[1] - a[1]);
  return { page: files.reduce((sum, [, n]) => sum + n, 0), files };
}

/**
 * The same as a row of the bench's table, KB of 1000 bytes.
 *
 * @returns {Promise<{what: string, unit: string, median: number, low: number, high: number, atMost: number}[]>}
 */
export async function pageWeight(dist) {
  const kb = weighed(dist).page / 1000;
  return [
    {
      what: 'JavaScript before the page answers, gzip',
      unit: 'KB',
      median: kb,
      low: kb,
      high: kb,
      atMost: 232,
    },
  ];
}
