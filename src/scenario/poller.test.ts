/** The poller beside a network that does not wait for it: threads of Live run at once. */
import { expect, test } from 'vitest';
import { arriveTogether } from '../haproxy/lib/kernel.ts';
import { Fdtab, ThreadCtx } from '../haproxy/model/layouts.ts';
import { LISTENER_FD } from '../haproxy/model/world.ts';
import { hasRole } from '../haproxy/step/compile.ts';
import type { Machine } from '../machine/machine.ts';
import { dataOf, machineOf } from './testing/worlds.ts';

const waits = (x: Machine): boolean => hasRole(x.at(0), 'pollWait');
const readable = (x: Machine): boolean => (x.m.ld(x.W.epReady(0)) & (1 << LISTENER_FD)) !== 0;
const inSocket = (x: Machine): number => x.m.ld(x.W.fd(LISTENER_FD) + Fdtab.kqLen);

/** About to ask the poller, which still has the listener for readable: all that was in it has been read. */
function aboutToPoll(): Machine {
  const x = machineOf(dataOf('v01'), { threads: 1 });
  while (!(waits(x) && readable(x) && inSocket(x) === 0 && x.m.ld(x.W.th(0) + ThreadCtx.epAny))) {
    const p = x.pick();
    if (!p) throw new Error('the run ended first');
    x.take(p);
  }
  return x;
}

test('a datagram that arrives while the poller finds the socket empty is not slept over', () => {
  const x = aboutToPoll();
  const { m, W } = x;
  const dg = W.consts.datagrams.count - 1;
  const told: number[] = [];
  // Between the look at the queue and the bit that is cleared.
  const and = m.and.bind(m);
  let arrived = 0;
  m.and = (i, v) => {
    if (i === W.epReady(0) && arrived === 0)
      arrived = arriveTogether(m, W, LISTENER_FD, 0, new Int32Array([dg]), 0, 1, (t) => told.push(t));
    return and(i, v);
  };
  x.apply({ kind: 'step', tid: 0 });
  expect(arrived).toBe(1);
  expect(inSocket(x)).toBe(1);
  // Whoever sleeps is woken, and looks again.
  if (m.ld(W.th(0) + ThreadCtx.waiting)) {
    expect(told).toEqual([0]);
    x.apply({ kind: 'step', tid: 0 });
  }
  expect(m.ld(W.th(0) + ThreadCtx.waiting)).toBe(0);
  for (let i = 0; i < 200 && inSocket(x) > 0; i++) x.apply({ kind: 'step', tid: 0 });
  expect(inSocket(x)).toBe(0);
});
