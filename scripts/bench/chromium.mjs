import { join } from 'node:path';
import { sourcesConfig } from '../lib/bundle.mjs';
import { chromiumArgs, ensureChromium } from '../lib/chromium.mjs';
import { root } from '../lib/root.mjs';

/** Builds the page of measurements, serves it isolated, and starts a headless Chromium. */
export async function openBench() {
  const executablePath = await ensureChromium();
  const { build, preview } = await import('vite');
  const outDir = join(root, 'node_modules/.rebind-bench');
  const config = { ...(await sourcesConfig()), root: join(root, 'bench'), logLevel: 'warn' };
  await build({ ...config, build: { ...config.build, outDir, emptyOutDir: true, target: 'esnext' } });
  const server = await preview({ ...config, build: { outDir }, preview: { port: 41780, host: 'localhost' } });
  const { chromium } = await import('@playwright/test');
  const browser = await chromium.launch({ executablePath, args: chromiumArgs() });
  return {
    address: server.resolvedUrls.local[0],
    browser,
    version: browser.version(),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Runs one suite in a fresh browser context and gives its rows. */
export async function chromiumSuite({ browser, address }, name) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(`${address}?suite=${encodeURIComponent(name)}`);
    const result = await page.waitForFunction(() => window.benchResult, undefined, {
      timeout: 600_000,
      polling: 500,
    });
    const { rows, error } = await result.jsonValue();
    if (error) throw new Error(`${name}: ${error}`);
    return rows;
  } finally {
    await context.close();
  }
}
