/** `show quic` on the command line's behalf: a walk of every thread's connections while all others are parked (semantics 8.1). */
import { linkNext } from '../../memory/list.ts';
import { NULL } from '../../memory/mem.ts';
import type { Ptr } from '../../memory/struct.ts';
import { BUG } from '../model/bugs.ts';
import { Global, QuicConn, ThreadCtx } from '../model/layouts.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import type { Exec } from '../step/exec.ts';
import { int, procedure, RET, to } from '../step/proc.ts';

const show = procedure({
  key: 'cli_io_handler_dump_quic',
  verb: 'Showing connections',
  // Our tasklet, whether closing connections are wanted, and where the walk stands.
  locals: {
    tl: to('task'),
    all: int,
    state: int,
    epoch: int,
    thread: int,
    closing: int,
    el: to('list'),
    count: int,
  },
  args: ['tl', 'all', 'state'],
  roles: ['showQuic'],
});

/** Head of the list of connections that the walk is in. */
const headOf = (x: Exec, thread: number, closing: number): Ptr<'list'> =>
  x.part(x.thread(thread), closing ? ThreadCtx.quicConnsClo : ThreadCtx.quicConns);

export const showQuic = show.body([
  show.step(
    '1',
    'Begin a new epoch: what is created or rebound from here on is not printed',
    { ref: '8.1', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      l.epoch = x.add(x.global, Global.qcEpoch, 1);
      return at.next;
    },
  ),
  show.step(
    '1h',
    'thread_isolate(): while it waits, another thread may isolate itself',
    { ref: '8.1', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => {
      x.ast(x.th, ThreadCtx.harmless, 1);
      return at.next;
    },
  ),
  show.step(
    '2',
    'Ask for the process alone, unless another thread has it',
    { ref: '8.1', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => (x.cas(x.global, Global.isolated, 0, x.t + 1) ? at.next : at.retry),
  ),
  show.step(
    '3',
    'Wait until every other thread is parked, in its poller or here',
    { ref: '8.1', cost: COST.atomic, touches: 'shared', roles: { isolationWait: {} } },
    (x, l, at) => {
      for (let t = 0; t < x.cfg.threads; t++)
        if (t !== x.t && !x.rld(x.thread(t), ThreadCtx.harmless)) return at.retry;
      l.el = headOf(x, l.thread, l.closing);
      return at.next;
    },
  ),
  show.step(
    '3h',
    'Alone: it is no longer parked itself',
    { ref: '8.1', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => {
      x.ast(x.th, ThreadCtx.harmless, 0);
      return at.next;
    },
  ),
  show.step(
    '4',
    'Print the next connection of this list',
    { ref: '8.1', cost: COST.local, touches: 'shared', to: { printed: '4' } },
    (x, l, at) => {
      const el = linkNext(x.m, l.el);
      if (el === headOf(x, l.thread, l.closing)) return at.next;
      const qc = x.owner(el, QuicConn.elThCtx);
      if (x.bugOn(!x.isSlot('conn', qc) || x.isFree('conn', qc), BUG.FREED_OBJECT)) return at.next;
      if (((x.ld(qc, QuicConn.qcEpoch) - l.epoch) | 0) > 0) return at.next;
      l.el = el;
      l.count = l.count + 1;
      x.note(EV.SHOWN, qc, l.thread);
      return at.printed;
    },
  ),
  show.step(
    '5',
    'Next list',
    { ref: '8.1', cost: COST.local, touches: 'own', to: { more: '4' } },
    (x, l, at) => {
      if (l.all && !l.closing) l.closing = 1;
      else {
        l.closing = 0;
        l.thread = l.thread + 1;
      }
      if (l.thread >= x.cfg.threads) return at.next;
      l.el = headOf(x, l.thread, l.closing);
      return at.more;
    },
  ),
  show.step(
    '6',
    'thread_release(): the others may leave their pollers',
    { ref: '8.1', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => {
      x.ast(x.global, Global.isolated, 0);
      x.resched = true;
      return at.next;
    },
  ),
  show.step(
    '7',
    'The command is over',
    { ref: '', cost: COST.pool, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      x.note(EV.SHOW_END, NULL, l.count);
      x.free('hand', l.tl);
      return at.done;
    },
  ),
]);
