import react from '@vitejs/plugin-react';
import { configDefaults, defineConfig } from 'vitest/config';
import { brotli } from './scripts/vite/brotli.ts';
import { isolation } from './scripts/vite/isolation.ts';
import { LICENSES, licenses } from './scripts/vite/licenses.ts';
import { madeAtBuild } from './scripts/vite/made-at-build.ts';
import { policy } from './scripts/vite/policy.ts';
import { steps } from './scripts/vite/steps.ts';
import { TOGETHER } from './scripts/vite/together.ts';
import { wasmBytes } from './scripts/vite/wasm-bytes.ts';
import { workerChunks } from './scripts/vite/worker-chunks.ts';

const TESTS = ['src/**/*.test.ts', 'src/**/*.test.tsx', 'scripts/**/*.test.mjs'];
/** Tests that wait for a clock, or let workers run at once: each in a realm of its own, one after the other. */
const OWN_REALM = [
  'src/hosts/live/{live,flight}.test.ts',
  'src/hosts/{lost,pulse,event-pace}.test.ts',
  'scripts/**/*.test.mjs',
];

export default defineConfig({
  base: './',
  // A file that is not there is a 404, not the page: what was built before may be gone.
  appType: 'mpa',
  plugins: [
    isolation(),
    policy(),
    brotli(),
    licenses(),
    workerChunks(),
    wasmBytes(),
    steps(),
    madeAtBuild(),
    react(),
  ],
  worker: { format: 'es', rolldownOptions: { output: { topLevelVar: false } } },
  build: {
    target: 'es2022',
    sourcemap: false,
    // A constant at the top of a module is one to the engine too: as `var`, layouts and steps would be looked up at each use.
    rolldownOptions: {
      // What a figure loads when a reader changes something has a name that its script knows.
      input: { index: 'index.html', machine: 'src/figure/machine.ts' },
      preserveEntrySignatures: 'exports-only',
      // What is made at build takes its time.
      checks: { pluginTimings: false },
      output: {
        topLevelVar: false,
        codeSplitting: { groups: TOGETHER },
        entryFileNames: ({ name }) => (name === 'machine' ? 'figure/machine.js' : 'assets/[name]-[hash].js'),
      },
    },
    license: { fileName: LICENSES },
    // A part's own imports are asked for by the part: what a failed preload could not get, a browser never asks for again.
    modulePreload: {
      // Where it is not known, a script comes when it is asked for.
      polyfill: false,
      resolveDependencies: (_, deps, { hostType }) =>
        hostType === 'js' ? deps.filter((d) => d.endsWith('.css')) : deps,
    },
  },
  // Who may read what is said by `isolation`.
  server: { cors: false },
  preview: { cors: false },
  test: {
    environment: 'node',
    testTimeout: 120_000,
    projects: [
      // One realm reads the emulation once for all of these files: read anew for each, that was a third of the time.
      {
        extends: true,
        test: {
          name: 'one realm',
          include: TESTS,
          exclude: [...configDefaults.exclude, ...OWN_REALM],
          maxWorkers: 2,
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      // What is about time has the machine to itself.
      {
        extends: true,
        test: { name: 'clocks', include: OWN_REALM, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
