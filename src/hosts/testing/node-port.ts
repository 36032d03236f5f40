/** Ports over Node's worker threads, so that tests run the very workers' code without a browser. */
import { Worker } from 'node:worker_threads';
import type { Port } from '../port.ts';

/** What becomes of a worker in the middle of a turn. */
export type Fate = 'exit' | 'throw' | 'hang';

export type NodePort<In, Out> = Port<In, Out> & { worker: Worker };

/** Node takes TypeScript in a worker only if the loader is registered inside it. */
const boot = (entry: string): string => `import('tsx/esm/api').then((tsx) => {
  tsx.register();
  return import(${JSON.stringify(new URL(entry, import.meta.url).href)});
})`;

/** A worker thread running `entry` (a file beside this one), and the line to it. */
export function nodePort<In, Out>(entry: string, workerData: unknown = null): NodePort<In, Out> {
  const worker = new Worker(boot(entry), { eval: true, workerData });
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

/** A thread's worker that takes `turns` turns and then meets its fate. */
export function fatedPort<In, Out>(fate: Fate, turns: number): NodePort<In, Out> {
  return nodePort<In, Out>('./fated-entry.ts', { fate, turns });
}
