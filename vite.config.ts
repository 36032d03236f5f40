import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { isolation } from './scripts/vite/isolation.ts';
import { workerChunks } from './scripts/vite/worker-chunks.ts';

export default defineConfig({
  base: './',
  // A file that is not there is a 404, not the page: what was built before may be gone.
  appType: 'mpa',
  plugins: [isolation(), workerChunks(), react()],
  worker: { format: 'es' },
  build: { target: 'es2022', sourcemap: false },
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'scripts/**/*.test.mjs'],
    environment: 'node',
    testTimeout: 120_000,
  },
});
