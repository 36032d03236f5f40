/** Every procedure, in one fixed order: its place is its id, the same in every revision. */
import { acceptPushQc, acceptQueueProcess, acceptRun } from './proc/accept.ts';
import { getCidTid } from './proc/cid-owner.ts';
import { cidProcedures } from './proc/cids.ts';
import { closeByHand } from './proc/closing.ts';
import { connProcedures } from './proc/conn.ts';
import { dgramParse } from './proc/dgram.ts';
import { dgramDispatch, lstnrDghdlr, lstnrSockFdIocb } from './proc/dispatch.ts';
import { fdMigrateOn, fdUpdateEvents, fdWantRecv, updateFd } from './proc/fd.ts';
import { finalizeRebind } from './proc/finalize.ts';
import { handleProcedures } from './proc/handle.ts';
import { connAppIoCb, connIoCb } from './proc/io.ts';
import { listenerAccept } from './proc/listener-accept.ts';
import { connSockFdIocb, rcvBuf } from './proc/own-socket.ts';
import { catalogue } from './proc/proc.ts';
import { setTidAffinity } from './proc/rebind.ts';
import { finalizeByHand, rebindByHand } from './proc/rebind-by-hand.ts';
import { commitRebind, resetRebind } from './proc/rebind-commit.ts';
import { releaseProcedures } from './proc/release.ts';
import { pktRetrieveConn, retrieveFromCid } from './proc/retrieve.ts';
import { runloopProcedures } from './proc/runloop.ts';
import { rxtreatProcedures } from './proc/rxtreat.ts';
import { sessionAcceptFd } from './proc/session.ts';
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
  getCidTid,
  dgramDispatch,
  lstnrSockFdIocb,
  lstnrDghdlr,
  retrieveFromCid,
  pktRetrieveConn,
  dgramParse,
  ...handleProcedures,
  ...connProcedures,
  connSockFdIocb,
  rcvBuf,
  connIoCb,
  connAppIoCb,
  ...rxtreatProcedures,
  ...timerProcedures,
  ...txProcedures,
  ...cidProcedures,
  acceptPushQc,
  acceptRun,
  listenerAccept,
  acceptQueueProcess,
  sessionAcceptFd,
  setTidAffinity,
  finalizeRebind,
  rebindByHand,
  finalizeByHand,
  commitRebind,
  resetRebind,
  ...releaseProcedures,
  closeByHand,
  showQuic,
]);
