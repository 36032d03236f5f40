/** Rebinds ordered by hand: our gate, and tasklets of ours on the old thread and on the new one. HAProxy has none of it. */
import { listEmpty, listFirst, listNext } from '../../memory/list.ts';
import type { Mem } from '../../memory/mem.ts';
import { RETRY } from '../../memory/mem.ts';
import { mtlAppend } from '../../memory/mtlist.ts';
import { poolFree } from '../../memory/pool.ts';
import { ON_ITS_WAY, QC, TH } from '../model/flags.ts';
import { Connection, Global, QuicCid, QuicConn, Task, ThreadCtx } from '../model/layouts.ts';
import { COST } from './cost.ts';
import { EV } from './events.ts';
import type { Exec } from './exec.ts';
import { finalizeRebind } from './finalize.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { setTidAffinity } from './rebind.ts';
import { commitRebind } from './rebind-commit.ts';
import { writePipe } from './task.ts';

/** Why a rebind by hand is refused; 0 = it is not. */
export const REFUSAL = [
  '',
  'it has more than one CID',
  'it is closing',
  'it is draining',
  'it waits to be accepted',
  'it is being rebound',
  'it is on that thread',
] as const;

/** Our gate before S1 of a rebind by hand: number of the reason in REFUSAL. */
export function gateReason(m: Mem, qc: number): number {
  const flags = m.ld(qc + QuicConn.flags);
  if (flags & QC.CLOSING) return 2;
  if (flags & QC.DRAINING) return 3;
  if (m.ld(qc + QuicConn.pendTo)) return 5;
  const waiting = flags & QC.ACCEPT_REGISTERED && !acceptedFully(m, qc);
  if (waiting) return 4;
  const head = qc + QuicConn.cids;
  const first = listFirst(m, head);
  return first && listNext(m, head, first) !== 0 ? 1 : 0;
}

/** The mutation X06 lets a connection with several CIDs pass. */
function gate(x: Exec, qc: number): number {
  const reason = gateReason(x.m, qc);
  return reason === 1 && x.P.mutations.has('X06') ? 0 : reason;
}

/** session_accept_fd is through with it. */
function acceptedFully(m: Mem, qc: number): boolean {
  const conn = m.ld(qc + QuicConn.conn);
  return listEmpty(m, qc + QuicConn.acceptList) && conn !== 0 && (m.ld(conn + Connection.flags) & 2) !== 0;
}

/** Locals: our tasklet, the connection. */
const H = { tl: 0, qc: 1, state: 2, to: 3 } as const;

function freeOrder(x: Exec): number {
  poolFree(x.m, x.W.pools.hand, x.get(H.tl));
  return RET;
}

export const rebindByHand = procedure(
  '<rebind by hand>',
  'Rebinding',
  ['tl', 'qc', 'state', 'to'],
  [
    step('H1', 'May it be rebound now? (our gate, not HAProxy’s)', '', COST.local, (x, go) => {
      const { m } = x;
      const qc = x.get(H.qc);
      x.set(H.to, m.ld(x.get(H.tl) + Task.arg));
      // It may have moved since the order was given: then it is no longer this thread's to rebind, gate or not.
      const moved = m.ald(listFirst(m, qc + QuicConn.cids) - QuicCid.byQc + QuicCid.tid) !== x.t;
      const reason = moved ? 5 : m.ld(x.W.global + Global.gate) ? gate(x, qc) : 0;
      if (!reason && x.P.fixes.has('739de3f11')) {
        m.st(x.get(H.tl) + Task.arg, ON_ITS_WAY);
        return NEXT;
      }
      m.st(qc + QuicConn.handTask, 0);
      if (!reason) return NEXT;
      x.sink.note(x, EV.REFUSED, qc, x.get(H.to), reason);
      return go.H5!;
    }),
    step(
      'H2',
      'Note that it is being rebound (a word of ours)',
      '',
      COST.local,
      (x) => {
        x.m.st(x.get(H.qc) + QuicConn.pendTo, x.get(H.to) + 1);
        return NEXT;
      },
      { since: '739de3f11' },
    ),
    step('H3', 'Rebind it', '', COST.local, (x) => {
      x.m.st(x.get(H.qc) + QuicConn.rebindTrigger, 2);
      return x.call(setTidAffinity, x.get(H.qc), x.get(H.to));
    }),
    step('H4', 'Done? Then have the new thread finish it', '', COST.local, (x, go) => {
      if (x.ret === 0) return NEXT;
      x.m.st(x.get(H.qc) + QuicConn.pendTo, 0);
      x.m.st(x.get(H.qc) + QuicConn.handTask, 0);
      return go.H5!;
    }),
    step(
      'H4c',
      'Hand it over (our order takes no place in a ring)',
      '',
      COST.local,
      (x) => x.call(commitRebind, x.get(H.qc), x.get(H.to)),
      { since: '95f624540' },
    ),
    step(
      'H6',
      'Push our tasklet to the new thread',
      '',
      COST.atomic,
      (x) => {
        const { m } = x;
        const tl = x.get(H.tl);
        m.st(tl + Task.process, finalizeByHand.id);
        return mtlAppend(m, x.W.th(x.get(H.to)) + ThreadCtx.hand, tl + Task.list) === RETRY
          ? RETRY_STEP
          : NEXT;
      },
      { since: '739de3f11' },
    ),
    step(
      'H7',
      'Tell the thread: set NOTIFIED',
      '0.2',
      COST.atomic,
      (x) => {
        const old = x.m.or(x.W.th(x.get(H.to)) + ThreadCtx.flags, TH.NOTIFIED);
        return (old & (TH.SLEEPING | TH.NOTIFIED)) === TH.SLEEPING ? NEXT : RET;
      },
      { since: '739de3f11' },
    ),
    step(
      'H8',
      'It sleeps: write a byte in its poller pipe',
      '0.2',
      COST.pipe,
      (x) => {
        writePipe(x, x.get(H.to));
        return RET;
      },
      { since: '739de3f11' },
    ),
    step('H5', 'The order is over', '', COST.pool, (x) => freeOrder(x)),
  ],
);

export const finalizeByHand = procedure(
  '<finalize by hand>',
  'Adopting',
  ['tl', 'qc', 'state'],
  [
    step('H9', 'Finish the rebind on this thread, unless a datagram has done it', '', COST.local, (x, go) => {
      const qc = x.get(H.qc);
      if (!qc) return go.H10!;
      x.m.st(qc + QuicConn.handTask, 0);
      if (x.P.fixes.has('d6646dddc') && !(x.m.ld(qc + QuicConn.flags) & QC.AFFINITY_CHANGED)) return go.H10!;
      return x.call(finalizeRebind, qc);
    }),
    step('H10', 'The order is over', '', COST.pool, (x) => freeOrder(x)),
  ],
);
