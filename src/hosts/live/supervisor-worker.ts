/** The supervisor's worker: watches over the run where a hidden page does not slow it. */
import { selfPort, workerPort } from '../port.ts';
import liveScript from './live-worker.ts?worker-chunk';
import { Supervisor } from './supervisor.ts';

new Supervisor(
  selfPort(),
  (tid) => workerPort(new Worker(liveScript, { type: 'module', name: tid < 0 ? 'traffic' : `T${tid}` })),
  Math.max(2, navigator.hardwareConcurrency),
);
