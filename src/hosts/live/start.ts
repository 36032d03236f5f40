/** The page's end of a Live run: starts a supervisor and speaks to it alone. */
import { makeWorker } from '../make-worker.ts';
import { workerPort } from '../port.ts';
import type { Live, LiveBegin } from './contract.ts';
import { firstNames } from './first.ts';
import liveScript from './live-worker.ts?worker-chunk';
import type { FromSupervisor, ToSupervisor } from './messages.ts';
import { liveOver } from './over.ts';
import { ReadyMaker } from './ready-maker.ts';
import supervisorScript from './supervisor-worker.ts?worker-chunk';

/** Starts a run in web workers. Only where `whyLiveIsOff` has nothing to say. */
export function startLive(begin: LiveBegin): Live {
  const worker = makeWorker(supervisorScript, 'supervisor');
  const maker = new ReadyMaker(worker, liveScript, firstNames(begin.options.threads));
  const port = workerPort<FromSupervisor, ToSupervisor>(worker);
  const close = (): void => {
    port.close();
    maker.close();
  };
  return liveOver({ ...port, close }, begin);
}
