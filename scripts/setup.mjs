/** Sets up what `npm start` and `npm test` need, and nothing more: dependencies and browsers. */
import { ensureFirefox, ensureWebKit } from './lib/browsers.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';

try {
  await ensureDependencies();
  console.log(`Chromium: ${await ensureChromium()}`);
  // Without these two their tests are skipped.
  const firefox = await ensureFirefox();
  console.log(`Firefox: ${firefox.firefox ?? firefox.why}`);
  const webkit = await ensureWebKit();
  console.log(`WebKitGTK: ${webkit.driver ?? webkit.why}`);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
