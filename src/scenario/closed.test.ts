/** What is left of a closed connection (9f7cfb0a5, 2dedbe76c; M32, H17). */
import { describe, expect, test } from 'vitest';
import { ledgerReason, ledgerState } from '../haproxy/lib/kernel.ts';
import { DROP_REASON, LEDGER, QC } from '../haproxy/model/flags.ts';
import { Fdtab, Global, Listener, QuicCid, QuicConn, QuicConnClosed } from '../haproxy/model/layouts.ts';
import { LISTENER_FD } from '../haproxy/model/world.ts';
import { closedIoCb, releaseCcConn } from '../haproxy/proc/closed.ts';
import { release } from '../haproxy/proc/release.ts';
import { processRunnable } from '../haproxy/proc/run-tasks.ts';
import { hasRole } from '../haproxy/step/compile.ts';
import type { Machine } from '../machine/machine.ts';
import { RULES } from '../machine/rules/index.ts';
import { poolCount, poolNext } from '../memory/pool.ts';
import { museumData, museumOptions, museumWorld } from './museum/index.ts';
import { Prelude } from './museum/prelude.ts';
import { established } from './museum/ways.ts';
import { dataOf, machineOf } from './testing/worlds.ts';

/** Established on T0, with further CIDs; datagram 2 is on its way. */
const open = (options: object = {}): Prelude =>
  established(
    new Prelude(museumData(museumWorld('H16')!), {
      ...museumOptions({ world: 'H16', fixed: false }),
      ...options,
    }),
    0,
    2,
  );
const closed = (options: object = {}): Prelude => open(options).choose({ kind: 'close', conn: 0 }).sleep(0);

/** Connections, what is left of closed ones, their CIDs. */
const left = ({ m, W }: Machine): number[] =>
  [W.pools.conn, W.pools.closed, W.pools.cid].map((pool) => poolCount(m, pool));
const object = ({ m, W }: Machine): number => poolNext(m, W.pools.closed, 0);
const check = (x: Machine, id: string): string | null => RULES.find((r) => r.id === id)!.check(x, 0);
const broken = (x: Machine): string[] =>
  RULES.filter((r) => r.stable === 'quiescence').flatMap((r) => r.check(x, 0) ?? []);

describe.each(['9f7cfb0a5', '2dedbe76c', '3be58fc72', '74b95922e', 'newest'])('%s', (revision) => {
  test('a closed connection leaves a small object with its CIDs, until its timer runs out', () => {
    const { x } = closed({ revision });
    let inHand = 0;
    expect([left(x), broken(x)]).toEqual([[0, 1, 2], []]);
    const cc = object(x);
    for (let k = poolNext(x.m, x.W.pools.cid, 0); k; k = poolNext(x.m, x.W.pools.cid, k))
      expect(x.m.ld(k + QuicCid.qc)).toBe(cc);
    expect([x.owner(cc), x.m.ld(cc + QuicConnClosed.fd), check(x, 'F-R9')]).toEqual([0, -1, null]);
    for (const count of [
      x.W.global + Global.actconn,
      x.W.global + Global.halfOpen,
      x.W.listener + Listener.nbconn,
    ])
      expect(x.m.ald(count)).toBe(0);
    // Wherever Live lets the thread stand, amid the scheduler too.
    const looked = (): boolean => {
      if (hasRole(x.at(0), 'taskInHand')) inHand++;
      if (x.at(0).proc.key === processRunnable.key) expect(check(x, 'F-R9')).toBe(null);
      return false;
    };
    while (!x.quiet && x.run(50_000, looked) > 0);
    while (left(x)[1]! > 0) {
      expect(x.apply({ kind: 'expire', tid: 0 })).toBe('');
      x.run(1000, () => x.waiting(0));
    }
    expect(inHand).toBeGreaterThan(0);
    // One task is the listeners’ that wait.
    expect([left(x), broken(x), poolCount(x.m, x.W.pools.task)]).toEqual([[0, 0, 0], [], 1]);
  });

  test('without memory it leaves nothing', () => {
    const p = open({ revision }).choose({ kind: 'close', conn: 0 }).stepTo(0, release, 'c1');
    const { x } = p.choose({ kind: 'fail-allocation', n: 1 }).sleep(0);
    expect([x.stopped, left(x), broken(x), x.m.ald(x.W.global + Global.halfOpen)]).toEqual([
      false,
      [0, 0, 0],
      [],
      0,
    ]);
  });
});

test('a connection with a socket of its own closes that', () => {
  for (const revision of ['9f7cfb0a5', 'newest']) {
    const { x } = closed({ revision, socketOwner: 'connection' });
    expect([left(x), broken(x), x.m.ald(x.W.global + Global.jobs)], revision).toEqual([[0, 1, 2], [], 0]);
    for (let fd = LISTENER_FD + 1; fd < x.W.fdCount; fd++) expect(x.m.ald(x.W.fd(fd) + Fdtab.iocb)).toBe(0);
  }
});

test('before, the connection stays', () => {
  const { x } = closed({ revision: 'f59635c49' });
  expect(left(x)).toEqual([1, 0, 2]);
  expect(x.m.ld(x.findConn(0) + QuicConn.flags) & QC.CLOSING).toBe(QC.CLOSING);
});

describe('a datagram for what is left', () => {
  const asked = (options: object = {}): Prelude => closed(options).choose({ kind: 'deliver', dgram: 2 });

  test('is dropped as for a closing connection, and nobody is woken (H17)', () => {
    const { x } = asked().sleep(1).sleep(0);
    const v = x.m.ld(x.W.ledger(2));
    expect([ledgerState(v), ledgerReason(v)]).toEqual([LEDGER.DROPPED, DROP_REASON.closingConnection]);
    expect(x.m.ld(object(x) + QuicConnClosed.flags) & QC.IMMEDIATE_CLOSE).not.toBe(0);
    expect(check(x, 'F-R9c')).toBe(
      'what is left of connection 0 is to repeat its CONNECTION_CLOSE, and nobody has woken it',
    );
  });

  test('is answered with what would end that, once', () => {
    const { x } = asked({ mutations: ['H17'] })
      .sleep(1)
      .stepTo(0, closedIoCb, 'C2')
      .sleep(0);
    expect([left(x), check(x, 'F-R9c'), check(x, 'F-R9')]).toEqual([[0, 1, 2], null, null]);
  });

  test('unless a client that is not validated has been sent all it may be', () => {
    const p = asked({ mutations: ['H17'] }).sleep(1);
    const cc = object(p.x);
    p.x.m.st(cc + QuicConnClosed.validated, 0);
    p.x.m.st(cc + QuicConnClosed.rxBytes, 0);
    p.stepTo(0, closedIoCb, 'C1').choose({ kind: 'step', tid: 0 });
    expect(p.x.at(0).label).toBe('C3');
  });

  test('and where the host does not take the answer, that is its end', () => {
    const p = asked({ mutations: ['H17'] })
      .sleep(1)
      .stepTo(0, closedIoCb, 'C2e');
    const { x } = p.choose({ kind: 'fail-socket', n: 1 }).stepTo(0, releaseCcConn, 'R7').sleep(0);
    expect([x.stopped, left(x), broken(x)]).toEqual([false, [0, 0, 0], []]);
  });
});

test('F-R9: a CID that leads to what was freed, tasks that are not its own, an idle task that is queued nowhere', () => {
  const { x } = closed();
  const { m, W } = x;
  const cc = object(x);
  const tampered = (at: number, v: number): string | null => {
    const was = m.ld(at);
    m.st(at, v);
    const said = check(x, 'F-R9');
    m.st(at, was);
    return said;
  };
  expect(tampered(poolNext(m, W.pools.cid, 0) + QuicCid.qc, W.pools.conn.base)).toMatch(/was freed$/);
  const [tl, idle] = [m.ld(cc + QuicConnClosed.tasklet), m.ld(cc + QuicConnClosed.idleTask)];
  expect(tampered(cc + QuicConnClosed.tasklet, idle)).toMatch(/an I\/O tasklet that is not its own$/);
  expect(tampered(cc + QuicConnClosed.idleTask, tl)).toMatch(/an idle task that is not its own$/);
  expect(check(x, 'F-R9')).toBe(null);
});

test.each(['listener', 'connection'] as const)(
  'wherever a capture’s connection is closed, nothing is left over (%s)',
  (socketOwner) => {
    const data = dataOf('v01');
    let met = 0;
    for (let at = 400; at < 4000; at += 600) {
      const x = machineOf(data, { revision: 'newest', socketOwner });
      x.run(at);
      if (x.apply({ kind: 'close', conn: 0 }) === '') met++;
      while (!x.quiet && x.run(50_000) > 0);
      expect([x.stopped, left(x), broken(x)], `${at}`).toEqual([false, [0, 0, 0], []]);
    }
    expect(met).toBeGreaterThan(3);
  },
);
