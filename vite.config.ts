import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { workerChunks } from './scripts/vite/worker-chunks.ts';

/** All four isolation headers, on every document and worker script (ARCHITECTURE, Edges). */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Document-Isolation-Policy': 'isolate-and-require-corp',
};

export default defineConfig({
  base: './',
  plugins: [workerChunks(), react()],
  worker: { format: 'es' },
  server: { headers: isolation },
  preview: { headers: isolation },
  build: { target: 'es2022', sourcemap: false },
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'scripts/**/*.test.mjs'],
    environment: 'node',
    testTimeout: 120_000,
  },
});
