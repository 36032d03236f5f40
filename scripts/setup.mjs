/** Sets up what `npm start` and `npm test` need, and nothing more: dependencies and a browser. */
import { ensureChromium } from './lib/chromium.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';

try {
  await ensureDependencies();
  console.log(`Chromium: ${await ensureChromium()}`);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
