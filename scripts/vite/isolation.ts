/**
 * The four headers of cross-origin isolation, and one that lets anybody read, on every response of the development and preview
 * servers; on those of the latter the page's policy too. Also on responses that say "not modified" or that something went wrong:
 * the servers' own `headers` option leaves these out, and a browser that meets one in place of a worker's script blocks the worker.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';
import { POLICY } from './policy.ts';

export const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Document-Isolation-Policy': 'isolate-and-require-corp',
} as const;

/** Without an origin of its own, as in a sandboxed frame, the page asks for its scripts, captures and fonts as a stranger. */
export const READABLE = { 'Access-Control-Allow-Origin': '*' } as const;

type Requests = {
  prependListener(event: 'request', cb: (req: IncomingMessage, res: ServerResponse) => void): unknown;
};

export function isolation(): Plugin {
  const sends = (headers: Record<string, string>) => (server: { httpServer: Requests | null }) => {
    server.httpServer?.prependListener('request', (_, response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    });
  };
  const both = { ...ISOLATION, ...READABLE };
  return {
    name: 'isolation',
    configureServer: sends(both),
    configurePreviewServer: sends({ ...both, 'Content-Security-Policy': POLICY }),
  };
}
