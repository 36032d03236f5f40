import { join } from 'node:path';
import { root } from './root.mjs';

/**
 * The command line as it is packed: ES modules that Node runs as they are, in out/cli. Two folders deep like the sources, so that
 * captures and the figure are found from here by the same way. Readable, since a person may have to look into it.
 */
export async function buildCli(logLevel) {
  const { build } = await import('vite');
  await build({
    root,
    logLevel,
    configFile: false,
    publicDir: false,
    // Without it React brings what it has for developers.
    define: { 'process.env.NODE_ENV': '"production"' },
    ssr: { noExternal: true, external: ['vite', '@playwright/test'] },
    build: {
      ssr: true,
      target: 'node20',
      outDir: join(root, 'out/cli'),
      emptyOutDir: true,
      license: { fileName: 'licenses.txt' },
      rolldownOptions: {
        input: { rebind: 'src/cli/main.ts', 'node-worker': 'src/hosts/explorer/node-worker.ts' },
        // A name is a constant to the engine too, see vite.config.ts.
        output: {
          topLevelVar: false,
          entryFileNames: '[name].js',
          chunkFileNames: '[name]-[hash].js',
          banner: (chunk) => (chunk.name === 'rebind' ? '#!/usr/bin/env node' : ''),
        },
      },
    },
  });
}
