/** Before `npm pack`: what the package rebind holds that is built, the command line and the figure that its moments play. */
import { buildCli } from './lib/cli.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { buildFigure } from './lib/figure.mjs';

try {
  await ensureDependencies();
  await buildFigure('error');
  await buildCli('error');
} catch (error) {
  console.error(`npm pack: ${error.message}`);
  process.exit(1);
}
