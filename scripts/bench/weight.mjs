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

/** Beside the entry: the workers of Step mode, since the page answers once its world runs, */
const WORKERS = /^(?:coordinator-worker|thread-worker)-.*\.js$/;
/** and the view of the story that a first visit is told, or the panels of a later one. */
const VIEWS = { first: /^StoryView-.*\.js$/, later: /^Panels-.*\.js$/ };

/**
 * All script that has to arrive before the page answers, with everything that is imported statically: the entry, and what it loads by
 * itself. Of a first visit and a later one the heavier. e2e/weight.spec.ts holds this against what a browser asks for. Sizes are bytes
 * after gzip -9.
 *
 * @param {string} dist the built page
 * @returns {{page: number, files: [string, number][]}} files by size, the largest first
 */
export function weighed(dist) {
  const both = [weighedVisit(dist, 'first'), weighedVisit(dist, 'later')];
  return both[0].page > both[1].page ? both[0] : both[1];
}

/**
 * The same of one of the two.
 *
 * @param {string} dist
 * @param {'first' | 'later'} visit
 * @returns {{page: number, files: [string, number][]}}
 */
export function weighedVisit(dist, visit) {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const wanted = [...html.matchAll(/(?:src|href)="\.?\/?([^"]+\.js)"/g)].map((m) => m[1]);
  for (const name of readdirSync(join(dist, 'assets'))) {
    if (WORKERS.test(name) || VIEWS[visit].test(name)) wanted.push(`assets/${name}`);
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

const packed = (file) => gzipSync(readFileSync(file), { level: 9 }).length;

/**
 * What a figure in another page costs: its script, and the largest bundled tape and poster; and the element's script. Bytes after gzip -9.
 *
 * @param {string} dist the built page
 * @returns {{figure: number, tape: number, poster: number, element: number}}
 */
export function weighedFigure(dist) {
  const moments = readdirSync(join(dist, 'm'));
  const largest = (file) => Math.max(...moments.map((name) => packed(join(dist, 'm', name, file))));
  return {
    figure: packed(join(dist, 'figure/figure.js')),
    tape: largest('tape.json'),
    poster: largest('poster.svg'),
    element: packed(join(dist, 'embed/rebind-figure.js')),
  };
}

/**
 * The same as rows of the bench's table, KB of 1000 bytes.
 *
 * @returns {Promise<{what: string, unit: string, median: number, low: number, high: number, atMost: number}[]>}
 */
export async function pageWeight(dist) {
  const { figure, tape, poster, element } = weighedFigure(dist);
  const row = (what, bytes, atMost) => {
    const kb = bytes / 1000;
    return { what, unit: 'KB', median: kb, low: kb, high: kb, atMost };
  };
  return [
    row('JavaScript before the page answers, gzip', weighed(dist).page, 232),
    row('JavaScript before a figure can be played, gzip', figure, 32),
    row('the largest bundled tape, gzip', tape, 12),
    row('the largest bundled poster, gzip', poster, 4),
    row('the element that puts a figure into a page, gzip', element, 4),
  ];
}
