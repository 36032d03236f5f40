/** Each rule can break: by a historical bug of these revisions, gone with its fix, or by a world that was tampered with. */
import { describe, expect, test } from 'vitest';

import { CATALOGUE } from '../haproxy/catalogue.ts';
import { LEDGER, QC, TASK } from '../haproxy/model/flags.ts';
import {
  Dghdlr,
  Fdtab,
  Global,
  Listener,
  QuicCid,
  QuicConn,
  QuicDgram,
  Task,
  ThreadCtx,
} from '../haproxy/model/layouts.ts';
import { LISTENER_FD } from '../haproxy/model/world.ts';
import { retireConnectionId } from '../haproxy/proc/cids.ts';
import { listAppendSplit } from '../haproxy/proc/list-append.ts';
import { listenerAccept } from '../haproxy/proc/listener-accept.ts';
import { listenerRelease } from '../haproxy/proc/session-end.ts';
import { FIXES, findRevision, programOf } from '../haproxy/revisions.ts';
import { compile, hasRole } from '../haproxy/step/compile.ts';
import { silent } from '../haproxy/step/events.ts';
import { type Op, remove } from '../haproxy/step/patch.ts';
import type { Choice } from '../machine/choice.ts';
import { Machine } from '../machine/machine.ts';
import type { WorldOptions } from '../machine/options.ts';
import { RuleChecker } from '../machine/rules/checker.ts';
import { RULES } from '../machine/rules/index.ts';
import { SENTENCES } from '../machine/rules/sentences.ts';
import { cidsOf, held } from '../machine/rules/view.ts';
import { setUp } from '../machine/setup.ts';
import { cidDelete } from '../memory/cidtree.ts';
import { listFirst } from '../memory/list.ts';
import { mtlPop } from '../memory/mtlist.ts';
import { PlainMem } from '../memory/plain.ts';
import { poolAlloc } from '../memory/pool.ts';
import type { WorldData } from './data.ts';
import { makeWorld } from './make.ts';
import { findMoment } from './moment.ts';
import { partOf } from './part.ts';
import { SAMPLES } from './samples.ts';
import { call } from './testing/call.ts';
import { dataOf, FIRST_MOMENT, machineOf, OPTIONS } from './testing/worlds.ts';

const six = partOf(dataOf('v07'), SAMPLES[0]!.conns!);
const one = dataOf('v01');
const all = { ...findRevision('finalized')!, knownBroken: {} };

/** A machine of the finalized revision and further fixes. */
function fixedMachine(data: WorldData, fixes: string[], options: Partial<WorldOptions> = {}): Machine {
  const made = makeWorld(data, { ...OPTIONS, ...options });
  const m = new PlainMem(new Int32Array(made.W.layout.words));
  const P = programOf({ ...made.revision, fixes: new Set([...made.P.fixes, ...fixes]) });
  setUp(m, made.W, P);
  const x = new Machine(m, made.W, P, silent);
  x.boot();
  return x;
}

/** A machine of the finalized revision, changed by these operations. */
function patchedMachine(data: WorldData, ops: readonly Op[]): Machine {
  const made = makeWorld(data, OPTIONS);
  const P = compile(CATALOGUE, {
    fixes: FIXES.filter((f) => made.revision.fixes.has(f.id)),
    mutations: [],
    ideas: { words: ['changed'], ops: () => ops },
  });
  const m = new PlainMem(new Int32Array(made.W.layout.words));
  setUp(m, made.W, P);
  const x = new Machine(m, made.W, P, silent);
  x.boot();
  return x;
}

/** Runs by the clock with every rule on, also those that a historical bug breaks; ids of the broken ones. */
function broken(x: Machine, limit = 400_000): string[] {
  const checker = new RuleChecker(x, all);
  x.run(0);
  for (let i = 0; i < limit; i++) {
    const p = x.pick();
    if (!p || x.quiet) break;
    x.take(p);
    checker.after(p.kind === 'deliver' ? -1 : p.tid);
  }
  return checker.broken.map((b) => b.rule);
}

function until(x: Machine, conn: number, when: (qc: number) => boolean): number {
  for (let p = x.pick(); p; p = x.pick()) {
    x.take(p);
    const qc = x.findConn(conn);
    if (qc && when(qc)) return qc;
  }
  throw new Error('it never came to that');
}

function rest(x: Machine): void {
  for (let p = x.pick(); p?.kind === 'step'; p = x.pick()) x.take(p);
}

const check = (x: Machine, id: string, qc = 0): string | null => RULES.find((r) => r.id === id)!.check(x, qc);
const does = (x: Machine, c: Choice): void => expect(x.apply(c)).toBe('');

describe('historical bugs break the rules that name them', () => {
  test('M12 breaks I3; 72267ff35 reads tid under the lock', () => {
    expect(broken(machineOf(six))).toContain('I3');
    expect(broken(fixedMachine(six, ['72267ff35']))).not.toContain('I3');
  });

  test('M11 breaks I20: the packet read before a redispatch belongs to nobody', () => {
    const x = machineOf(six);
    const moment = findMoment(six, OPTIONS, FIRST_MOMENT)!;
    for (const d of moment.departures) {
      if (d.at > x.happened) x.run(d.at - x.happened);
      x.apply(d.choice);
    }
    x.run(moment.end - x.happened);
    const owner = x.owner(x.findConn(0));
    does(x, { kind: 'rebind', conn: 0, tid: (owner + 1) % 4 });
    does(x, { kind: 'release', tid: owner });
    x.run(1_000_000, () => x.quiet);
    expect(check(x, 'I20')).toMatch(/^\d+ received packets belong to nobody$/);
  });

  /*
   *  A                        B
   *  el1.prev = head.prev
   *  el1.next = head
   *  head.prev.next = el1
   *                           el2.prev = head.prev
   *                           el2.next = head
   *                           head.prev.next = el2     el1 is lost
   *                           head.prev = el2
   *  head.prev = el1
   */
  test('M01: two threads append to a third one’s list at once (I9, I10)', () => {
    const x = machineOf(six);
    const ready = (c: number): boolean => {
      const q = x.findConn(c);
      return q !== 0 && (x.m.ld(q + QuicConn.flags) & QC.ACCEPT_REGISTERED) !== 0;
    };
    until(x, 5, () => [0, 1, 2, 3, 4, 5].every(ready));
    rest(x);
    const owners = new Map(x.owners());
    const [c1, c2] = [...owners.keys()]
      .flatMap((a) => [...owners.keys()].map((b) => [a, b] as const))
      .find(([a, b]) => owners.get(a) !== owners.get(b))!;
    const [A, B] = [owners.get(c1)!, owners.get(c2)!];
    const to = [0, 1, 2, 3].find((t) => t !== A && t !== B)!;
    const appending = (t: number, label: string) => {
      while (!(x.at(t).proc.key === listAppendSplit.key && x.at(t).label === label)) x.step(t);
    };
    does(x, { kind: 'rebind', conn: c1, tid: to });
    does(x, { kind: 'rebind', conn: c2, tid: to });
    expect(check(x, 'I9')).toBe(null);
    appending(A, '.4');
    appending(B, '.4');
    x.step(B);
    x.step(A);
    for (const t of [A, B]) while (x.at(t).proc.name !== 'process_runnable_tasks') x.step(t);
    expect(check(x, 'I9')).toBe(`the list of connections of T${to} is torn`);
    expect(check(x, 'I10', x.findConn(c1))).toMatch(/is in the list of no thread$/);
    expect(check(x, 'I10', x.findConn(c2))).toBe(null);
  });

  test('M22: RETIRE_CONNECTION_ID deletes from the tree without its lock (I3w); dd58dff1e takes it', () => {
    const retire = (fixes: string[]): { seen: string[]; x: Machine; qc: number; first: number } => {
      const x = fixedMachine(one, fixes, { withholdPostHandshake: false });
      const qc = until(x, 0, (c) => x.m.ld(c + QuicConn.nextCidSeq) > 1);
      rest(x);
      // Sequence number 1: the recorded packet was sent to the first CID, which may not be retired.
      call(x, x.owner(qc), retireConnectionId, qc, 1, 5);
      const t = x.owner(qc);
      const first = x.m.ld(qc + QuicConn.nextCidSeq);
      const seen: string[] = [];
      while (x.at(t).proc.key === retireConnectionId.key) {
        const why = check(x, 'I3w');
        if (why) seen.push(`${x.at(t).label}: ${why}`);
        x.step(t);
      }
      return { seen, x, qc, first };
    };
    const seed = retire([]);
    expect(seed.seen).toHaveLength(1);
    expect(seed.seen[0]).toMatch(/^2: T\d is about to change a CID tree/);
    expect(retire(['dd58dff1e']).seen).toEqual([]);
    // Another has taken its place: as many CIDs as before, all of the owner, all in their trees.
    const { x, qc, first } = seed;
    const seqs: number[] = [];
    for (let n = x.m.ld(qc + QuicConn.cids); n !== qc + QuicConn.cids; n = x.m.ld(n))
      seqs.push(x.m.ld(n - QuicCid.byQc + QuicCid.seqNum));
    expect(seqs).not.toContain(1);
    expect(seqs).toContain(first);
    expect(seqs).toHaveLength(first);
    for (const id of ['I2', 'I2b', 'I4b']) expect(check(x, id, qc), id).toBe(null);
  });

  test('M02: before d6646dddc something runs a connection between commit and finalize (I6)', () => {
    expect(broken(machineOf(one, { socketOwner: 'connection' }))).not.toContain('I6');
    const x = machineOf(one);
    const qc = until(x, 0, (c) => x.m.ld(c + QuicConn.processed) >= 6);
    rest(x);
    x.m.st(qc + QuicConn.pendTo, x.owner(qc) + 1);
    expect(check(x, 'I6')).toBe(null);
    x.m.or(x.m.ld(qc + QuicConn.tasklet) + Task.state, TASK.IN_LIST);
    expect(check(x, 'I6')).toMatch(/woken before finalize/);
    expect(check(x, 'I8')).toBe(null);
    x.m.or(qc + QuicConn.flags, QC.DRAINING);
    expect(check(x, 'I8')).toMatch(/closes while/);
  });
});

describe('a world that was tampered with breaks', () => {
  const calm = (options: Partial<WorldOptions> = {}): { x: Machine; qc: number; own: number } => {
    const x = machineOf(one, options);
    const qc = until(x, 0, (c) => x.m.ld(c + QuicConn.processed) >= 10);
    rest(x);
    return { x, qc, own: x.owner(qc) };
  };
  type Case = [string, RegExp, Partial<WorldOptions>, (x: Machine, qc: number, own: number) => void];
  const firstCid = (x: Machine, qc: number): number => listFirst(x.m, qc + QuicConn.cids) - QuicCid.byQc;
  const cases: Case[] = [
    [
      'I2',
      /names T9/,
      { withholdPostHandshake: false },
      (x, qc) => {
        x.m.st(x.m.ld(qc + QuicConn.cids + 1) - QuicCid.byQc + QuicCid.tid, 9);
      },
    ],
    ['I2b', /points elsewhere/, {}, (x, qc) => x.m.st(firstCid(x, qc) + QuicCid.qc, 0)],
    ['I4', /leads to no connection/, {}, (x, qc) => x.m.st(firstCid(x, qc) + QuicCid.qc, 0)],
    [
      'I4b',
      /is in no tree/,
      {},
      (x, qc) => {
        const node = firstCid(x, qc) + QuicCid.node;
        cidDelete(x.m, x.W.treeRoot(x.m.ld(node) >>> 24), node);
      },
    ],
    ['I5', /is bound to T9/, {}, (x, qc) => x.m.st(x.m.ld(qc + QuicConn.idleTask) + Task.tid, 9)],
    ['I7', /tree 7 is held/, {}, (x) => x.m.st(x.W.treeLock(7), 1)],
    [
      'I9',
      /timers of T\d is torn/,
      {},
      (x, _qc, own) => {
        x.m.st(x.W.th(own) + ThreadCtx.timers, x.W.th(own) + ThreadCtx.rqueue);
      },
    ],
    [
      'I10',
      /is in the list of no thread/,
      {},
      (x, qc) => {
        const n = qc + QuicConn.elThCtx;
        const [next, prev] = [x.m.ld(n), x.m.ld(n + 1)];
        x.m.st(next + 1, prev);
        x.m.st(prev, next);
      },
    ],
    [
      'I11b',
      /nobody reads/,
      { socketOwner: 'connection' },
      (x, qc) => {
        x.m.and(x.W.fd(x.m.ld(qc + QuicConn.fd)) + Fdtab.state, ~1);
      },
    ],
    ['I12', /datagram 2 is lost/, {}, (x) => x.m.st(x.W.ledger(1), LEDGER.READ)],
    ['I14', /redispatched more than twice/, {}, (x) => x.m.st(x.W.ledger(1), LEDGER.HANDLED | (3 << 16))],
    [
      'I15',
      /queued nowhere/,
      {},
      (x, qc) => {
        const n = x.m.ld(qc + QuicConn.idleTask) + Task.wq;
        x.m.st(n, n);
      },
    ],
    ['I16', /sleeps with datagrams/, {}, (x) => x.m.st(x.W.dghdlr(1) + Dghdlr.dgrams, 4)],
    ['I17', /sleeps with work/, {}, (x) => x.m.st(x.W.th(1) + ThreadCtx.rqueue, 4)],
    ['I18', /is never finished/, {}, (x, qc) => x.m.st(qc + QuicConn.pendTo, 1)],
    [
      'I19',
      /killed task is not freed/,
      {},
      (x, qc) => {
        x.m.or(x.m.ld(qc + QuicConn.idleTask) + Task.state, TASK.KILLED);
      },
    ],
    ['I20', /1 received packets? belong/, {}, (x) => void poolAlloc(x.m, x.W.pools.rxPacket, 0)],
    ['I21', /3 of 4 receive buffers/, {}, (x) => void mtlPop(x.m, x.W.listener + Listener.rxbufs)],
    [
      'I22',
      /rq_total of T2 is 1, and 0 are queued/,
      {},
      (x) => void x.m.add(x.W.th(2) + ThreadCtx.rqTotal, 1),
    ],
    ['I22', /half_open_conn is negative/, {}, (x) => x.m.st(x.W.global + Global.halfOpen, -1)],
    [
      'I25',
      /place 0 of the ring of T3/,
      {},
      (x) => {
        const head = x.m.ld(x.W.acceptRing(3));
        x.m.st(x.W.ringEntry(3, head === 0 ? 0 : 0), x.m.ld(x.W.ringEntry(3, 0)) ? 0 : 1);
      },
    ],
    ['I26', /waits to be accepted/, {}, (x, qc) => x.m.st(qc + QuicConn.acceptList, 4)],
  ];
  test.each(cases)('%s: %s', (id, text, options, tamper) => {
    const { x, qc, own } = calm(options);
    // M11 has leaked packets by now.
    if (id !== 'I20') expect(check(x, id, qc)).toBe(null);
    const fresh = id === 'I20' ? machineOf(one) : x;
    tamper(fresh, qc, own);
    expect(check(fresh, id, qc)).toMatch(text);
  });

  test('I1: a thread inside a connection that another one owns', () => {
    const { x, qc, own } = calm();
    until(x, 0, () => [0, 1, 2, 3].some((t) => x.at(t).proc.name === 'quic_conn_app_io_cb'));
    expect(check(x, 'I1')).toBe(null);
    x.m.ast(firstCid(x, qc) + QuicCid.tid, (own + 1) % 4);
    expect(check(x, 'I1')).toMatch(/is inside connection 0, which T\d owns/);
  });

  test('I13: a datagram with another address', () => {
    const x = machineOf(one);
    x.run(400);
    const d = poolAlloc(x.m, x.W.pools.dgram, 0);
    x.m.st(d + QuicDgram.buf, 1);
    x.m.st(d + QuicDgram.saddr, one.datagrams.saddr[0]!);
    expect(check(x, 'I13')).toBe(null);
    x.m.st(d + QuicDgram.saddr, one.datagrams.saddr[0]! + 1);
    expect(check(x, 'I13')).toMatch(/another address/);
  });

  test('I23: a callback on a thread that its socket is not bound to', () => {
    const x = machineOf(one);
    const inside = (): boolean => [0, 1, 2, 3].some((t) => x.at(t).proc.name === 'quic_lstnr_sock_fd_iocb');
    while (!inside()) x.take(x.pick()!);
    expect(check(x, 'I23')).toBe(null);
    x.m.ast(x.W.fd(LISTENER_FD) + Fdtab.threadMask, 0);
    expect(check(x, 'I23')).toMatch(/not bound to it/);
  });
});

describe('counts between callbacks (F-R2)', () => {
  test('nothing is found in a run as it is, sessions that end in the middle of it included', () => {
    const x = patchedMachine(six, []);
    until(x, 0, (qc) => x.m.ld(qc + QuicConn.mux) !== 0);
    does(x, { kind: 'close', conn: 0 });
    expect(broken(x)).not.toContain('F-R2');
  });

  test('a frontend that does not count what is accepted', () => {
    expect(broken(patchedMachine(six, remove(listenerAccept, '1f')))).toContain('F-R2');
  });

  test('a load that never falls: found when the session ends, long before everything rests', () => {
    const x = patchedMachine(six, remove(listenerRelease, 'LR3'));
    until(x, 0, (qc) => x.m.ld(qc + QuicConn.mux) !== 0);
    does(x, { kind: 'close', conn: 0 });
    const checker = new RuleChecker(x, all);
    for (let p = x.pick(); p && checker.broken.length === 0 && !x.quiet; p = x.pick()) {
      x.take(p);
      checker.after(p.kind === 'deliver' ? -1 : p.tid);
    }
    expect(checker.broken.map(({ rule, text }) => `${rule}: ${text}`)).toEqual([
      expect.stringMatching(
        /^F-R2: nbconn is \d, and there are \d sessions and \d connections in accept rings$/,
      ),
    ]);
    expect(x.quiet).toBe(false);
  });
});

describe('how a datagram ends (F-R7)', () => {
  /** Thread 0 to 3 stands where a datagram has been parsed by its connection. */
  function atItsEnd(): { x: Machine; t: number; dg: number; qc: number } {
    const x = machineOf(six);
    for (let p = x.pick(); p; p = x.pick()) {
      x.take(p);
      for (let t = 0; t < x.W.cfg.threads; t++) {
        const s = x.at(t);
        if (!hasRole(s, 'dgramEnd')) continue;
        const [dg, qc] = [held(x, t, s, 'dgramEnd', 'dg'), held(x, t, s, 'dgramEnd', 'qc')];
        if (qc) return { x, t, dg, qc };
      }
    }
    throw new Error('nothing is parsed');
  }

  test('by its owner: another thread', () => {
    const { x, t, qc } = atItsEnd();
    expect(check(x, 'F-R7')).toBeNull();
    for (const k of cidsOf(x, qc)) x.m.ast(k + QuicCid.tid, (t + 1) % 4);
    expect(check(x, 'F-R7')).toMatch(/^datagram 1 was parsed by T\d, and connection 1 belongs to T\d$/);
  });

  test('not twice: dropped, and parsed all the same', () => {
    const { x, dg } = atItsEnd();
    x.m.st(x.W.ledger(dg), LEDGER.DROPPED | (1 << 8));
    expect(check(x, 'F-R7')).toBe('datagram 1 was dropped, and connection 1 has parsed it');
  });

  test('not without a reason', () => {
    const { x, dg } = atItsEnd();
    for (const [reason, text] of [
      [1, null],
      [0, 'datagram 1 was dropped, and nothing says why'],
      [200, 'datagram 1 was dropped, and nothing says why'],
    ] as const) {
      x.m.st(x.W.ledger(dg), LEDGER.DROPPED | (reason << 8));
      expect(check(x, 'F-R7d')).toBe(text);
    }
  });
});

test('every rule has a number of its own and a sentence', () => {
  expect(new Set(RULES.map((r) => r.id)).size).toBe(RULES.length);
  expect(Object.keys(SENTENCES).sort()).toEqual(RULES.map((r) => r.id).sort());
  for (const text of Object.values(SENTENCES)) expect(text).toMatch(/^[A-Z].+\.$/);
  for (const id of Object.keys(findRevision('seed')!.knownBroken))
    expect(RULES.map((r) => r.id)).toContain(id);
});
