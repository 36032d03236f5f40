import { describe, expect, it } from 'vitest';
import { LEDGER } from '../haproxy/model/flags.ts';
import { NS_PER_MS } from '../machine/machine.ts';
import { seeded } from '../scenario/testing/worlds.ts';
import { type Watched, watchCapture } from './testing/watch.ts';
import type { StageView } from './view.ts';

/** Whatever the moment, these hold of its picture. */
function truths(w: Watched, s: StageView): void {
  const { x } = w;
  const { totals } = s;
  expect(totals.handled + totals.dropped + totals.queued).toBe(totals.received);
  expect(s.clients.reduce((n, c) => n + c.sent, 0)).toBeLessThanOrEqual(totals.received);
  expect(totals.handled).toBe(s.threads.reduce((n, t) => n + t.handled, 0));
  expect(totals.dropped).toBe(s.dropped.reduce((n, d) => n + d.count, 0));
  expect(new Map(s.conns.map((c) => [c.index, c.owner]))).toEqual(new Map(x.owners()));

  const places = [...s.threads.flatMap((t) => t.inbox), ...s.sockets.flatMap((k) => k.waiting)].map(
    (d) => d.id,
  );
  expect(new Set(places).size).toBe(places.length);
  for (const id of places) expect([LEDGER.KERNEL, LEDGER.READ]).toContain(x.m.ld(x.W.ledger(id - 1)) & 0xff);

  for (const c of s.conns) {
    const q = w.reader.sentence(s, c.index);
    const text = `${q.lead} ${q.rest}`;
    expect(text.length, text).toBeLessThanOrEqual(90);
    expect(text).toMatch(/^[A-Z]+ (?:now )?belongs to (?:T\d+|no thread)\. \S.*\.$/);
    expect(q.lead).toContain(c.owner < 0 ? 'no thread' : `T${c.owner}.`);
    for (const t of [c.idle, c.loss]) {
      expect(t.share).toBeGreaterThanOrEqual(0);
      expect(t.share).toBeLessThanOrEqual(1);
    }
    for (const k of s.cids.filter((e) => e.connIndex === c.index && e.seq === 0)) expect(k.tid).toBe(c.owner);
  }
  expect(s.threads.filter((t) => t.next).map((t) => t.tid)).toEqual(s.next.tid < 0 ? [] : [s.next.tid]);
  expect(s.rules.filter((r) => r.state === 'broken')).toEqual([]);
}

describe('the stage', () => {
  const worlds: [string, Parameters<typeof watchCapture>[1]][] = [
    ['v07', {}],
    ['v01', { socketOwner: 'connection', withholdPostHandshake: false }],
    ['v02', { threads: 2 }],
    ['v10', { socketOwner: 'connection' }],
    ['v04', { threads: 1 }],
  ];
  for (const [name, options] of worlds) {
    it(`of ${name} is true at moments all along the run`, () => {
      const w = watchCapture(name, options);
      const random = seeded(7);
      let moments = 0;
      for (;;) {
        truths(w, w.stage());
        moments++;
        if (w.x.run(1 + Math.floor(random() * 300)) === 0 || w.x.quiet) break;
      }
      const end = w.stage();
      truths(w, end);
      expect(moments).toBeGreaterThan(10);
      expect(end.totals.received).toBe(w.x.W.consts.datagrams.count);
      expect(end.totals.queued).toBe(0);
      expect(end.totals.sent).toBeGreaterThan(0);
    });
  }

  it('tells of every redispatch once, and of each datagram’s end once', () => {
    const w = watchCapture('v07');
    const kinds = new Map<string, number>();
    let last = 0;
    while (w.x.run(500) > 0) {
      for (const h of w.news()) {
        expect(h.seq).toBeGreaterThan(last);
        last = h.seq;
        kinds.set(h.kind, (kinds.get(h.kind) ?? 0) + 1);
      }
    }
    const s = w.stage();
    expect(kinds.get('receive')).toBe(s.totals.received);
    expect(kinds.get('handled')).toBe(s.totals.handled);
    expect(kinds.get('redispatch') ?? 0).toBe(s.totals.redispatches);
    expect(kinds.get('create')).toBe(20);
  });

  it('counts a sleeping owner’s timer down as the clock goes on, and by nothing else', () => {
    const w = watchCapture('v07');
    const at = (s: StageView): number => s.clock.ms * NS_PER_MS + s.clock.ns;
    let compared = 0;
    let a = w.stage();
    while (w.x.run(40) > 0) {
      const b = w.stage();
      for (const c of b.conns) {
        const was = a.conns.find((k) => k.index === c.index);
        const asleep = [a, b].every((s) => s.threads[c.owner]?.state === 'asleep');
        const untouched = was && was.counters.datagrams === c.counters.datagrams && was.owner === c.owner;
        if (!asleep || !untouched || !c.loss.armed || !was.loss.armed || c.loss.share > was.loss.share)
          continue;
        compared++;
        expect((was.loss.leftMs - c.loss.leftMs) * NS_PER_MS).toBeCloseTo(at(b) - at(a), 0);
      }
      a = b;
    }
    expect(compared).toBeGreaterThan(50);
  });

  it('says what Step will do, and Step does it', () => {
    const w = watchCapture('v07');
    const random = seeded(3);
    for (let i = 0; i < 400; i++) {
      const { next } = w.stage();
      const p = w.x.pick();
      if (!p) break;
      if (next.kind === 'deliver') {
        expect(p.kind).toBe('deliver');
        const id = Number(/datagram (\d+)/.exec(next.text)![1]);
        const before = w.stage().totals.received;
        w.x.take(p);
        expect(w.stage().totals.received).toBe(before + 1);
        expect(w.x.m.ld(w.x.W.ledger(id - 1)) & 0xff).toBe(LEDGER.KERNEL);
      } else {
        expect(next.text).toMatch(new RegExp(`^T${next.tid}\\b`));
        const before = w.stage().threads.map((t) => w.x.clock(t.tid));
        w.x.take(p);
        const after = w.stage().threads.map((t) => w.x.clock(t.tid));
        after.forEach((c, t) => {
          if (t !== next.tid) expect(c).toBe(before[t]);
        });
      }
      w.x.run(Math.floor(random() * 60));
    }
  });

  for (const revision of ['seed', 'finalized', 'newest'])
    for (const socketOwner of ['listener', 'connection'] as const)
      it(`is true whatever a person orders: ${revision}, ${socketOwner}`, () => {
        for (const seed of [1, 2]) {
          const w = watchCapture('v07', { revision, socketOwner });
          const random = seeded(seed);
          const some = (n: number): number => Math.floor(random() * n);
          for (let i = 0; i < 400; i++) {
            const k = random();
            if (k < 0.06) w.x.apply({ kind: random() < 0.4 ? 'hold' : 'release', tid: some(4) });
            else if (k < 0.16) w.x.apply({ kind: 'rebind', conn: some(20), tid: some(4) });
            else if (k < 0.4) w.x.apply({ kind: 'step', tid: some(4) });
            else w.x.run(1 + some(30));
            truths(w, w.stage());
          }
          expect(w.stage().fatal).toBeNull();
        }
      });
});
