/** Loads the page again and again in each browser, beside processes that keep every core busy: does it start each time? */

import { cpus } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ensureChromium } from '../../scripts/lib/chromium.mjs';
import { puppeteerDriver } from './puppeteer.mjs';
import { browsers, sites } from './run.mjs';
import { atMoment } from './smoke.mjs';

/**
 * @param {{loads: number, load: boolean, port: number, plainPort: number}} with `load`: beside busy cores.
 * @returns {Promise<{browser: string, started: number, of: number, problems: string[]}[]>}
 */
export async function soakPage({ loads, load, port, plainPort }) {
  const chromium = await ensureChromium();
  const busy = load ? cpus().map(() => new Worker('for (;;);', { eval: true })) : [];
  const served = await sites(port, plainPort);
  const all = [{ name: 'Chromium', start: () => puppeteerDriver('chrome', chromium) }, ...(await browsers())];
  const out = [];
  try {
    for (const { name, why, start } of all) {
      if (why) {
        console.log(`${name}: skipped, ${why}`);
        continue;
      }
      const driver = await start();
      const row = { browser: driver.version, started: 0, of: loads, problems: [] };
      out.push(row);
      try {
        for (let i = 0; i < loads; i++) {
          const site = served.both[i % 2];
          const why = await atMoment(driver, site.base).then(
            () => '',
            (error) => error.message,
          );
          if (why) row.problems.push(`load ${i + 1}, ${site.name}: ${why}`);
          else row.started++;
        }
      } finally {
        await driver.close();
      }
      console.log(`${row.browser}: ${row.started} of ${row.of} loads started`);
      for (const problem of row.problems) console.log(`  ${problem}`);
    }
  } finally {
    served.close();
    for (const worker of busy) await worker.terminate();
  }
  return out;
}
