/** What the commands would print of a moment, and a thread looked into, held against other readings of the same block. */
import { describe, expect, test } from 'vitest';
import { ringWaiting } from '../../haproxy/lib/accept.ts';
import { record } from '../../machine/recording/make.ts';
import { EventView } from '../../machine/recording/query.ts';
import { recording } from '../../machine/sink.ts';
import { PlainMem } from '../../memory/plain.ts';
import { makeWorld } from '../../scenario/make.ts';
import { partOf } from '../../scenario/part.ts';
import { SAMPLES } from '../../scenario/samples.ts';
import { dataOf, OPTIONS } from '../../scenario/testing/worlds.ts';
import { Look } from '../look.ts';
import { watch } from '../testing/watch.ts';
import { ACCEPT_EVENTS, countAccepts } from './accepts.ts';
import { heldLocks } from './locks.ts';
import { roomAt, shownAt, timersAt } from './shown.ts';

const six = partOf(dataOf('v07'), SAMPLES[0]!.conns!);

describe.each(['25174d51e', '1acbbca17', '3.1 and later'])('at %s', (id) => {
  const revision = id.startsWith('3') ? 'newest' : id;

  test('who holds a lock of a CID tree is as many as its word says, after every step', () => {
    const w = watch(six, { revision });
    const look = new Look(w.x.W, w.x.P);
    let held = 0;
    for (let i = 0; i < 30_000; i++) {
      w.x.run(1);
      look.at(w.block);
      const byTree = new Map<number, number>();
      for (const locks of heldLocks(look))
        for (const l of locks) if (l.what === 'tree') byTree.set(l.of, (byTree.get(l.of) ?? 0) + 1);
      for (let byte = 0; byte < 256; byte++) {
        const word = look.ld(look.W.treeLock(byte));
        const n = word < 0 ? 1 : word;
        if (n !== (byTree.get(byte) ?? 0)) expect([byte, byTree.get(byte) ?? 0]).toEqual([byte, n]);
        held += n;
      }
    }
    expect(held).toBeGreaterThan(100);
  });

  test('what was counted of accepts agrees with the rings, the loads and the sessions', () => {
    const { W, P } = makeWorld(six, { ...OPTIONS, revision });
    const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, recording);
    for (let i = 0; i < 12; i++) {
      r.run(2000);
      const view = new EventView({ all: [{ kinds: ACCEPT_EVENTS }] }, r.line.events).catchUp();
      const n = countAccepts(r.line.events.rows(view.numbers(0, view.length)), W.cfg.threads);
      const m = r.machine.m;
      const look = new Look(W, P);
      look.at(m.w.slice());
      const sum = (list: number[]): number => list.reduce((a, b) => a + b, 0);
      expect(sum(n.accepted)).toBeGreaterThanOrEqual(sum(n.pushed) + sum(n.full));
      for (let t = 0; t < W.cfg.threads; t++) {
        const ring = ringWaiting((i) => m.ld(i), W.acceptRing(t), W.cfg.ringSize);
        // Between the commit and the ring, and between the ring and the session, a connection is in neither.
        if (revision !== '25174d51e') expect(n.pushed[t]!).toBeGreaterThanOrEqual(Math.max(0, ring));
      }
      if (revision === '25174d51e') expect(n.pushed).toEqual([0, 0, 0, 0]);
    }
    expect(r.line.events.length).toBeGreaterThan(100);
  });
});

describe('of one moment', () => {
  const own = () => {
    const w = watch(six, { socketOwner: 'connection', revision: 'newest' });
    w.runTo(() => w.stage().sockets.filter((s) => s.kind === 'connection').length >= 2);
    return w;
  };

  test('show fd lists each socket once, under its owner’s pointer and its thread’s mask', () => {
    const w = own();
    const stage = w.stage();
    const parts = shownAt(w.reader, w.block, 'fd', 0, null);
    expect(parts).toHaveLength(stage.sockets.length);
    expect(parts[0]!.text).toContain('(quic_lstnr_sock_fd_iocb) l.st=RDY fe=- fam=ipv4 lport=');
    for (const c of stage.conns.filter((k) => k.fd)) {
      const part = parts.find((p) => p.conn === c.index)!;
      expect(part.text).toContain(` owner=${c.pointer} gen=- tkov=0 iocb=`);
      expect(part.text).toContain(`tmask=0x${(1 << c.fd!.thread).toString(16)} `);
      expect(part.text).toContain('(quic_conn_sock_fd_iocb)');
    }
  });

  test('two thread groups: a socket’s masks are of its group, polled_mask has no group, a thread says its number in its own', () => {
    const w = watch(six, { socketOwner: 'connection', revision: 'newest', threadGroups: 2 });
    w.x.apply({ kind: 'accept-target', conn: -1, tid: 3 });
    const moved = () => w.stage().conns.find((c) => c.fd?.thread === 3);
    w.runTo(() => moved() !== undefined);
    const c = moved()!;
    const parts = shownAt(w.reader, w.block, 'fd', 0, null);
    // The listeners: an fd in each group for the one socket, which is drawn once.
    expect(parts.slice(0, 2).map((p) => /gid=\d+ tmask=0x\d+/.exec(p.text)?.[0])).toEqual([
      'gid=1 tmask=0x3',
      'gid=2 tmask=0x3',
    ]);
    expect(w.stage().sockets.filter((s) => s.kind === 'listener')).toHaveLength(1);
    // T3 is the second of the second group.
    const part = parts.find((p) => p.conn === c.index)!;
    expect(part.text).toContain(' gid=2 tmask=0x2 ');
    const threads = shownAt(w.reader, w.block, 'threads', 0, null);
    expect(threads.map((p) => /\d\/\d/.exec(p.text)?.[0])).toEqual(['1/1', '1/2', '2/1', '2/2']);
    expect([0, 1, 2, 3].map((t) => roomAt(w.reader, w.block, t).inGroup)).toEqual([
      '1/1',
      '1/2',
      '2/1',
      '2/2',
    ]);
  });

  test('the seed prints what its version printed: nothing behind the callback', () => {
    const w = watch(six, { socketOwner: 'connection', revision: 'seed' });
    w.runTo(() => w.stage().sockets.length >= 2);
    for (const p of shownAt(w.reader, w.block, 'fd', 0, null)) expect(p.text).toMatch(/_sock_fd_iocb\)\n$/);
    expect(shownAt(w.reader, w.block, 'threads', 2, null)[2]!.text).toMatch(
      /^\* Thread 3 : id=0x\w+ act=[01] glob=0 .*\n {6}1\/3 {4}stuck=0 prof=0 harmless=[01] wantrdv=0\n/,
    );
  });

  test('show threads marks the one that answers, and calls a thread that runs a callback active', () => {
    const w = own();
    const seen = { running: 0, idle: 0 };
    for (let i = 0; i < 400; i++) {
      w.x.run(7);
      const stage = w.stage();
      const parts = shownAt(w.reader, w.block, 'threads', 1, null);
      expect(parts.filter((p) => p.text.startsWith('*'))).toEqual([parts[1]]);
      for (const [t, p] of parts.entries()) {
        if (stage.threads[t]!.state === 'asleep') {
          expect(p.text).toContain('curr_task=0\n');
          seen.idle++;
        } else if (p.text.includes('  fct=')) {
          expect(p.text).toContain(' act=1 ');
          seen.running++;
        }
      }
    }
    expect(seen.running).toBeGreaterThan(20);
    expect(seen.idle).toBeGreaterThan(20);
  });

  test('a thread’s room: what it has to run is what the stage shows, its timers are those of its connections', () => {
    const w = own();
    let timers = 0;
    let replaced = 0;
    let closed = 0;
    for (let i = 0; i < 60; i++) {
      w.x.run(101);
      const stage = w.stage();
      const all = timersAt(w.reader, w.block);
      for (const t of stage.threads) {
        const room = roomAt(w.reader, w.block, t.tid);
        expect(room.queues.reduce((n, q) => n + q.items.length, 0)).toBe(t.runQueue.length);
        expect(room.load.handled).toBe(t.handled);
        expect(room.load.ring).toBe(t.ring.waiting);
        expect(all.filter((k) => k.tid === t.tid)).toEqual(room.timers);
        for (const k of room.timers) {
          const c = stage.conns.find((v) => v.index === k.index);
          const view = k.kind === 'idle' ? c?.idle : c?.loss;
          timers++;
          if (k.why === 'its connection has closed') closed++;
          else if (k.why.startsWith('a rebind')) replaced++;
          else expect(view?.armed).toBe(true);
        }
      }
      expect(all.map((k) => k.dueMs)).toEqual(all.map((k) => k.dueMs).sort((a, b) => a - b));
    }
    expect(timers).toBeGreaterThan(50);
    expect(closed).toBeGreaterThan(0);
    // In the midst of a rebind the old thread’s timer stands beside the new one’s.
    expect(replaced).toBeGreaterThan(0);
  });
});
