/** Calls on sockets that fail, and how long a connection lives then (74b95922e, 197424052; M38, H16). */
import { describe, expect, test } from 'vitest';
import { BUG } from '../haproxy/model/bugs.ts';
import { MUX, QC } from '../haproxy/model/flags.ts';
import { Global, QuicConn } from '../haproxy/model/layouts.ts';
import { notifyErr } from '../haproxy/proc/errors.ts';
import { connAppIoCb } from '../haproxy/proc/io.ts';
import { connSockFdIocb } from '../haproxy/proc/own-socket.ts';
import { commitRebind } from '../haproxy/proc/rebind-commit.ts';
import { sendPpkts } from '../haproxy/proc/tx.ts';
import type { Machine } from '../machine/machine.ts';
import { RULES } from '../machine/rules/index.ts';
import { poolCount } from '../memory/pool.ts';
import { museumData, museumOptions, museumWorld } from './museum/index.ts';
import { Prelude } from './museum/prelude.ts';
import { aboutToAccept, established, pushedToAccept } from './museum/ways.ts';
import { dataOf, machineOf } from './testing/worlds.ts';

const world = (id: string, options: object = {}): Prelude =>
  new Prelude(museumData(museumWorld(id)!), {
    ...museumOptions({ world: id, fixed: false }),
    ...options,
  });

/** What of a connection there is: itself, its struct connection, the client's address beside it, its mux. */
const left = ({ m, W }: Machine): number[] =>
  [W.pools.conn, W.pools.connection, W.pools.sockaddr, W.pools.mux].map((pool) => poolCount(m, pool));

/** Rules that do not hold at rest, beside those that the revision is known to break. */
const broken = (x: Machine): string[] =>
  RULES.filter((r) => r.stable === 'quiescence').flatMap((r) => r.check(x, 0) ?? []);

describe('a send that fails', () => {
  /** The connection lives on T0 with a mux; the next datagram that it sends, an acknowledgement, is not taken. */
  const failing = (revision: string): Prelude => {
    const p = established(world('H16', { revision }), 0, 2);
    return p.choose({ kind: 'fail-socket', n: 1 }).choose({ kind: 'deliver', dgram: 2 });
  };

  test('ends a connection with its mux: the idle task ends itself, the session’s end releases it', () => {
    for (const revision of ['7ecf4b34b', '756b3c5f7', '74b95922e', 'newest']) {
      const p = failing(revision);
      // The ack delay runs out; what is sent then fails.
      p.sleep(1).sleep(0).choose({ kind: 'expire-timer', conn: 0, timer: 'idle' });
      p.stepTo(0, sendPpkts, 'kill').sleep(0);
      expect(left(p.x), revision).toEqual([0, 0, 0, 0]);
      expect(broken(p.x)).toEqual([]);
    }
  });

  test('is no choice in a revision before', () => {
    const p = established(world('H16', { revision: 'bb28215d9' }), 0, 2);
    expect(p.x.apply({ kind: 'fail-socket', n: 1 })).toBe('no call on a socket fails here');
  });

  test.each(
    (['listener', 'connection'] as const).flatMap((o) =>
      ['756b3c5f7', '3be58fc72', 'newest'].map((revision) => [o, revision] as const),
    ),
  )('wherever it comes in a capture, nothing is left over (%s, %s)', (socketOwner, revision) => {
    const data = dataOf('v01');
    let killed = 0;
    for (let at = 200; at < 5000; at += 400) {
      const x = machineOf(data, { revision, socketOwner });
      x.run(at);
      expect(x.apply({ kind: 'fail-socket', n: 1 })).toBe('');
      while (x.m.ld(x.W.failSocket) !== 0 && x.run(1) > 0);
      const qc = x.findConn(0);
      if (qc && x.m.ld(x.W.failSocket) === 0) {
        while (x.findConn(0) && !(x.m.ld(qc + QuicConn.flags) & QC.TO_KILL)) x.run(1);
        if (x.findConn(0)) killed++;
      }
      while (!x.quiet && x.run(50_000) > 0);
      expect([x.stopped, left(x), broken(x)], `${at}`).toEqual([false, [0, 0, 0, 0], []]);
    }
    expect(killed).toBeGreaterThan(2);
  });
});

describe('an error between finalize and accept', () => {
  /** T1 has finished the move by a datagram, and its send of the post-handshake frames fails; then T0 goes on, and T1 accepts. */
  const between = (options: object): Prelude => {
    const p = world('H16', options);
    aboutToAccept(pushedToAccept(p)).stepTo(0, commitRebind, 'K2');
    p.choose({ kind: 'deliver', dgram: 2 }).choose({ kind: 'fail-socket', n: 1 });
    return p.stepTo(1, sendPpkts, 'kill');
  };
  const asleep = ({ x }: Prelude, t: number): boolean => x.waiting(t) && !x.enabled(t);
  const goOn = (p: Prelude): Prelude => {
    for (let i = 0; i < 3000 && !p.x.stopped && !(asleep(p, 0) && asleep(p, 1)); i++)
      p.choose({ kind: 'step', tid: asleep(p, 1) ? 0 : 1 });
    return p;
  };

  test('H16: makes a mux for a session that is not there, and crashes', () => {
    const p = between({}).stepTo(1, notifyErr, 'E2');
    expect(RULES.find((r) => r.id === 'F-R8')!.check(p.x, 0)).toBe(
      'T1 needs the session of connection 0, and it has none yet',
    );
    const { x } = goOn(p);
    expect(x.m.ld(x.W.global + Global.bug)).toBe(BUG.SEGV_NO_SESSION + 1);
    expect(x.m.ld(x.W.global + Global.bugTid)).toBe(1);
  });

  test('before 197424052 the connection is accepted and stays, to be killed and without an idle task', () => {
    const { x } = goOn(between({ revision: '7cab3a3c3' }));
    const qc = x.findConn(0);
    expect(x.m.ld(qc + QuicConn.muxState)).toBe(MUX.READY);
    expect(x.m.ld(qc + QuicConn.flags) & (QC.TO_KILL | QC.EXP_TIMER)).toBe(QC.TO_KILL | QC.EXP_TIMER);
    expect(RULES.find((r) => r.id === 'I15')!.check(x, qc)).toMatch(/is queued nowhere$/);
  });

  test('with what would end it the session is rejected, and nothing is left over', () => {
    const { x } = goOn(between({ mutations: ['H16'] }));
    expect([x.stopped, left(x), broken(x)]).toEqual([false, [0, 0, 0, 0], []]);
  });

  test('where a rule rejects it, that releases it', () => {
    const { x } = goOn(between({ revision: '7cab3a3c3', rejects: true }));
    expect([x.stopped, left(x), broken(x)]).toEqual([false, [0, 0, 0, 0], []]);
  });
});

test('a connection that is idle for too long is released by the end of its session from 74b95922e on', () => {
  for (const [revision, by] of [
    ['3be58fc72', 'idle task'],
    ['74b95922e', 'mux'],
  ]) {
    const p = established(world('H16', { revision }), 0, 2);
    p.choose({ kind: 'expire-timer', conn: 0, timer: 'idle' });
    const qc = p.x.findConn(0);
    for (let i = 0; i < 3000 && p.x.m.ld(qc + QuicConn.muxState) === MUX.READY; i++)
      p.choose({ kind: 'step', tid: 0 });
    const idle = p.x.m.ld(qc + QuicConn.idleTask);
    for (let i = 0; i < 3000 && !p.x.at(0).proc.roles.has('release'); i++) p.choose({ kind: 'step', tid: 0 });
    expect(p.x.m.ld(qc + QuicConn.idleTask) === idle ? 'idle task' : 'mux', revision).toBe(by);
    p.sleep(0);
    expect(left(p.x)).toEqual([0, 0, 0, 0]);
  }
});

describe('M38: a socket says that nobody listens at the client’s', () => {
  const refused = (revision: string): Prelude => {
    const p = established(world('M38', { revision }), 0, 2).choose({ kind: 'deliver', dgram: 2 });
    p.stepTo(0, connSockFdIocb, '1').choose({ kind: 'fail-socket', n: 1 });
    return p.stepTo(0, connAppIoCb, '2').sleep(0);
  };

  test('before 197424052 nobody reads it any more', () => {
    const { x } = refused('7cab3a3c3');
    const qc = x.findConn(0);
    expect(RULES.find((r) => r.id === 'I11b')!.check(x, qc)).toMatch(/^nobody reads the socket/);
    expect(broken(x)).toEqual(['datagram 3 waits in a socket, and every thread sleeps']);
  });

  test('since then its connection ends', () => {
    const { x } = refused('newest');
    expect([left(x), broken(x)]).toEqual([[0, 0, 0, 0], []]);
  });
});
