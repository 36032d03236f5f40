/** A thread's worker that meets its fate in the middle of a turn: it has written into the block, and does not finish. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FromThread, ToThread } from '../messages.ts';
import type { Port } from '../port.ts';
import { serveThread } from '../thread.ts';
import type { Fate } from './fated.ts';

const { fate, turns, gate } = workerData as { fate: Fate; turns: number; gate: Int32Array };
let shared: Int32Array | null = null;
let left = turns;

/** Half a step: words that nobody should ever see. */
function scribble(block: ArrayBuffer | null): void {
  const w = block ? new Int32Array(block) : shared;
  for (let i = 0; w && i < 5000; i++) w[i] = 0x0badbad;
}

function meet(block: ArrayBuffer | null): void {
  if (fate === 'wait') {
    Atomics.wait(gate, 0, 0);
    return;
  }
  scribble(block);
  if (fate === 'exit') process.exit(3);
  if (fate === 'throw') throw new Error('a defect in the worker');
  // A hanging worker goes on writing until somebody ends it.
  for (;;) scribble(block);
}

const port: Port<ToThread, FromThread> = {
  post: (message, transfer = []) => parentPort!.postMessage(message, transfer as never),
  onMessage: (cb) => {
    parentPort!.on('message', (m: ToThread) => {
      if (m.kind === 'init' && m.shared) shared = new Int32Array(m.shared);
      if (m.kind === 'move') shared = new Int32Array(m.shared);
      if (m.kind === 'turn' && left-- <= 0) meet(m.block);
      cb(m);
    });
  },
  onEnd: () => {},
  close: () => {},
};
serveThread(port);
