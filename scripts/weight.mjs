/**
 * `npm run weight`: the gzip size of all script that has to arrive before the page answers, in KB of 1000 bytes, its files the largest
 * first; what a figure costs, its largest bundled tape and poster, and the element that puts it into a page.
 * `npm run weight -- --json` prints `{"page", "figure", "tape", "poster", "element": KB, "files": {NAME: KB}}`.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { weighed, weighedFigure } from './bench/weight.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { root } from './lib/root.mjs';

const { values } = parseArgs({ options: { json: { type: 'boolean' } } });
await ensureBuilt();
const dist = join(root, 'dist');
const { page, files } = weighed(dist);
const figure = Object.entries(weighedFigure(dist));
const kb = (n) => Number((n / 1000).toFixed(1));
if (values.json) {
  const named = Object.fromEntries(files.map(([name, n]) => [name, kb(n)]));
  const others = Object.fromEntries(figure.map(([name, n]) => [name, kb(n)]));
  console.log(JSON.stringify({ page: kb(page), ...others, files: named }));
} else {
  for (const [name, n] of files) console.log(`${kb(n).toFixed(1).padStart(7)}  ${name}`);
  console.log(`${kb(page).toFixed(1).padStart(7)}  together, gzip, KB of 1000 bytes`);
  for (const [name, n] of figure) console.log(`${kb(n).toFixed(1).padStart(7)}  ${name}`);
}
