import { parentPort } from 'node:worker_threads';
import type { FromThread, ToThread } from '../messages.ts';
import type { Port } from '../port.ts';
import { serveThread } from '../thread.ts';

const port: Port<ToThread, FromThread> = {
  post: (message, transfer = []) => parentPort!.postMessage(message, transfer as never),
  onMessage: (cb) => {
    parentPort!.on('message', cb);
  },
  onEnd: () => {},
  close: () => {},
};
serveThread(port);
