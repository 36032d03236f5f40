/** The smoke tests in Firefox and WebKitGTK, measured against Chromium. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureFirefox, ensureWebKit } from '../../scripts/lib/browsers.mjs';
import { root } from '../../scripts/lib/root.mjs';
import { puppeteerDriver } from './puppeteer.mjs';
import { hashesOf, testsOf } from './smoke.mjs';
import { webkitDriver } from './webdriver.mjs';

/** Serves the build with headers and without, until `close`. */
export async function sites(port, plainPort) {
  const start = (args) => spawn(process.execPath, args, { cwd: root, stdio: 'ignore' });
  const servers = [
    start([join(root, 'scripts/start.mjs'), '--strict', '--port', String(port)]),
    start([join(root, 'e2e/serve-plain.mjs'), String(plainPort)]),
  ];
  const both = [
    { name: 'isolated', base: `http://localhost:${port}`, isolated: true },
    { name: 'plain', base: `http://localhost:${plainPort}`, isolated: false },
  ];
  for (const { base } of both) await untilServed(base);
  return {
    both,
    close() {
      for (const server of servers) server.kill();
    },
  };
}

async function untilServed(base) {
  for (let tries = 0; ; tries++) {
    try {
      if ((await fetch(base)).ok) return;
    } catch (error) {
      if (tries === 300) throw error;
    }
    await new Promise((done) => setTimeout(done, 200));
  }
}

/** The browsers there are beside Chromium: how to start each, or why it can't be had. */
export async function browsers() {
  const [firefox, webkit] = [await ensureFirefox(), await ensureWebKit()];
  return [
    { name: 'Firefox', why: firefox.why, start: () => puppeteerDriver('firefox', firefox.firefox) },
    { name: 'WebKitGTK', why: webkit.why, start: () => webkitDriver(webkit) },
  ];
}

/**
 * @param {{chromium: string, port: number, plainPort: number}} with
 * @returns {Promise<import('../../scripts/lib/counts.mjs').Count & {reasons: string[]}>}
 */
export async function smoke({ chromium, port, plainPort }) {
  const count = { passed: 0, failed: 0, skipped: 0, failures: [], reasons: [] };
  const all = await browsers();
  const served = await sites(port, plainPort);
  try {
    const reference = await puppeteerDriver('chrome', chromium);
    const wanted = await hashesOf(reference, served.both[0].base);
    await reference.close();
    for (const { name, why, start } of all) {
      if (why) {
        for (const site of served.both) count.skipped += testsOf(site).length;
        count.reasons.push(`${name}: ${why}`);
        continue;
      }
      const driver = await start();
      try {
        for (const site of served.both)
          for (const [title, test] of testsOf(site))
            await one(count, `${driver.version}, ${site.name}: ${title}`, () => test(driver, site, wanted));
      } finally {
        await driver.close();
      }
    }
  } finally {
    served.close();
  }
  return count;
}

async function one(count, title, test) {
  try {
    await test();
    count.passed++;
  } catch (error) {
    count.failed++;
    count.failures.push(`${title}\n    ${error.message}`);
  }
}
