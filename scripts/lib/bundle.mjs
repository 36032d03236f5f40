import { join } from 'node:path';
import { root } from './root.mjs';

/** How the page is built, without what is the page's own: its entries, the files its modules stand in, what is made for it at build. */
export async function sourcesConfig() {
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

/** Entries by name, bundled for Node as the page is, into a folder: from source nothing compiled is there, and a loader's helpers run along. */
export async function bundleForNode(folder, input) {
  const { build } = await import('vite');
  const config = await sourcesConfig();
  await build({
    ...config,
    root,
    publicDir: false,
    logLevel: 'error',
    build: {
      ...config.build,
      ssr: true,
      outDir: folder,
      emptyOutDir: true,
      target: 'node20',
      rolldownOptions: { ...config.build.rolldownOptions, input },
    },
  });
}
