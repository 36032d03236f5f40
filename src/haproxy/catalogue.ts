/** Every procedure, in one fixed order: its place is its id, the same in every revision. */
import { acceptProcedures } from './proc/accept.ts';
import { cidProcedures } from './proc/cids.ts';
import { closeByHand } from './proc/closing.ts';
import { connProcedures } from './proc/conn.ts';
import { dgramProcedures } from './proc/dgram.ts';
import { dispatchProcedures } from './proc/dispatch.ts';
import { fdMigrateOn, fdUpdateEvents, fdWantRecv, updateFd } from './proc/fd.ts';
import { handleProcedures } from './proc/handle.ts';
import { ioProcedures } from './proc/io.ts';
import { catalogue } from './proc/proc.ts';
import { rebindProcedures } from './proc/rebind.ts';
import { releaseProcedures } from './proc/release.ts';
import { runloopProcedures } from './proc/runloop.ts';
import { rxtreatProcedures } from './proc/rxtreat.ts';
import { showQuic } from './proc/show.ts';
import { taskKill, taskletKill, taskletWakeup } from './proc/task.ts';
import { timerProcedures } from './proc/timers.ts';
import { txProcedures } from './proc/tx.ts';

export const PROCEDURES = catalogue([
  ...runloopProcedures,
  taskletWakeup,
  taskKill,
  taskletKill,
  fdWantRecv,
  fdMigrateOn,
  updateFd,
  fdUpdateEvents,
  ...dispatchProcedures,
  ...dgramProcedures,
  ...handleProcedures,
  ...connProcedures,
  ...ioProcedures,
  ...rxtreatProcedures,
  ...timerProcedures,
  ...txProcedures,
  ...cidProcedures,
  ...acceptProcedures,
  ...rebindProcedures,
  ...releaseProcedures,
  closeByHand,
  showQuic,
]);
