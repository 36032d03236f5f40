/** Accept ring, closing list, further CIDs, falling asleep: on a captured conversation. */
import { describe, expect, test } from 'vitest';
import { ringHead, ringTail } from '../haproxy/lib/accept.ts';
import { BUGS } from '../haproxy/model/bugs.ts';
import { QC } from '../haproxy/model/flags.ts';
import {
  AcceptRing,
  Connection,
  Fdtab,
  Global,
  LiPerThread,
  QuicCid,
  QuicConn,
  ThreadCtx,
} from '../haproxy/model/layouts.ts';
import type { Choice } from '../machine/choice.ts';
import type { Machine } from '../machine/machine.ts';
import { inTree } from '../machine/rules/view.ts';
import { listFirst } from '../memory/list.ts';
import { dataOf, machineOf } from './testing/worlds.ts';

const one = dataOf('v01');

function rest(x: Machine): void {
  for (let p = x.pick(); p?.kind === 'step'; p = x.pick()) x.take(p);
}

function until(x: Machine, when: (qc: number) => boolean): number {
  for (let p = x.pick(); p; p = x.pick()) {
    x.take(p);
    const qc = x.findConn(0);
    if (qc && when(qc)) return qc;
  }
  throw new Error('it never came to that');
}

const does = (x: Machine, c: Choice): void => expect(x.apply(c)).toBe('');
const registered = (x: Machine) => (qc: number) => (x.m.ld(qc + QuicConn.flags) & QC.ACCEPT_REGISTERED) !== 0;

/** The world when connection 0 is about to be accepted; `to`, its target, is held. */
function beforeAccept(socketOwner: 'listener' | 'connection' = 'listener'): {
  x: Machine;
  from: number;
  to: number;
} {
  const x = machineOf(one, { socketOwner });
  const qc = until(x, registered(x));
  const from = x.owner(qc);
  const to = (from + 1) % 4;
  does(x, { kind: 'accept-target', conn: 0, tid: to });
  does(x, { kind: 'hold', tid: to });
  return { x, from, to };
}

const ends = (x: Machine, ring: number): number[] => [
  ringHead((i) => x.m.ald(i), ring),
  ringTail((i) => x.m.ald(i), ring),
];

describe('the accept ring', () => {
  test('holds the moved connection until its new thread comes; then it is adopted and counted there', () => {
    const { x, from, to } = beforeAccept();
    rest(x);
    const qc = x.findConn(0);
    const ring = x.W.acceptRing(to);
    expect(x.owner(qc)).toBe(to);
    expect(ends(x, ring)).toEqual([0, 1]);
    expect(x.m.ald(x.W.ringEntry(to, 0))).toBe(x.m.ld(qc + QuicConn.conn));
    expect(x.m.ald(x.W.perThread(to) + LiPerThread.thrConn)).toBe(0);
    does(x, { kind: 'release', tid: to });
    rest(x);
    expect(ends(x, ring)).toEqual([1, 1]);
    expect(x.m.ald(x.W.ringEntry(to, 0))).toBe(0);
    expect(x.m.ald(x.W.perThread(to) + LiPerThread.thrConn)).toBe(1);
    expect(x.m.ald(x.W.perThread(from) + LiPerThread.thrConn)).toBe(0);
    expect(x.m.ld(x.m.ld(qc + QuicConn.conn) + Connection.flags)).toBe(2);
    expect(x.m.ld(qc + QuicConn.pendTo)).toBe(0);
  });

  test('full: the moved connection is accepted where it was, and the timer’s assertion stops the run (M08)', () => {
    const { x, from, to } = beforeAccept();
    x.m.ast(x.W.acceptRing(to) + AcceptRing.tail, x.W.cfg.ringSize - 1);
    x.run(10_000);
    expect(x.owner(x.findConn(0))).toBe(to);
    expect(x.m.ld(x.W.global + Global.bugTid)).toBe(from);
    expect(BUGS[x.m.ld(x.W.global + Global.bug) - 1]?.text).toBe('task->tid != tid');
    expect(x.pick()).toBe(null);
  });

  test('S8: the socket is the new thread’s, silent until finalize asks to read it', () => {
    const { x, to } = beforeAccept('connection');
    rest(x);
    const qc = x.findConn(0);
    const fd = x.W.fd(x.m.ld(qc + QuicConn.fd));
    expect(x.m.ald(fd + Fdtab.threadMask)).toBe(1 << to);
    expect(x.m.ald(fd + Fdtab.state) & 1).toBe(0);
    does(x, { kind: 'release', tid: to });
    rest(x);
    expect(x.m.ald(fd + Fdtab.state) & 1).toBe(1);
    expect(x.m.ald(fd + Fdtab.pollRecv)).toBe(1 << to);
  });
});

test('closing: it leaves quic_conns for quic_conns_clo, loses its loss timer, and is released when it expires', () => {
  const x = machineOf(one);
  const qc = until(x, (c) => (x.m.ld(c + QuicConn.flags) & QC.CLOSING) !== 0);
  rest(x);
  const th = x.W.th(x.owner(qc));
  expect(listFirst(x.m, th + ThreadCtx.quicConns)).toBe(0);
  expect(listFirst(x.m, th + ThreadCtx.quicConnsClo)).toBe(qc + QuicConn.elThCtx);
  expect(x.m.ld(qc + QuicConn.timerTask)).toBe(0);
  expect(x.m.ld(qc + QuicConn.idleTask)).not.toBe(0);
  x.run(1_000_000, () => x.idle);
  expect(x.findConn(0)).toBe(0);
  expect(listFirst(x.m, th + ThreadCtx.quicConnsClo)).toBe(0);
  expect(x.m.ald(x.W.global + Global.halfOpen)).toBe(0);
});

test.each([true, false])('NEW_CONNECTION_ID on the new thread, withheld: %s', (withhold) => {
  const x = machineOf(one, { withholdPostHandshake: withhold });
  const qc = until(x, (c) => x.m.ld(c + QuicConn.processed) >= 10);
  rest(x);
  const cids: number[] = [];
  for (let n = x.m.ld(qc + QuicConn.cids); n !== qc + QuicConn.cids; n = x.m.ld(n))
    cids.push(n - QuicCid.byQc);
  const limit = one.conns[0]!.activeConnectionIdLimit;
  expect(cids.map((k) => x.m.ld(k + QuicCid.seqNum))).toEqual(
    withhold ? [0] : [...Array(1 + Math.min(limit - 1, 3)).keys()],
  );
  for (const k of cids) {
    expect(inTree(x, k)).toBe(true);
    expect(x.m.ald(k + QuicCid.tid)).toBe(x.owner(qc));
    expect(x.m.ld(k + QuicCid.qc)).toBe(qc);
  }
});

test('an order that comes at whatever step of falling asleep is not missed', () => {
  let k = 0;
  for (let asleep = false; !asleep; k++) {
    const x = machineOf(one);
    const qc = until(x, (c) => x.m.ld(c + QuicConn.processed) >= 10);
    rest(x);
    const own = x.owner(qc);
    // A thread may be told to rebind to itself: both orders are this thread's, the first one wakes it.
    does(x, { kind: 'rebind', conn: 0, tid: own });
    for (let i = 0; i < k && x.enabled(own); i++) x.step(own);
    asleep = !x.enabled(own);
    const before = x.m.ald(x.W.th(own) + ThreadCtx.flags);
    if (x.apply({ kind: 'rebind', conn: 0, tid: own })) continue;
    for (let i = 0; i < 1000 && x.enabled(own); i++) x.step(own);
    expect(x.m.ld(qc + QuicConn.handTask), `after ${k} steps, flags ${before}`).toBe(0);
  }
  expect(k).toBeGreaterThan(20);
});
