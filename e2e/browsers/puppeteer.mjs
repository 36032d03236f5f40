/** A browser driven by puppeteer-core, as the smoke test asks: Chromium over its own protocol, Firefox over WebDriver BiDi. */
import puppeteer from 'puppeteer-core';
import { chromiumArgs } from '../../scripts/lib/chromium.mjs';

const SIZE = { width: 1440, height: 900 };
/** Height of Firefox's own bars, px, about. */
const BAR = 86;

/** @param {'chrome' | 'firefox'} browser */
export async function puppeteerDriver(browser, executablePath) {
  // Firefox ESR does not know all that puppeteer's viewport asks of it: there the window is made as large.
  const args =
    browser === 'chrome' ? chromiumArgs() : [`--width=${SIZE.width}`, `--height=${SIZE.height + BAR}`];
  const running = await puppeteer.launch({
    browser,
    executablePath,
    headless: true,
    defaultViewport: null,
    args,
    protocolTimeout: 120_000,
  });
  let page;
  const fresh = async () => {
    await page?.close();
    page = await running.newPage();
    if (browser === 'chrome') await page.setViewport(SIZE);
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
    /** Presses the pointer at the first of the points, [x, y] in the window, and lets it go at the last. */
    async drag([first, ...others]) {
      await page.mouse.move(...first);
      await page.mouse.down();
      for (const point of others) await page.mouse.move(...point);
      await page.mouse.up();
    },
    close: () => running.close(),
  };
}
