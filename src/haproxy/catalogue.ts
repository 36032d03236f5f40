/** Every procedure and every inline function, in one fixed order: its place is its id, the same in every program. */

import { finalizeByHand, finalizeRebind } from './fixes/739de3f11.ts';
import { idleFor } from './lib/idle.ts';
import {
  localQueue,
  pollUntil,
  taskDestroy,
  taskletFree,
  taskletWakeupAfter,
  taskQueue,
  taskSchedule,
  taskWakeup,
} from './lib/tasks.ts';
import { timerValue } from './lib/timer-value.ts';
import { acceptPushQc, acceptQueueProcess, acceptRun } from './proc/accept.ts';
import { getCidTid } from './proc/cid-owner.ts';
import { buildPostHandshakeFrames, retireConnectionId } from './proc/cids.ts';
import { closedIdleTimerTask, closedIoCb, releaseCcConn } from './proc/closed.ts';
import { closeByHand } from './proc/closing.ts';
import { newConn } from './proc/conn.ts';
import { dgramParse } from './proc/dgram.ts';
import { dgramWrite } from './proc/dgram-write.ts';
import { dgramDispatch, lstnrDghdlr, lstnrSockFdIocb } from './proc/dispatch.ts';
import { killConn, notifyErr } from './proc/errors.ts';
import { fdMigrateOn, fdUpdateEvents, fdWantRecv, updateFd } from './proc/fd.ts';
import { pktHandle } from './proc/handle.ts';
import { connAppIoCb, connIoCb } from './proc/io.ts';
import { listAppendSplit } from './proc/list-append.ts';
import { listenerAccept } from './proc/listener-accept.ts';
import { globalQueue, limitListener, relaxListener } from './proc/listener-limit.ts';
import { connSockFdIocb, rcvBuf } from './proc/own-socket.ts';
import { setTidAffinity } from './proc/rebind.ts';
import { rebindByHand } from './proc/rebind-by-hand.ts';
import { commitRebind, resetRebind } from './proc/rebind-commit.ts';
import { release } from './proc/release.ts';
import { pktRetrieveConn, retrieveFromCid } from './proc/retrieve.ts';
import { processRunnable } from './proc/run-tasks.ts';
import { runPollLoop, wakeExpired } from './proc/runloop.ts';
import { handshakeDone, rmHpPkts, treatRxPkts } from './proc/rxtreat.ts';
import { sessionAcceptFd } from './proc/session.ts';
import { listenerRelease, muxEnd } from './proc/session-end.ts';
import { showQuic } from './proc/show.ts';
import { taskKill, taskletKill, taskletWakeup } from './proc/task.ts';
import { idleTimerTask, processTimer, setTimer } from './proc/timers.ts';
import { dgramsRetransmit, sendPpkts, setConnectionClose } from './proc/tx.ts';
import { type Source, sourceOf } from './step/compile.ts';
import type { AnyInline } from './step/inline.ts';
import type { AnyProcedure } from './step/proc.ts';

/** Gives each its id: its place in the list. */
function numbered<T extends { id: number }>(items: T[]): readonly T[] {
  items.forEach((p, i) => {
    p.id = i;
  });
  return items;
}

export const PROCEDURES: readonly AnyProcedure[] = numbered<AnyProcedure>([
  runPollLoop,
  wakeExpired,
  processRunnable,
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
  pktHandle,
  listAppendSplit,
  newConn,
  connSockFdIocb,
  rcvBuf,
  connIoCb,
  connAppIoCb,
  rmHpPkts,
  treatRxPkts,
  handshakeDone,
  setTimer,
  processTimer,
  idleTimerTask,
  sendPpkts,
  setConnectionClose,
  dgramsRetransmit,
  buildPostHandshakeFrames,
  retireConnectionId,
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
  release,
  closeByHand,
  showQuic,
  muxEnd,
  listenerRelease,
  limitListener,
  relaxListener,
  globalQueue,
  dgramWrite,
  killConn,
  notifyErr,
  closedIoCb,
  closedIdleTimerTask,
  releaseCcConn,
]);

const INLINES: readonly AnyInline[] = numbered(
  [
    taskQueue,
    taskSchedule,
    taskWakeup,
    taskletWakeupAfter,
    taskDestroy,
    taskletFree,
    timerValue,
    idleFor,
    pollUntil,
    localQueue,
  ].map((i) => i as unknown as AnyInline),
);

/** What programs are compiled from. */
export const CATALOGUE: Source = sourceOf(PROCEDURES, INLINES);

/** The procedure of that key. */
export const procedureOf = (key: string): AnyProcedure | undefined => PROCEDURES.find((p) => p.key === key);
