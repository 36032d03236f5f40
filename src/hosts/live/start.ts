/** The page's end of a Live run: starts a supervisor and speaks to it alone. */
import { workerPort } from '../port.ts';
import type { Live, LiveBegin } from './contract.ts';
import { liveOver } from './over.ts';
import supervisorScript from './supervisor-worker.ts?worker-chunk';

/** Starts a run in web workers. Only where `whyLiveIsOff` has nothing to say. */
export function startLive(begin: LiveBegin): Live {
  return liveOver(workerPort(new Worker(supervisorScript, { type: 'module', name: 'supervisor' })), begin);
}
