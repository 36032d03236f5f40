import { parentPort } from 'node:worker_threads';
import type { Port } from './port.ts';

/** A worker thread's own end. */
export function nodeSelf<In, Out>(): Port<In, Out> {
  const port = parentPort!;
  return {
    post: (message, transfer = []) => port.postMessage(message, transfer as never),
    onMessage: (cb) => {
      port.on('message', cb);
    },
    onEnd: () => {},
    close: () => port.close(),
  };
}
