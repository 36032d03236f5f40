import { defineConfig, devices } from '@playwright/test';
import { chromiumArgs, findChromium } from './scripts/lib/chromium.mjs';

/** The built page with its isolation headers, as `npm start` serves it; and the same files without any, see e2e/sites.ts. */
const port = Number(process.env.E2E_PORT ?? 41730);
const plainPort = Number(process.env.E2E_PLAIN_PORT ?? 41731);

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: !!process.env.CI,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    ...devices['Desktop Chrome'],
    baseURL: `http://localhost:${port}`,
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: findChromium() || undefined, args: chromiumArgs() },
  },
  // Live lets its workers run at once: two such pages on a small machine would only measure each other.
  projects: [
    { name: 'chromium', testIgnore: '**/live.spec.ts' },
    { name: 'live', testMatch: '**/live.spec.ts', workers: 1 },
  ],
  webServer: [
    {
      command: `node scripts/start.mjs --strict --port ${port}`,
      url: `http://localhost:${port}`,
      reuseExistingServer: false,
      timeout: 180_000,
    },
    {
      command: `node e2e/serve-plain.mjs ${plainPort}`,
      url: `http://localhost:${plainPort}/frame.html`,
      reuseExistingServer: false,
    },
  ],
});
