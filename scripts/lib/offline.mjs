import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/** What the page itself is made of; figures and the guide are kept once they have been looked at. */
const PARTS = [/^(first|before)\.js$/, /^icon\.svg$/, /^assets\//, /^captures\//, /^figure\//];

/** Writes dist/sw.js: the service worker of scripts/offline, with the names of what it keeps. */
export function writeOffline(dist = join(root, 'dist')) {
  const hash = createHash('sha256');
  const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(dist.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((file) => PARTS.some((part) => part.test(file)))
    .sort();
  const worker = readFileSync(join(root, 'scripts/offline/worker.js'), 'utf8');
  for (const file of ['index.html', ...files]) hash.update(file).update(readFileSync(join(dist, file)));
  const version = hash.update(worker).digest('hex').slice(0, 16);
  // The page is asked for by its folder.
  const list = JSON.stringify(['./', ...files]);
  writeFileSync(join(dist, 'sw.js'), `const VERSION = '${version}';\nconst FILES = ${list};\n${worker}`);
}
