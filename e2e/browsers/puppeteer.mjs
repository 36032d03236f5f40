/** A browser driven by puppeteer-core, as the smoke test asks: Chromium over its own protocol, Firefox over WebDriver BiDi. */
import puppeteer from 'puppeteer-core';
import { chromiumArgs } from '../../scripts/lib/chromium.mjs';

/** @param {'chrome' | 'firefox'} browser */
export async function puppeteerDriver(browser, executablePath) {
  const args = browser === 'chrome' ? chromiumArgs() : [];
  const running = await puppeteer.launch({
    browser,
    executablePath,
    headless: true,
    args,
    protocolTimeout: 120_000,
  });
  let page;
  const fresh = async () => {
    await page?.close();
    page = await running.newPage();
    await page.setViewport({ width: 1440, height: 900 });
  };
  return {
    version: await running.version(),
    /** A page of its own each time. */
    async open(url) {
      await fresh();
      await page.goto(url, { waitUntil: 'domcontentloaded' });
    },
    run: (fn, ...values) => page.evaluate(fn, ...values),
    /** Presses a key, with those held down. */
    async press(key, held = []) {
      for (const h of held) await page.keyboard.down(h);
      await page.keyboard.press(key);
      for (const h of held) await page.keyboard.up(h);
    },
    close: () => running.close(),
  };
}
