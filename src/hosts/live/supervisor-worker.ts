/** The supervisor's worker: watches over the run where a hidden page does not slow it. */
import { loadSteps } from '../../machine/compiled/load.ts';
import { lead } from '../lead.ts';
import { keepBeating } from '../pulse.ts';
import type { FromSupervisor, FromWorker, ToSupervisor, ToWorker } from './messages.ts';
import { Supervisor } from './supervisor.ts';

lead<ToSupervisor, FromSupervisor, FromWorker, ToWorker>((page, spawn) => {
  new Supervisor(
    page,
    (tid) => spawn(tid < 0 ? 'traffic' : `T${tid}`),
    Math.max(2, navigator.hardwareConcurrency),
    loadSteps,
  );
  keepBeating((beat) => page.post(beat));
});
