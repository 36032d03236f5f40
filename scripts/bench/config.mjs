import { join } from 'node:path';
import { root } from '../lib/root.mjs';

/** How the page is built, without what is the page's own: its entries, the files its modules stand in, what is made for it at build. */
export async function benchConfig() {
  const { loadConfigFromFile } = await import('vite');
  const { config } = await loadConfigFromFile(
    { command: 'build', mode: 'production' },
    join(root, 'vite.config.ts'),
  );
  const { rolldownOptions, license, ...build } = config.build;
  return {
    ...config,
    configFile: false,
    plugins: config.plugins.flat().filter(({ name }) => name !== 'made-at-build' && name !== 'licenses'),
    build: { ...build, rolldownOptions: { output: { topLevelVar: rolldownOptions.output.topLevelVar } } },
  };
}
