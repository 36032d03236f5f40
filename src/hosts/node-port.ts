/** Ports over Node's worker threads: tests and the command line run the very workers' code without a browser. */
import { Worker } from 'node:worker_threads';
import type { Port } from './port.ts';
import { workerSource } from './worker-source.ts';

export type NodePort<In, Out> = Port<In, Out> & { worker: Worker };

/** A worker thread running `entry`, TypeScript or bundled, and the line to it. */
export function nodePort<In, Out>(entry: URL, workerData: unknown = null): NodePort<In, Out> {
  const worker = entry.pathname.endsWith('.ts')
    ? new Worker(workerSource(entry), { eval: true, workerData })
    : new Worker(entry, { workerData });
  return {
    worker,
    post: (message, transfer = []) => worker.postMessage(message, transfer as never),
    onMessage: (cb) => {
      worker.on('message', cb);
    },
    onEnd: (cb) => {
      worker.on('error', (e) => cb(e instanceof Error ? e.message : String(e)));
      worker.on('exit', () => cb('it has exited'));
    },
    close: () => void worker.terminate(),
  };
}
