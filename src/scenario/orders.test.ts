/** Orders of HAProxy's that are seen in no other test: shares of the scheduler, counts, what comes first in a header. */
import { expect, test } from 'vitest';
import { BUGS } from '../haproxy/model/bugs.ts';
import { DROP_REASON, LEDGER, QC } from '../haproxy/model/flags.ts';
import { Global, Listener, QuicConn, Task, ThreadCtx } from '../haproxy/model/layouts.ts';
import { acceptPushQc } from '../haproxy/proc/accept.ts';
import { lstnrSockFdIocb } from '../haproxy/proc/dispatch.ts';
import { processRunnable } from '../haproxy/proc/run-tasks.ts';
import type { AnyProcedure } from '../haproxy/step/proc.ts';
import type { Machine } from '../machine/machine.ts';
import { listAppend, listFirst, listInit, listNext } from '../memory/list.ts';
import { mtlPop } from '../memory/mtlist.ts';
import { poolAlloc } from '../memory/pool.ts';
import { PacketHeader, parsePacket } from '../quic/header.ts';
import { call } from './testing/call.ts';
import { dataOf, machineOf } from './testing/worlds.ts';

const one = dataOf('v01');

const at = (x: Machine, proc: AnyProcedure, label: string): number =>
  [0, 1, 2, 3].find((t) => x.at(t).proc.key === proc.key && x.at(t).label === label) ?? -1;

/** By the clock to where a thread stands at a step; which thread. */
function until(x: Machine, key: string, label: string): number {
  const there = { key } as AnyProcedure;
  for (let t = at(x, there, label); ; t = at(x, there, label)) {
    if (t >= 0) return t;
    const p = x.pick();
    if (!p) throw new Error(`nobody comes to ${label} of ${key}`);
    x.take(p);
  }
}

const length = (x: Machine, head: number): number => {
  let n = 0;
  for (let el = listFirst(x.m, head); el; el = listNext(x.m, head, el)) n++;
  return n;
};

test.each([
  ['9852d5be2', 0, 100],
  ['9852d5be2', 1, 86],
  ['ed6a4bc80', 1, 97],
])(
  '%s: a round takes over woken tasks up to its share: with %i tasklets that are urgent, %i of 100',
  (revision, urgent, share) => {
    const x = machineOf(dataOf('v07'), { revision });
    const th = x.W.th(1);
    const make = (flags: number, list: number): void => {
      const task = poolAlloc(x.m, x.W.pools.task, 1);
      x.m.st(task + Task.state, flags);
      x.m.st(task + Task.tid, 1);
      listInit(x.m, task + Task.wq);
      listAppend(x.m, list, task + Task.list);
      x.m.add(th + ThreadCtx.rqTotal, 1);
    };
    for (let i = 0; i < urgent; i++) make(0x8000, th + ThreadCtx.urgent);
    for (let i = 0; i < 100; i++) make(0x4, th + ThreadCtx.rqueue);
    call(x, 1, processRunnable);
    while (x.at(1).label !== '3') x.step(1);
    expect([length(x, th + ThreadCtx.normal), x.m.ald(th + ThreadCtx.tasksInList)]).toEqual([share, share]);
    expect(length(x, th + ThreadCtx.rqueue)).toBe(100 - share);
  },
);

test.each(['seed', '2623e0a0b'])(
  '%s: no memory for a further CID: those made go again, and the frames come later',
  (revision) => {
    const x = machineOf(one, { revision, withholdPostHandshake: false });
    const key = 'quic_build_post_handshake_frames';
    const make = revision === 'seed' ? '2' : '2f';
    const t = until(x, key, make);
    const qc = x.findConn(0);
    const owing = (): boolean => (x.m.ld(qc + QuicConn.flags) & QC.NEED_POST_HANDSHAKE_FRMS) !== 0;
    const cids = (): number => length(x, qc + QuicConn.cids);
    x.step(t);
    while (!(x.at(t).proc.key === key && x.at(t).label === make)) x.step(t);
    expect(cids()).toBe(2);
    expect(x.apply({ kind: 'fail-allocation', n: 1 })).toBe('');
    while (x.at(t).proc.key === key) x.step(t);
    expect([cids(), owing()]).toEqual([1, true]);
    x.run(1_000_000, () => !owing());
    expect(cids()).toBeGreaterThan(1);
  },
);

test.each([
  ['95f624540', 'qc->flags & (1U << 4)'],
  ['seed', ''],
])('%s: a connection that is pushed to be accepted again', (revision, text) => {
  const x = machineOf(one, { revision });
  x.run(1_000_000, () => {
    const qc = x.findConn(0);
    return qc !== 0 && (x.m.ld(qc + QuicConn.flags) & QC.ACCEPT_REGISTERED) !== 0 && x.waiting(x.owner(qc));
  });
  const qc = x.findConn(0);
  const t = x.owner(qc);
  call(x, t, acceptPushQc, qc);
  while (!x.waiting(t) && !x.stopped) x.step(t);
  const bug = x.m.ld(x.W.global + Global.bug);
  expect(bug === 0 ? '' : BUGS[bug - 1]!.text).toBe(text);
});

test('an idle connection that never completed its handshake is released, and then counts no more as half open', () => {
  const x = machineOf(one, { revision: 'newest' });
  for (let dgram = 1; dgram < one.datagrams.count; dgram++) x.apply({ kind: 'drop', dgram });
  const t = until(x, 'qc_idle_timer_task', '4h');
  expect([x.findConn(0), x.m.ald(x.W.global + Global.halfOpen)]).toEqual([0, 1]);
  x.step(t);
  expect(x.m.ald(x.W.global + Global.halfOpen)).toBe(0);
});

test('an Initial that is to be answered with a Retry is, whatever its length field says', () => {
  const bytes = one.datagrams.bytes.slice();
  const h = new PacketHeader();
  const begin = one.datagrams.offset[0]!;
  parsePacket(bytes, begin, begin + one.datagrams.length[0]!, 8, h);
  bytes[h.pnOff - 2] = 0x7f;
  const reason = (forceRetry: boolean): number => {
    const x = machineOf({ ...one, forceRetry, datagrams: { ...one.datagrams, bytes } });
    x.run(1_000_000, () => (x.m.ld(x.W.ledger(0)) & 0xff) === LEDGER.DROPPED);
    return (x.m.ld(x.W.ledger(0)) >> 8) & 0xff;
  };
  expect(reason(true)).toBe(DROP_REASON.retryAnswered);
  expect(reason(false)).toBe(DROP_REASON.badHeader);
});

test('a listener that has lost its receive buffers ends at the NULL pointer', () => {
  const x = machineOf(one);
  while (mtlPop(x.m, x.W.listener + Listener.rxbufs));
  until(x, lstnrSockFdIocb.key, '2');
  x.run(1000, () => x.stopped);
  expect(BUGS[x.m.ld(x.W.global + Global.bug) - 1]!.text).toBe('segmentation fault: a NULL pointer');
});
