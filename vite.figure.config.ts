/** The figure's own build: one classic script with React replaced by Preact, and one stylesheet with the system's fonts. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { defineConfig } from 'vite';

const src = join(import.meta.dirname, 'src');

/** Files of the page that have another one in their place here. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['app/stage/dragging.ts', 'figure/dragging.ts'],
  ['app/stage/ThreadButton.tsx', 'figure/ThreadButton.tsx'],
  ...[
    'stage/Clients.tsx',
    'stage/Headings.tsx',
    'stage/RunQueue.tsx',
    'stage/Sockets.tsx',
    'stage/StageButton.tsx',
    'stage/hands.ts',
    'stage/sockets.ts',
    'stage/follow.ts',
    'story/telling.ts',
    'session/said.ts',
  ].map((file) => [`app/${file}`, 'figure/absent.ts'] as const),
]);

export default defineConfig({
  base: './',
  publicDir: false,
  resolve: {
    alias: {
      'react/jsx-runtime': 'preact/jsx-runtime',
      'react-dom/client': 'preact/compat/client',
      'react-dom': 'preact/compat',
      react: join(src, 'figure/react.ts'),
    },
  },
  plugins: [
    {
      name: 'parts-of-a-figure',
      generateBundle() {
        // No module: it runs before anything is painted.
        const source = readFileSync(join(src, 'figure/theme.js'), 'utf8');
        this.emitFile({ type: 'asset', fileName: 'theme.js', source });
      },
      enforce: 'pre',
      async resolveId(source, importer) {
        const found = await this.resolve(source, importer, { skipSelf: true });
        const other = found && INSTEAD.get(relative(src, found.id));
        return other ? join(src, other) : found;
      },
    },
  ],
  // Elements are made by Preact's own function: the automatic runtime has one of its own, and longer calls of it.
  oxc: {
    jsx: { runtime: 'classic', pragma: 'preactElement', pragmaFrag: 'PreactFragment' },
    jsxInject: "import { createElement as preactElement, Fragment as PreactFragment } from 'preact'",
  },
  build: {
    target: 'es2022',
    outDir: 'dist/figure',
    emptyOutDir: false,
    cssCodeSplit: false,
    modulePreload: false,
    // Half a kilobyte less than Vite's own, of a script that every page with a figure loads.
    minify: 'terser',
    terserOptions: { ecma: 2020, compress: { passes: 3, unsafe_arrows: true, inline: 1 } },
    license: { fileName: 'licenses.txt' },
    rolldownOptions: {
      // What makes it small takes its time.
      checks: { pluginTimings: false },
      input: 'src/figure/main.tsx',
      output: {
        format: 'iife',
        entryFileNames: 'figure.js',
        assetFileNames: (a) => (a.names[0]?.endsWith('.css') ? 'figure.css' : '[name][extname]'),
      },
    },
  },
});
