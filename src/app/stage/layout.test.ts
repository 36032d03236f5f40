import { describe, expect, it } from 'vitest';
import { conn, stageWith } from '../testing/stage.ts';
import { chipPlaces } from './chips.ts';
import { inboxSlots, laneAt, type StageKind, stageLayout } from './layout.ts';
import { scrolledTo, tableWindow } from './table.ts';

const kinds: StageKind[] = ['full', 'figure', 'phone'];

describe('lanes', () => {
  it.each(kinds)('%s: 2 to 8 lanes stand below one another inside the stage', (kind) => {
    for (let n = 2; n <= 8; n++) {
      const { lane, height, width } = stageLayout(kind, n, 3);
      expect(lane.y).toHaveLength(n);
      for (let t = 1; t < n; t++) expect(lane.y[t]!).toBeGreaterThanOrEqual(lane.y[t - 1]! + lane.h);
      expect(lane.y[n - 1]! + lane.h).toBeLessThanOrEqual(height);
      expect(lane.x + lane.w).toBeLessThanOrEqual(width);
    }
  });

  it('full: 116 units high up to four threads, 62 from five on', () => {
    expect(stageLayout('full', 4, 1).lane.h).toBe(116);
    for (const n of [5, 6, 7, 8]) expect(stageLayout('full', n, 1).lane.h).toBe(62);
  });

  it('are targets over their whole height, and the gaps are nobody’s', () => {
    const layout = stageLayout('full', 4, 1);
    const [, second] = layout.lane.y;
    expect(laneAt(layout, 500, second!)).toBe(1);
    expect(laneAt(layout, 500, second! + layout.lane.h)).toBe(1);
    expect(laneAt(layout, 500, second! - 3)).toBe(-1);
    expect(laneAt(layout, 100, second! + 5)).toBe(-1);
  });
});

describe('inbox', () => {
  it.each([1, 4, 5, 12, 40])('%i datagrams keep a place each, head rightmost, inside the inbox', (n) => {
    const layout = stageLayout('full', 4, 1);
    const slots = inboxSlots(layout, 2, n);
    expect(slots).toHaveLength(n);
    for (let i = 1; i < n; i++) expect(slots[i]!.x).toBeLessThan(slots[i - 1]!.x);
    for (const s of slots) {
      expect(s.x).toBeGreaterThanOrEqual(layout.inbox.x);
      expect(s.x + s.w).toBeLessThanOrEqual(layout.inbox.x + layout.inbox.w);
    }
  });
});

describe('connections', () => {
  it.each([2, 4, 8])('24 of them on %i threads all keep a mark, the selected one the largest', (threads) => {
    const layout = stageLayout('full', threads, 24);
    const conns = Array.from({ length: 24 }, (_, i) => conn(i, i % threads));
    const { chips, hidden } = chipPlaces(layout, conns, 5);
    expect(chips).toHaveLength(24);
    expect(hidden.every((n) => n === 0)).toBe(true);
    const main = chips.find((c) => c.conn.index === 5)!;
    for (const c of chips) if (c !== main) expect(c.side).toBeLessThan(main.side);
  });

  it('stand in their owner’s lane and do not overlap', () => {
    const layout = stageLayout('full', 4, 20);
    const conns = Array.from({ length: 20 }, (_, i) => conn(i, (i * i) % 4));
    const { chips } = chipPlaces(layout, conns, 3);
    for (const a of chips) {
      const top = layout.lane.y[a.tid]!;
      expect(a.tid).toBe(a.conn.owner);
      expect(a.y).toBeGreaterThanOrEqual(top);
      expect(a.y + a.side).toBeLessThanOrEqual(top + layout.lane.h);
      for (const b of chips) {
        if (a === b) continue;
        const apart =
          a.x + a.side <= b.x || b.x + b.side <= a.x || a.y + a.side <= b.y || b.y + b.side <= a.y;
        expect(apart, `${a.conn.name.letter} and ${b.conn.name.letter}`).toBe(true);
      }
    }
  });

  it('leave a ghost only where they are not', () => {
    const layout = stageLayout('full', 4, 2);
    const moved = { ...conn(0, 2), ghostTid: 0 };
    const { ghosts, chips } = chipPlaces(layout, [moved, { ...conn(1, 1), ghostTid: 1 }], 0);
    expect(ghosts.map((g) => g.tid)).toEqual([0]);
    expect(chips.map((c) => c.tid).sort()).toEqual([1, 2]);
  });
});

describe('CID table', () => {
  const cids = (n: number) => stageWith({ conns: Array.from({ length: n }, (_, i) => conn(i, i % 4)) }).cids;
  const layout = stageLayout('full', 4, 1);

  it.each([1, 6, 20, 60])(
    'shows %i entries, or a window of them, inside the band and in their order',
    (n) => {
      const w = tableWindow(layout, cids(n), 0, 0);
      expect(w.rows.length + w.above + w.below).toBe(n);
      expect(w.rows.map((r) => r.index)).toEqual(w.rows.map((_, i) => w.above + i));
      for (const r of w.rows) expect(r.y + r.h).toBeLessThanOrEqual(layout.band.y + layout.band.h);
      for (let i = 1; i < w.rows.length; i++) {
        expect(w.rows[i]!.y).toBeGreaterThanOrEqual(w.rows[i - 1]!.y + w.rows[i - 1]!.h);
      }
    },
  );

  it('can be scrolled to its last entry and no further', () => {
    const w = tableWindow(layout, cids(60), 0, 999);
    expect(w.below).toBe(0);
    expect(w.rows.at(-1)?.index).toBe(59);
  });

  it('moves no further than a new selection needs', () => {
    expect(scrolledTo(0, 10, 9)).toBe(0);
    expect(scrolledTo(0, 10, 10)).toBe(1);
    expect(scrolledTo(5, 10, 2)).toBe(2);
  });
});
