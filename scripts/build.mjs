/** `npm run build`: the page, the figure and the bundled moments, into dist. */
import { buildAll } from './lib/build.mjs';

try {
  await buildAll('info');
} catch (error) {
  console.error(`npm run build: ${error.message}`);
  process.exit(1);
}
