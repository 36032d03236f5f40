import { join } from 'node:path';
import { root } from './root.mjs';

/** Builds the figure's own script and stylesheet into dist/figure. */
export async function buildFigure(logLevel) {
  const { build } = await import('vite');
  await build({ root, logLevel, configFile: join(root, 'vite.figure.config.ts') });
}
