/** The supervisor's worker: watches over the run where a hidden page does not slow it. */
import { loadSteps } from '../../machine/compiled/load.ts';
import { lead } from '../lead.ts';
import { keepBeating } from '../pulse.ts';
import { atOnce, nameOfWorker } from './first.ts';
import type { FromSupervisor, FromWorker, ToSupervisor, ToWorker } from './messages.ts';
import { Supervisor } from './supervisor.ts';

lead<ToSupervisor, FromSupervisor, FromWorker, ToWorker>((page, spawn) => {
  new Supervisor(page, (tid) => spawn(nameOfWorker(tid)), atOnce(), loadSteps);
  keepBeating((beat) => page.post(beat));
});
