import { existsSync } from 'node:fs';
import { run, tail } from './run.mjs';

let updated;

/**
 * Installs Debian packages where that takes no question: as root, with apt-get. Returns '' or why they are not there.
 *
 * @param {string[]} packages
 */
export async function installWithApt(packages) {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return 'this is no Debian or Ubuntu';
  if (process.getuid?.() !== 0) return 'only root may install packages';
  const name = packages.join(' ');
  console.log(`Installing ${name} with apt-get …`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  updated ??= run('apt-get', ['update', '-q'], { env, timeoutMs: 300_000 });
  const update = await updated;
  const args = ['install', '-y', '-q', '--no-install-recommends', ...packages];
  const install = await run('apt-get', args, { env, timeoutMs: 600_000 });
  if (install.code === 0) return '';
  const first = update.code === 0 ? '' : `\napt-get update: ${tail(update.output, 5)}`;
  return `apt-get install ${name}: ${tail(install.output, 5)}${first}`;
}
