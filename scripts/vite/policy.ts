/**
 * What the built page may load and run: its own files, and nothing from anywhere else. No `frame-ancestors`: to be shown in other
 * pages is what the figure is for. `blob:` workers are those of a sandboxed frame, see src/hosts/make-worker.ts.
 */
import type { Plugin } from 'vite';

export const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  // The guide's figures.
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The policy in the page itself, for hosts that send no headers. The development server has none: its client is inline. */
export function policy(): Plugin {
  return {
    name: 'policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
        injectTo: 'head-prepend',
      },
    ],
  };
}
