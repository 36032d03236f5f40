import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What of a published site is nobody's to replace: earlier releases, its own domain, its history. */
const KEPT = new Set(['v', '.git', 'CNAME']);

/**
 * Puts a built page into the folder of a site, in place of the one before. With a release it is also put under v/RELEASE, where it stays: what
 * was embedded in other pages by its address goes on as it was. Throws when that release is there already.
 *
 * @param {string} dist the built page
 * @param {string} site the site's folder; made when it is not there
 * @param {string} [release] as in a tag, with its v or without
 */
export function publish(dist, site, release) {
  if (!existsSync(join(dist, 'index.html'))) throw new Error(`${dist} holds no built page`);
  const number = release?.replace(/^v/, '');
  if (number !== undefined && !/^\d+(\.\d+){0,2}$/.test(number)) throw new Error(`${release} is no release`);
  const kept = number === undefined ? '' : join(site, 'v', number);
  if (kept && existsSync(kept)) throw new Error(`release ${release} is published already`);
  mkdirSync(site, { recursive: true });
  for (const name of readdirSync(site)) if (!KEPT.has(name)) rmSync(join(site, name), { recursive: true });
  cpSync(dist, site, { recursive: true });
  if (kept) cpSync(dist, kept, { recursive: true });
  // Folders whose names begin with a line are left out by GitHub otherwise.
  writeFileSync(join(site, '.nojekyll'), '');
}
