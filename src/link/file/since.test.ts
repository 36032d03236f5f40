/** What has come since another edition, and what has gone: the one is as at boot, the other is named. */
import { describe, expect, test } from 'vitest';
import { MUX } from '../../haproxy/model/flags.ts';
import {
  AcceptRing,
  Connection,
  Global,
  LiPerThread,
  Listener,
  QuicConn,
  Task,
  ThreadCtx,
} from '../../haproxy/model/layouts.ts';
import { acceptQueueProcess } from '../../haproxy/proc/accept.ts';
import type { Machine } from '../../machine/machine.ts';
import { PlainMem } from '../../memory/plain.ts';
import { poolCount, poolIsFree, poolNext, poolSlot } from '../../memory/pool.ts';
import { dataOf, machineOf } from '../../scenario/testing/worlds.ts';
import { carried } from './carry.ts';
import { type Edition, editionOf, type Field } from './edition.ts';
import { FileProblem } from './fields.ts';
import { sound } from './sound.ts';

const data = dataOf('v07');
const x = machineOf(data);
x.run(3000);
// On to where no connection keeps a packet: a test takes away the list of those.
const keeps = (qc: number): boolean => x.m.ld(qc + QuicConn.rxPkts) !== qc + QuicConn.rxPkts;
x.run(10_000, () => {
  let qc = poolNext(x.m, x.W.pools.conn, 0);
  while (qc && !keeps(qc)) qc = poolNext(x.m, x.W.pools.conn, qc);
  return qc === 0;
});
const here = editionOf(x);
const block = (m: Machine = x): Int32Array => m.m.w.slice(0, m.W.events.base);

/** This edition with other fields of a struct. */
const withFields = (struct: string, change: (f: Field) => Field[]): Edition => ({
  ...here,
  structs: new Map([...here.structs].map(([n, all]) => [n, n === struct ? all.flatMap(change) : all])),
});
const without = (struct: string, path: string): Edition =>
  withFields(struct, (f) => (f.path === path ? [] : [f]));
const called = (struct: string, path: string, name: string): Edition =>
  withFields(struct, (f) => [f.path === path ? { ...f, path: name } : f]);

function said(words: Int32Array, from: Edition): string {
  try {
    carried(words, from, x);
    return '';
  } catch (e) {
    if (!(e instanceof FileProblem)) throw e;
    return e.message;
  }
}

/** The block as this edition takes it from that one. */
function carriedFrom(from: Edition, words = block()): Int32Array {
  const out = carried(words, from, x);
  sound(out, x);
  return out;
}

test('the same edition gives the same words', () => {
  expect(carriedFrom(here)).toEqual(block());
});

describe('what has gone is named', () => {
  test.each<[string, Edition, string]>([
    ['a field with a value', called('quic_conn', 'state', 'phase'), 'a quic_conn has no field phase'],
    ['a list with somebody in it', called('quic_conn', 'cids', 'ids'), 'a quic_conn has no field ids'],
    [
      'a field that held a pointer and holds a number',
      withFields('quic_conn', (f) => [f.path === 'tasklet' ? { ...f, holds: '' } : f]),
      'a quic_conn has no field tasklet',
    ],
    [
      'a step that a thread stands at',
      { ...here, procs: here.procs.map((p) => ({ ...p, labels: p.labels.map((l) => `${l}-then`) })) },
      'run_poll_loop has no step',
    ],
    [
      'a procedure of a task',
      {
        ...here,
        procs: here.procs.map((p) => (p.key === 'qc_idle_timer_task' ? { ...p, key: 'idle_timer_then' } : p)),
      },
      'there is no procedure idle_timer_then',
    ],
    [
      'a pool that is in use',
      {
        ...here,
        pools: here.pools.map((p) => (p.name === 'cid' ? { ...p, name: 'ids' } : p)).reverse(),
      },
      'there is no pool ids',
    ],
    [
      'what a pointer leads to',
      { ...here, pools: here.pools.filter((p) => p.name !== 'conn') },
      'leads to what is not here',
    ],
    [
      'a region with something in it',
      {
        ...here,
        regions: here.regions.map((r) => (r.name === 'datagram ledger' ? { ...r, name: 'book' } : r)),
      },
      'there is no room for book',
    ],
  ])('%s', (_, from, what) => {
    expect(said(block(), from)).toContain(`cannot be carried over to this one: `);
    expect(said(block(), from)).toContain(what);
  });

  test('a local with a value, where a thread is in its procedure', () => {
    const m = machineOf(data);
    while (
      m.at(0).proc.key !== 'process_runnable_tasks' ||
      m.m.ld(m.m.ld(m.W.th(0) + ThreadCtx.fp) + 2) === 0
    )
      m.run(1);
    const from = {
      ...here,
      procs: here.procs.map((p) => ({
        ...p,
        locals: p.locals.map((l) => (l.name === 'budget' ? { ...l, name: 'left' } : l)),
      })),
    };
    expect(said(block(m), from)).toContain('process_runnable_tasks has no local left');
  });

  test('a slot for which there is no room', () => {
    const sized = (each: number) => {
      const slots = Object.fromEntries(Object.keys(x.W.pools).map((k) => [k, each]));
      return machineOf({ ...data, sizes: { connections: 8, slots: slots as never } });
    };
    const [large, small] = [sized(64), sized(32)];
    const words = block(large);
    expect(() => carried(words, editionOf(large), small)).not.toThrow();
    words[large.W.pools.conn.bits + 3]! &= ~(1 << 7);
    words.fill(0, poolSlot(large.W.pools.conn, 1, 39), poolSlot(large.W.pools.conn, 1, 40));
    expect(() => carried(words, editionOf(large), small)).toThrow('the pool conn has room for 32 a thread');
  });
});

describe('what has come since', () => {
  test('a field is zero, a list is empty', () => {
    const words = block();
    const qc = poolNext(x.m, x.W.pools.conn, 0);
    words[qc + QuicConn.err] = 7;
    words[qc + QuicConn.rxPkts] = qc + QuicConn.rxPkts;
    words[qc + QuicConn.rxPkts + 1] = qc + QuicConn.rxPkts;
    expect(carriedFrom(here, words)[qc + QuicConn.err]).toBe(7);
    const from = without('quic_conn', 'err');
    const out = carriedFrom(
      {
        ...from,
        structs: new Map([
          ...from.structs,
          ['quic_conn', from.structs.get('quic_conn')!.filter((f) => f.path !== 'rxPkts')],
        ]),
      },
      words,
    );
    expect(out[qc + QuicConn.err]).toBe(0);
    expect(out[qc + QuicConn.rxPkts]).toBe(qc + QuicConn.rxPkts);
  });

  test('what was zero and is only drawn is no loss', () => {
    expect(said(block(), called('thread_ctx', 'loops', 'rounds'))).toBe('');
    expect(said(block(), called('quic_conn', 'ptoProbe', 'probes'))).toBe('');
  });

  test('a pointer leads to an object of its own, as at boot', () => {
    const out = carriedFrom(without('accept_queue_ring', 'tasklet'));
    const m = new PlainMem(out);
    const { W } = x;
    for (let t = 0; t < W.cfg.threads; t++) {
      const tl = m.ld(W.acceptRing(t) + AcceptRing.tasklet);
      expect(tl).not.toBe(x.m.ld(W.acceptRing(t) + AcceptRing.tasklet));
      expect(poolIsFree(m, W.pools.tasklet, tl)).toBe(false);
      expect(poolIsFree(x.m, W.pools.tasklet, tl)).toBe(true);
      expect([
        m.ld(tl + Task.process),
        m.ld(tl + Task.context),
        m.ld(tl + Task.tid),
        m.ld(tl + Task.list),
      ]).toEqual([acceptQueueProcess.id, W.acceptRing(t), t, tl + Task.list]);
    }
  });

  test('sessions are counted anew where they were counted otherwise', () => {
    const m = machineOf(data);
    const { W } = m;
    const asleep = () => [0, 1, 2, 3].every((t) => m.waiting(t));
    m.run(1e6, () => m.m.ld(W.listener + Listener.nbconn) > 1 && asleep());
    const words = block(m);
    const counts = (w: Int32Array) => [
      w[W.listener + Listener.nbconn]!,
      ...[0, 1, 2, 3].map((t) => w[W.perThread(t) + LiPerThread.thrConn]!),
    ];
    const was = counts(words);
    expect(was[0]).toBeGreaterThan(1);
    words[W.listener + Listener.nbconn] = 99;
    for (let t = 0; t < 4; t++) words[W.perThread(t) + LiPerThread.thrConn] = 99;
    expect(counts(carriedFrom(here, words))).toEqual([99, 99, 99, 99, 99]);
    expect(counts(carriedFrom({ ...here, counting: 1 }, words))).toEqual(was);
    const from = without('listener', 'nbconn');
    expect(said(words, from)).toBe('');
  });

  test('struct connections go with their session where they stayed with their connection', () => {
    const m = machineOf(data, { revision: 'newest' });
    const { W } = m;
    m.run(1e6, () => poolCount(m.m, W.pools.mux) > 1);
    // As it was before: no session is told by its struct connection, no mux knows its connection, and one has let go.
    const words = block(m);
    const muxes = new Map<number, number>();
    for (let c = poolNext(m.m, W.pools.connection, 0); c; c = poolNext(m.m, W.pools.connection, c)) {
      const qc = words[c + Connection.qc]!;
      if (words[qc + QuicConn.muxState] !== MUX.READY) continue;
      words[c + Connection.owner] = 0;
      words[words[qc + QuicConn.mux]! + Task.context] = 0;
      muxes.set(qc, c);
    }
    const [[gone, conn], [stays, other]] = [...muxes] as [[number, number], [number, number]];
    words[gone + QuicConn.muxState] = MUX.RELEASED;
    const out = carried(words, { ...editionOf(m), counting: 5 }, m);
    sound(out, m);
    expect([out[other + Connection.owner], out[out[stays + QuicConn.mux]! + Task.context]]).toEqual([
      1,
      stays,
    ]);
    expect([out[gone + QuicConn.conn], poolIsFree(new PlainMem(out), W.pools.connection, conn)]).toEqual([
      0,
      true,
    ]);
    // An edition that has it so is taken as it is.
    expect(carried(words, editionOf(m), m)).toEqual(words);
  });
});

test('a thread that a BUG_ON stopped stands behind its step', () => {
  const m = machineOf(data);
  const last = (t: number): boolean => m.P.steps[m.at(t).pc + 1]?.proc !== m.at(t).proc && !m.at(t).def.down;
  while (!last(0)) m.run(1);
  const { label, proc, pc } = m.at(0);
  const words = block(m);
  const fp = words[m.W.th(0) + ThreadCtx.fp]!;
  words[fp] = pc + 1;
  words[m.W.global + Global.bug] = 1;
  words[m.W.global + Global.bugPc] = pc;
  const out = carried(words, here, m);
  expect([out[fp], label, proc.key]).toEqual([pc + 1, m.P.steps[pc]!.label, m.P.steps[pc]!.proc.key]);
  expect(out).toEqual(words);
});
