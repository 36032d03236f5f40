/**
 * The four headers of cross-origin isolation on every response of the development and preview servers: also on those that
 * say "not modified" or that something went wrong. The servers' own `headers` option leaves these out, and a browser that
 * meets one of them in place of a worker's script blocks the worker.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';

export const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Document-Isolation-Policy': 'isolate-and-require-corp',
} as const;

type Requests = {
  prependListener(event: 'request', cb: (req: IncomingMessage, res: ServerResponse) => void): unknown;
};

export function isolation(): Plugin {
  const on = (server: { httpServer: Requests | null }): void => {
    server.httpServer?.prependListener('request', (_, response) => {
      for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
    });
  };
  return { name: 'isolation', configureServer: on, configurePreviewServer: on };
}
