/** A worker that says it is about to run, and then neither runs nor answers. */
import { nodeSelf } from '../../node-self.ts';
import type { FromWorker, ToWorker } from '../messages.ts';

const port = nodeSelf<ToWorker, FromWorker>();
port.onMessage(() => {
  port.post({ kind: 'ready' });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
