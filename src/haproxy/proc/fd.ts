/** File descriptors and the poller's view of them (semantics 3.4, N1 poller, N2.4, N13). */
import type { Ptr } from '../../memory/struct.ts';
import {
  alone,
  dropReference,
  firstOfMask,
  inMask,
  markReady,
  otherWord,
  ownWord,
  queueOwnUpdate,
  REFC,
  takeReference,
} from '../lib/fd.ts';
import { writePipe } from '../lib/tasks.ts';
import { FD } from '../model/flags.ts';
import { Fdtab, Word } from '../model/layouts.ts';
import { maskBit } from '../model/mask.ts';
import { AT } from '../model/places.ts';
import { COST } from '../step/cost.ts';
import type { Exec } from '../step/exec.ts';
import { int, procedure, RET } from '../step/proc.ts';
import { notify } from './task.ts';

const want = procedure({
  key: 'fd_want_recv',
  verb: 'Asking to read a socket',
  locals: { fd: int, other: int },
  args: ['fd'],
  means: true,
});

/** fd_want_recv: sets ACTIVE_R and, when that is new, has the pollers of the fd's threads told (updt_fd_polling). */
export const fdWantRecv = want.body([
  want.step(
    '1',
    'Set ACTIVE_R, or leave: it is set',
    { ref: 'N13', cost: COST.atomic, touches: 'shared', to: { set: RET } },
    (x, l, at) => (x.or(x.at(AT.fd, l.fd), Fdtab.state, FD.ACTIVE_R) & FD.ACTIVE_R ? at.set : at.next),
  ),
  want.step(
    '1r',
    'Take a reference on the fd’s group',
    { ref: 'N13', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => (takeReference(x, l.fd) ? at.next : at.retry),
  ),
  want.step(
    '1m',
    'Is it this thread’s alone?',
    { ref: 'N13', cost: COST.atomic, touches: 'shared', to: { others: '2m' } },
    (x, l, at) => (alone(x, x.at(AT.fd, l.fd)) ? at.next : at.others),
  ),
  want.step(
    '2',
    'Queue the update of this thread’s poller',
    { ref: 'N13', cost: COST.atomic, touches: 'shared', to: { queued: '3' }, down: false },
    (x, l, at) => {
      queueOwnUpdate(x, l.fd);
      return at.queued;
    },
  ),
  want.step(
    '2m',
    'No: all threads of its mask are to update their pollers',
    { ref: 'N13', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      const fd = x.at(AT.fd, l.fd);
      for (let word = 0; word < (x.cfg.threads > 32 ? 2 : 1); word++)
        x.ast(x.word(fd, Fdtab.updateMask, word), Word.v, x.rld(x.word(fd, Fdtab.threadMask, word), Word.v));
      return at.next;
    },
  ),
  want.step(
    '2l',
    'Put it in the group’s list of updates',
    { ref: 'N13', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      x.or(x.at(AT.groupUpdt, l.fd >> 5), Word.v, 1 << (l.fd & 31));
      return at.next;
    },
  ),
  want.step(
    '2n',
    'Is this thread none of them? Then one of them is told',
    { ref: 'N13', cost: COST.atomic, touches: 'shared', to: { told: '3' } },
    (x, l, at) => {
      const fd = x.at(AT.fd, l.fd);
      l.other = firstOfMask(x, fd);
      return inMask(x, fd, Fdtab.threadMask) || l.other < 0 ? at.told : at.next;
    },
  ),
  want.step(
    '2t',
    'Tell it: set NOTIFIED',
    { ref: '0.2', cost: COST.atomic, touches: 'shared', to: { awake: '3' } },
    (x, l, at) => (notify(x, l.other) ? at.next : at.awake),
  ),
  want.step(
    '2p',
    'It sleeps: write a byte in its poller pipe',
    { ref: '0.2', cost: COST.pipe, touches: 'shared' },
    (x, l, at) => {
      writePipe(x, l.other);
      return at.next;
    },
  ),
  want.step(
    '3',
    'Drop the reference',
    { ref: 'N13', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      dropReference(x, l.fd);
      return at.done;
    },
  ),
]);

const migrate = procedure({
  key: 'fd_migrate_on',
  verb: 'Moving the socket',
  locals: { fd: int, tid: int },
  args: ['fd', 'tid'],
  means: true,
});

/** fd_migrate_on (53fc98c3b). */
export const fdMigrateOn = migrate.body([
  migrate.step(
    'S8.1',
    'Lock the fd’s group: wait until no poller looks at it',
    { ref: '3.4/1', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      const fd = x.at(AT.fd, l.fd);
      const v = x.rld(fd, Fdtab.refcTgid);
      if (v >> 16 !== 0 || v & REFC.lock) return at.retry;
      return x.cas(fd, Fdtab.refcTgid, v, (x.groupOf(l.tid) + 1) | REFC.lock | REFC.ref) ? at.next : at.retry;
    },
  ),
  migrate.step(
    'S8.2',
    'Store the new thread mask',
    { ref: '3.4/2', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      const fd = x.at(AT.fd, l.fd);
      const word = l.tid >> 5;
      // Past 32 threads the mask is two words here and one in HAProxy: a reader in between finds nobody in it.
      if (x.cfg.threads > 32) x.ast(x.word(fd, Fdtab.threadMask, word ^ 1), Word.v, 0);
      x.ast(x.word(fd, Fdtab.threadMask, word), Word.v, maskBit(l.tid));
      return at.next;
    },
  ),
  migrate.step(
    'S8.3',
    'Stop reading and writing: clear the ACTIVE bits',
    { ref: '3.4/3', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      x.and(x.at(AT.fd, l.fd), Fdtab.state, ~(FD.ACTIVE_R | FD.ACTIVE_W));
      return at.next;
    },
  ),
  migrate.step(
    'S8.4',
    'Unlock the fd’s group',
    { ref: '3.4/4', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      x.and(x.at(AT.fd, l.fd), Fdtab.refcTgid, ~REFC.lock);
      return at.next;
    },
  ),
  migrate.step(
    'S8.5',
    'Drop the reference',
    { ref: '3.4/4', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      dropReference(x, l.fd);
      return at.done;
    },
  ),
]);

const update = procedure({
  key: '_update_fd',
  verb: 'Updating the poller',
  locals: { fd: int },
  args: ['fd'],
  means: true,
});

/** _update_fd: makes this thread's epoll agree with the fd table. What comes before and after it is its caller's in C. */
export const updateFd = update.body([
  update.step(
    '0',
    'Take a reference on the fd’s group',
    { ref: 'N1/9a', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => (takeReference(x, l.fd) ? at.next : at.retry),
  ),
  update.step(
    '1',
    'Clear this thread’s bit of the update mask',
    { ref: 'N1/9a', cost: COST.atomic, touches: 'shared', to: { more: '2' } },
    (x, l, at) => {
      const fd = x.at(AT.fd, l.fd);
      const left = x.and(ownWord(x, fd, Fdtab.updateMask), Word.v, ~maskBit(x.t)) & ~maskBit(x.t);
      return left || (x.cfg.threads > 32 && x.rld(otherWord(x, fd, Fdtab.updateMask), Word.v))
        ? at.more
        : at.next;
    },
  ),
  update.step(
    '1l',
    'No other thread waits for it: off the group’s list',
    { ref: 'N1/9a', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      x.and(x.at(AT.groupUpdt, l.fd >> 5), Word.v, ~(1 << (l.fd & 31)));
      return at.next;
    },
  ),
  update.step(
    '2',
    'Compare what is wanted with what epoll has: add, delete, or leave',
    { ref: 'N13', cost: COST.syscall, touches: 'shared' },
    (x, l, at) => {
      const fd = x.at(AT.fd, l.fd);
      if (x.ld(fd, Fdtab.iocb) === 0) return at.next;
      const bit = maskBit(x.t);
      const polled = ownWord(x, fd, Fdtab.pollRecv);
      const registered = (x.rld(polled, Word.v) & bit) !== 0;
      const state = x.rld(fd, Fdtab.state);
      // A registered fd that is not ACTIVE but was never READY stays (N13's quirk).
      const active = (state & FD.ACTIVE_R) !== 0 || (registered && !(state & FD.READY_R));
      const wanted = inMask(x, fd, Fdtab.threadMask) && active;
      if (registered === wanted) return at.next;
      if (!wanted) {
        x.and(polled, Word.v, ~bit);
        return at.next;
      }
      x.or(polled, Word.v, bit);
      // Level triggered: a socket that is readable already is reported by the very next wait.
      if (x.rld(x.queueOf(l.fd), Fdtab.kqLen) > 0) markReady(x, l.fd);
      return at.next;
    },
  ),
  update.step(
    '3',
    'Drop the reference',
    { ref: 'N1/9a', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      dropReference(x, l.fd);
      return at.done;
    },
  ),
]);

const events = procedure({
  key: 'fd_update_events',
  verb: 'Handling an event',
  locals: { fd: int, mustStop: int, sole: int, was: int },
  args: ['fd'],
  roles: ['fdEvents'],
});

/** fd_update_events: one event of one fd on the thread whose epoll reported it; calls the fd's callback inline. */
export const fdUpdateEvents = events.body([
  events.step(
    'a',
    'Take a reference on the fd’s group',
    { ref: 'N2.4a', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => (takeReference(x, l.fd) ? at.next : at.retry),
  ),
  events.step(
    'b',
    'Is this thread in the fd’s mask?',
    { ref: 'N2.4b', cost: COST.atomic, touches: 'shared', to: { not: 'm0' } },
    (x, l, at) => (inMask(x, x.at(AT.fd, l.fd), Fdtab.threadMask) ? at.next : at.not),
  ),
  events.step(
    'c',
    'Set this thread’s bit of running_mask',
    { ref: 'N2.4c', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      x.or(ownWord(x, x.at(AT.fd, l.fd), Fdtab.runningMask), Word.v, maskBit(x.t));
      return at.next;
    },
  ),
  events.step(
    'd',
    'Wait for a takeover to finish, if one runs',
    { ref: 'N2.4d', cost: COST.atomic, touches: 'shared', to: { mine: 'f' } },
    (x, l, at) => {
      const fd = x.at(AT.fd, l.fd);
      if (!inMask(x, fd, Fdtab.threadMask)) return at.next;
      l.sole = alone(x, fd) ? 1 : 0;
      return strangers(x, fd, 0) || (x.cfg.threads > 32 && strangers(x, fd, 1)) ? at.retry : at.mine;
    },
  ),
  events.step(
    'e0',
    'The fd moved away meanwhile: leave running_mask',
    { ref: 'N2.4e', cost: COST.atomic, touches: 'shared', to: { moved: 'm0' }, down: false },
    (x, l, at) => {
      x.and(ownWord(x, x.at(AT.fd, l.fd), Fdtab.runningMask), Word.v, ~maskBit(x.t));
      return at.moved;
    },
  ),
  events.step(
    'f',
    'Drop the reference',
    { ref: 'N2.4f', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      dropReference(x, l.fd);
      return at.next;
    },
  ),
  events.step(
    'g',
    'Does anybody want it? Read the fd’s state',
    { ref: 'N2.4g', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      l.was = x.rld(x.at(AT.fd, l.fd), Fdtab.state);
      l.mustStop = l.was & FD.ACTIVE_R ? 0 : 1;
      return at.next;
    },
  ),
  events.step(
    'h',
    'Note the event in it: POLL_IN and READY_R',
    { ref: 'N2.4h', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      const fd = x.at(AT.fd, l.fd);
      // Plain in C where the thread is the fd's only one: what has been written since it was read is lost.
      if (l.sole) x.ast(fd, Fdtab.state, l.was | FD.POLL_IN | FD.READY_R);
      else x.or(fd, Fdtab.state, FD.POLL_IN | FD.READY_R);
      l.was = 0;
      return at.next;
    },
  ),
  events.step(
    'i',
    'Is it ACTIVE? Then call the fd’s callback',
    { ref: 'N2.4i', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      const fd = x.at(AT.fd, l.fd);
      const active = x.rld(fd, Fdtab.state) & (FD.ACTIVE_R | FD.ACTIVE_W);
      return active ? x.callId(at.next, x.ld(fd, Fdtab.iocb), l.fd) : at.next;
    },
  ),
  events.step(
    'j0',
    'Take the reference again',
    { ref: 'N2.4j', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => (takeReference(x, l.fd) ? at.next : at.retry),
  ),
  events.step(
    'j',
    'Leave running_mask',
    { ref: 'N2.4j', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      x.and(ownWord(x, x.at(AT.fd, l.fd), Fdtab.runningMask), Word.v, ~maskBit(x.t));
      return at.next;
    },
  ),
  events.step(
    'j2',
    'Drop the reference',
    { ref: 'N2.4j', cost: COST.atomic, touches: 'shared', to: { done: RET } },
    (x, l, at) => {
      dropReference(x, l.fd);
      return l.mustStop ? at.next : at.done;
    },
  ),
  events.step(
    'k0',
    'Nobody wanted this event: does still nobody?',
    { ref: 'N2.4k', cost: COST.atomic, touches: 'shared', to: { wanted: RET } },
    (x, l, at) => (x.rld(x.at(AT.fd, l.fd), Fdtab.state) & FD.ACTIVE_R ? at.wanted : at.next),
  ),
  events.step(
    'k',
    'Queue an update of this poller',
    { ref: 'N2.4k', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      queueOwnUpdate(x, l.fd);
      return at.done;
    },
  ),
  events.step(
    'm0',
    'Not this thread’s fd any more: drop the reference',
    { ref: 'N2.4', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      dropReference(x, l.fd);
      return at.next;
    },
  ),
  events.step(
    'm1',
    'Queue an update of this poller (result: migrated)',
    { ref: 'N2.4', cost: COST.atomic, touches: 'shared', to: { migrated: RET }, down: false },
    (x, l, at) => {
      queueOwnUpdate(x, l.fd);
      return at.migrated;
    },
  ),
]);

/** Whether a thread that is not in the fd's mask runs it: word 0 or 1 of the two masks. */
function strangers(x: Exec, fd: Ptr<'fdtab'>, word: 0 | 1): boolean {
  const running = x.rld(x.word(fd, Fdtab.runningMask, word), Word.v);
  return (running & ~x.rld(x.word(fd, Fdtab.threadMask, word), Word.v)) !== 0;
}
