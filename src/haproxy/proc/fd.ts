/** File descriptors and the poller's view of them (semantics 3.4, N1 poller, N2.4, N13). */
import { FD } from '../model/flags.ts';
import { Fdtab, ThreadCtx } from '../model/layouts.ts';
import { maskBit, maskWord } from '../model/mask.ts';
import { COST } from './cost.ts';
import type { Exec } from './exec.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';

/** refc_tgid = refcount << 16 | lock << 15 | tgid; the model has one group. */
const REF = 1 << 16;
const LOCK = 1 << 15;
const TGID = 1;
export const fdRefcInit = TGID;

/** Puts an fd whose polling changed in this thread's fd_updt. Own list; the bit of update_mask has been set before. */
export function pushUpdate(x: Exec, fd: number): void {
  const m = x.m;
  const n = m.ld(x.th + ThreadCtx.updtCount);
  m.st(x.W.updt(x.t) + n, fd);
  m.st(x.th + ThreadCtx.updtCount, n + 1);
}

/** fd_want_recv: sets ACTIVE_R and, when that is new and the fd is this thread's alone, queues the poller update. */
export const fdWantRecv = procedure(
  'fd_want_recv',
  'Asking to read a socket',
  ['fd'],
  [
    step('1', 'Set ACTIVE_R, or leave: it is set', 'N13', COST.atomic, (x) => {
      const old = x.m.or(x.W.fd(x.get(0)) + Fdtab.state, FD.ACTIVE_R);
      return old & FD.ACTIVE_R ? RET : NEXT;
    }),
    step('2', 'Queue the update of this thread’s poller', 'N13', COST.atomic, (x) => queueOwnUpdate(x)),
  ],
);

/** fd_migrate_on (53fc98c3b). */
export const fdMigrateOn = procedure(
  'fd_migrate_on',
  'Moving the socket',
  ['fd', 'tid'],
  [
    step('S8.1', 'Lock the fd’s group: wait until no poller looks at it', '3.4/1', COST.atomic, (x) => {
      const at = x.W.fd(x.get(0)) + Fdtab.refcTgid;
      const v = x.m.ald(at);
      if (v >> 16 !== 0 || v & LOCK) return RETRY_STEP;
      return x.m.cas(at, v, TGID | LOCK | REF) ? NEXT : RETRY_STEP;
    }),
    step('S8.2', 'Store the new thread mask', '3.4/2', COST.atomic, (x) => {
      const mask = x.W.fd(x.get(0)) + Fdtab.threadMask;
      const to = x.get(1);
      // Past 32 threads the mask is two words here and one in HAProxy: a reader in between finds nobody in it.
      if (x.W.cfg.threads > 32) x.m.ast(maskWord(mask, to ^ 32), 0);
      x.m.ast(maskWord(mask, to), maskBit(to));
      return NEXT;
    }),
    step('S8.3', 'Stop reading and writing: clear the ACTIVE bits', '3.4/3', COST.atomic, (x) => {
      x.m.and(x.W.fd(x.get(0)) + Fdtab.state, ~(FD.ACTIVE_R | FD.ACTIVE_W));
      return NEXT;
    }),
    step('S8.4', 'Unlock the fd’s group', '3.4/4', COST.atomic, (x) => {
      x.m.ast(x.W.fd(x.get(0)) + Fdtab.refcTgid, TGID);
      return RET;
    }),
  ],
);

/** _update_fd: makes this thread's epoll agree with the fd table. */
export const updateFd = procedure(
  '_update_fd',
  'Updating the poller',
  ['fd'],
  [
    step('1', 'Clear this thread’s bit of the update mask', 'N1/9a', COST.atomic, (x) => {
      x.m.and(maskWord(x.W.fd(x.get(0)) + Fdtab.updateMask, x.t), ~maskBit(x.t));
      return NEXT;
    }),
    step(
      '2',
      'Compare what is wanted with what epoll has: add, delete, or leave',
      'N13',
      COST.syscall,
      (x) => {
        const { m, W } = x;
        const fd = x.get(0);
        const at = W.fd(fd);
        if (m.ld(at + Fdtab.iocb) === 0) return RET;
        const bit = maskBit(x.t);
        const polled = maskWord(at + Fdtab.pollRecv, x.t);
        const registered = (m.ald(polled) & bit) !== 0;
        const state = m.ald(at + Fdtab.state);
        // A registered fd that is not ACTIVE but was never READY stays (N13's quirk).
        const active = (state & FD.ACTIVE_R) !== 0 || (registered && !(state & FD.READY_R));
        const wanted = (m.ald(maskWord(at + Fdtab.threadMask, x.t)) & bit) !== 0 && active;
        if (registered === wanted) return RET;
        if (!wanted) {
          m.and(polled, ~bit);
          return RET;
        }
        m.or(polled, bit);
        // Level triggered: a socket that is readable already is reported by the very next wait.
        if (m.ald(at + Fdtab.kqLen) > 0) markReady(x, fd, x.t);
        return RET;
      },
    ),
  ],
);

/** Kernel: fd is readable in thread t's epoll. */
export function markReady(x: Exec, fd: number, t: number): void {
  x.m.or(x.W.epReady(t) + (fd >> 5), 1 << (fd & 31));
  x.m.ast(x.W.th(t) + ThreadCtx.epAny, 1);
}

/** fd_update_events: one event of one fd on the thread whose epoll reported it; calls the fd's callback inline. */
export const fdUpdateEvents = procedure(
  'fd_update_events',
  'Handling an event',
  ['fd', 'mustStop'],
  [
    step('a', 'Take a reference on the fd’s group', 'N2.4a', COST.atomic, (x) => {
      const at = x.W.fd(x.get(0)) + Fdtab.refcTgid;
      const v = x.m.ald(at);
      if (v & LOCK) return RETRY_STEP;
      return x.m.cas(at, v, v + REF) ? NEXT : RETRY_STEP;
    }),
    step('b', 'Is this thread in the fd’s mask?', 'N2.4b', COST.atomic, (x, go) => {
      return x.m.ald(maskWord(x.W.fd(x.get(0)) + Fdtab.threadMask, x.t)) & maskBit(x.t) ? NEXT : go.m0!;
    }),
    step('c', 'Set this thread’s bit of running_mask', 'N2.4c', COST.atomic, (x) => {
      x.m.or(maskWord(x.W.fd(x.get(0)) + Fdtab.runningMask, x.t), maskBit(x.t));
      return NEXT;
    }),
    step('d', 'Wait for a takeover to finish, if one runs', 'N2.4d', COST.atomic, (x, go) => {
      const at = x.W.fd(x.get(0));
      if (!(x.m.ald(maskWord(at + Fdtab.threadMask, x.t)) & maskBit(x.t))) return go.e0!;
      return strangers(x, at, 0) || (x.W.cfg.threads > 32 && strangers(x, at, 1)) ? RETRY_STEP : go.f!;
    }),
    step('e0', 'The fd moved away meanwhile: leave running_mask', 'N2.4e', COST.atomic, (x, go) => {
      x.m.and(maskWord(x.W.fd(x.get(0)) + Fdtab.runningMask, x.t), ~maskBit(x.t));
      return go.m0!;
    }),
    step('f', 'Drop the reference', 'N2.4f', COST.atomic, (x) => {
      x.m.add(x.W.fd(x.get(0)) + Fdtab.refcTgid, -REF);
      return NEXT;
    }),
    step('h', 'Note the event in the fd’s state: POLL_IN and READY_R', 'N2.4g', COST.atomic, (x) => {
      const old = x.m.or(x.W.fd(x.get(0)) + Fdtab.state, FD.POLL_IN | FD.READY_R);
      x.set(1, old & FD.ACTIVE_R ? 0 : 1);
      return NEXT;
    }),
    step('i', 'Call the fd’s callback if it wants events', 'N2.4i', COST.local, (x, go) => {
      const at = x.W.fd(x.get(0));
      if (x.get(1)) return go.j!;
      return x.callId(x.m.ld(at + Fdtab.iocb), go.j!, x.get(0));
    }),
    step('j', 'Leave running_mask', 'N2.4j', COST.atomic, (x) => {
      x.m.and(maskWord(x.W.fd(x.get(0)) + Fdtab.runningMask, x.t), ~maskBit(x.t));
      return x.get(1) ? NEXT : RET;
    }),
    step('k', 'Nobody wants this event: queue an update of this poller', 'N2.4k', COST.atomic, (x) =>
      queueOwnUpdate(x),
    ),
    step('m0', 'Not this thread’s fd any more: drop the reference', 'N2.4', COST.atomic, (x) => {
      x.m.add(x.W.fd(x.get(0)) + Fdtab.refcTgid, -REF);
      return NEXT;
    }),
    step('m1', 'Queue an update of this poller (result: migrated)', 'N2.4', COST.atomic, (x) =>
      queueOwnUpdate(x),
    ),
  ],
);

/** Whether a thread that is not in the fd's mask runs it: word 0 or 1 of the two masks. */
function strangers(x: Exec, fd: number, word: 0 | 1): boolean {
  return (x.m.ald(fd + Fdtab.runningMask + word) & ~x.m.ald(fd + Fdtab.threadMask + word)) !== 0;
}

function queueOwnUpdate(x: Exec): number {
  const bit = maskBit(x.t);
  const old = x.m.or(maskWord(x.W.fd(x.get(0)) + Fdtab.updateMask, x.t), bit);
  if (!(old & bit)) pushUpdate(x, x.get(0));
  return RET;
}
