import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOOP_BUCKETS } from '../../hosts/live/board.ts';
import { arcsFor, MOST_ARCS, pairsOf } from './arcs.ts';
import {
  columnsFor,
  connectionsPerMark,
  fitColumns,
  heightOf,
  MOST_MARKS,
  markAt,
  PITCH,
  placeOf,
} from './geometry.ts';
import { heatOf, heatSteps } from './heat.ts';
import { createHistory, LINE_POINTS } from './history.ts';
import { loopTime } from './loops.ts';
import { markPixels, paintMarks } from './paint.ts';
import { emptyReading, type Reading } from './reading.ts';
import { createSediment } from './sediment.ts';
import { ago, brief, briefMs, crowded, runClock, sharesSentence } from './words.ts';

/** A reading of owners drawn as a string: one digit a place, `-` for none. */
function owners(at: number, threads: number, drawn: string, dgrams = 0): Reading {
  const r = emptyReading(threads, drawn.length, at);
  for (let c = 0; c < drawn.length; c++) r.owner[c] = drawn[c] === '-' ? -1 : Number(drawn[c]);
  r.datagrams.fill(dgrams);
  return r;
}

function seen(threads: number, ...drawn: [number, string][]) {
  const s = createSediment(threads, drawn[0]![1].length);
  for (const [at, text] of drawn) s.add(owners(at, threads, text));
  return s;
}

describe('columns of marks', () => {
  it('put the newest on top and close over who left', () => {
    const s = seen(2, [0, '00001'], [100, '01001'], [200, '01000']);
    expect([...s.column(0)]).toEqual([0, 2, 3, 4]);
    expect([...s.column(1)]).toEqual([1]);
    expect([s.came(0), s.went(0), s.came(1), s.went(1)]).toEqual([1, 1, 1, 1]);
  });

  it('tell a move from a connection that opens or closes, and forget it after 10 s', () => {
    const s = seen(2, [0, '0-1'], [100, '00-'], [200, '10-']);
    expect([0, 1, 2].map((c) => s.fresh(c))).toEqual([true, false, false]);
    expect([s.went(0), s.went(1)]).toEqual([1, 0]);
    s.add(owners(10_300, 2, '10-'));
    expect(s.fresh(0)).toBe(false);
    expect(s.went(0)).toBe(0);
    expect(s.age(0)).toBe(10_100);
  });

  it('hold every connection exactly once, whatever moves', () => {
    const frame = fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 8 }), (frames) => {
        const s = createSediment(4, 30);
        for (const [i, f] of frames.entries()) {
          const r = emptyReading(4, 30, i * 100);
          r.owner.set(f);
          s.add(r);
        }
        const last = frames.at(-1)!;
        for (let t = 0; t < 4; t++) {
          const mine = last.flatMap((o, c) => (o === t ? [c] : []));
          expect([...s.column(t)].sort((a, b) => a - b)).toEqual(mine);
        }
      }),
    );
  });

  it('know rates a second; a place given on counts from nothing', () => {
    const s = createSediment(1, 2);
    const at = (ms: number, a: number, b: number, generation = 0) => {
      const r = owners(ms, 1, '00');
      r.datagrams.set([a, b]);
      r.generation[1] = generation;
      s.add(r);
    };
    at(0, 100, 500);
    at(500, 150, 500);
    expect(s.rate(0)).toBe(0);
    at(2000, 300, 40, 1);
    expect([s.rate(0), s.rate(1), s.mean()]).toEqual([100, 20, 60]);
    expect([s.age(0), s.age(1)]).toEqual([2000, 0]);
  });
});

describe('where marks stand', () => {
  it('every column is whole marks, none overlap, all are within the room', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 300, max: 2400 }), (threads, width) => {
        const c = columnsFor(threads, 100, 100 + width);
        for (let t = 0; t < threads; t++) {
          expect(c.x(t)).toBeGreaterThanOrEqual(100);
          if (t > 0 && width / threads >= 6) expect(c.x(t)).toBeGreaterThanOrEqual(c.x(t - 1) + c.width);
        }
        if (width / threads >= 6) expect(c.x(threads - 1) + c.width).toBeLessThanOrEqual(101 + width);
      }),
    );
  });

  it('a mark is found again where it is drawn', () => {
    const c = columnsFor(8, 118, 1100);
    for (const mark of [
      { tid: 0, index: 0 },
      { tid: 3, index: c.perRow },
      { tid: 7, index: 5 * c.perRow + 2 },
    ]) {
      expect(markAt(c, 400, ...placeOf(c, 400, mark))).toEqual(mark);
    }
    expect(markAt(c, 400, 118 + c.width + 1, 390)).toBeNull();
    expect(markAt(c, 400, 120, 401)).toBeNull();
  });

  it('one mark is 1, 2, 4, 8 connections: as few as fit', () => {
    expect(connectionsPerMark(1250, 20_000, 19, 400)).toBe(1);
    expect(connectionsPerMark(1250, 40_001, 19, 400)).toBe(2);
    expect(connectionsPerMark(5000, 20_000, 4, 300)).toBe(16);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50_000 }), fc.integer({ min: 1, max: 60 }), (tallest, perRow) => {
        const unit = connectionsPerMark(tallest, tallest * 2, perRow, 300);
        expect(Math.ceil(Math.ceil(tallest / unit) / perRow) * PITCH).toBeLessThanOrEqual(300);
        expect((tallest * 2) / unit).toBeLessThanOrEqual(MOST_MARKS);
      }),
    );
  });
});

describe('few connections', () => {
  const at = (tallest: number, was = 3) => fitColumns(8, 100, 1100, 400, tallest, tallest * 8, was);

  it('have larger marks, one each, as long as the tallest column fits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: PITCH, max: 18 }),
        fc.constantFrom(1, 4, 16, 64),
        (tallest, was, threads) => {
          const { columns, unit } = fitColumns(threads, 100, 1100, 400, tallest, tallest * threads, was);
          const rows = Math.ceil(Math.ceil(tallest / unit) / columns.perRow);
          expect(rows * columns.pitch).toBeLessThanOrEqual(400);
          expect(columns.width).toBeLessThan(columns.step);
          if (columns.pitch > PITCH) expect(unit).toBe(1);
        },
      ),
    );
    expect(at(20).columns.pitch).toBe(18);
    expect(at(800).columns.pitch).toBe(6);
    expect(at(5200).columns.pitch).toBe(PITCH);
  });

  it('use the height there is, with any number of threads', () => {
    for (const [threads, tallest] of [
      [1, 1200],
      [4, 300],
      [8, 160],
      [16, 75],
      [64, 16],
    ] as const) {
      const { columns, unit } = fitColumns(threads, 118, 1100, 380, tallest, tallest * threads, PITCH);
      expect(heightOf(tallest, columns, unit), `${threads} threads`).toBeGreaterThan(150);
    }
  });

  it('do not make the marks swing: larger only when that leaves room, smaller only when they must be', () => {
    const sizes = Array.from({ length: 60 }, (_, k) => 10 + 10 * k);
    const pitchOf = (n: number, was: number): number => at(n, was).columns.pitch;
    for (const n of sizes) {
      for (const was of [PITCH, 9, 18]) expect(pitchOf(n, pitchOf(n, was))).toBe(pitchOf(n, was));
    }
    const kept = sizes.filter((n) => pitchOf(n, PITCH) < pitchOf(n, 18));
    expect(kept.length).toBeGreaterThan(10);
  });
});

describe('marks as pixels', () => {
  const colours = { heat: [1, 2, 3, 4], commit: 9 } as const;
  const columns = columnsFor(2, 0, 40);
  const drawn = (s: ReturnType<typeof createSediment>, unit: number, colour: number, ratio = 1) => {
    const image = {
      pixels: new Uint32Array(40 * 60 * ratio * ratio),
      width: 40 * ratio,
      height: 60 * ratio,
      ratio,
    };
    const top = paintMarks(image, columns, 60, unit, s, () => 0, colours);
    // The first row said to have marks is the first that has any.
    expect(Math.floor(image.pixels.findIndex((p) => p !== 0) / image.width)).toBe(top);
    return image.pixels.filter((p) => p === colour).length;
  };

  it.each([1, 2])('one a connection at ratio %i, and none out of the image', (ratio) => {
    const s = seen(2, [0, '0'.repeat(50) + '1'.repeat(7)]);
    const { side } = markPixels(ratio, PITCH);
    expect(drawn(s, 1, 1, ratio)).toBe(57 * side * side);
  });

  it('one a pair when a mark is two connections', () => {
    const { side } = markPixels(1, PITCH);
    expect(drawn(seen(2, [0, '0'.repeat(50)]), 2, 1)).toBe(25 * side * side);
  });

  it('what came is in the commit’s colour; what is missing since is drawn hollow', () => {
    const s = seen(2, [0, '0'.repeat(10)], [100, `${'0'.repeat(7)}111`]);
    const { side } = markPixels(2, PITCH);
    const hollow = 4 * (side - 1);
    expect(drawn(s, 1, 9, 2)).toBe(3 * side * side + 3 * hollow);
  });

  it('keep a gap at every density', () => {
    for (const ratio of [1, 1.25, 1.5, 2, 3]) {
      const { side, pitch } = markPixels(ratio, PITCH);
      expect(side).toBeLessThan(pitch);
      expect(side).toBeGreaterThanOrEqual(1);
    }
  });
});

describe('heat', () => {
  it('has four steps about the mean, at round numbers', () => {
    const from = heatSteps(42);
    expect(from).toEqual([20, 100, 200]);
    expect([0, 19, 20, 99, 100, 199, 200, 9e9].map(heatOf(from))).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  });

  it('keeps its steps until the mean has gone far from them', () => {
    const from = heatSteps(42);
    for (const mean of [30, 38, 45, 60, 90]) expect(heatSteps(mean, from)).toBe(from);
    expect(heatSteps(110, from)).toEqual(heatSteps(110));
    expect(heatSteps(20, from)).toEqual(heatSteps(20));
  });
});

describe('the last minute', () => {
  const at = (ms: number, handled: number, moved: number, inbox = 0): Reading => {
    const r = emptyReading(2, 0, ms);
    r.handled[0] = handled;
    r.busy[0] = ms / 2;
    r.inbox[0] = inbox;
    r.moves[1] = moved;
    return r;
  };

  it('rates are what was handled over the time between, however late a reading comes', () => {
    const h = createHistory(2);
    h.add(at(0, 0, 0));
    h.add(at(3000, 600, 0));
    expect(h.now().datagrams[0]).toBe(200);
    expect(h.now().load[0]).toBe(0.5);
    h.add(at(4000, 700, 0));
    expect(h.now().datagrams[0]).toBe(100);
  });

  it('nothing is negative when the run goes on from an earlier image', () => {
    const h = createHistory(2);
    for (let s = 0; s <= 12; s++) h.add(at(s * 1000, s * 100, s));
    const back = at(13_000, 300, 2);
    back.busy[0] = 100;
    h.add(back);
    const on = at(14_000, 380, 3);
    on.busy[0] = 600;
    h.add(on);
    expect([h.now().datagrams[0], h.now().load[0], h.window().moves[1]]).toEqual([80, 0.5, 1]);
    expect(Math.min(...[...h.line('datagrams', 0)].filter((v) => !Number.isNaN(v)))).toBeGreaterThanOrEqual(
      0,
    );
  });

  it('moves are those of the last 10 s', () => {
    const h = createHistory(2);
    for (let s = 0; s <= 30; s++) h.add(at(s * 1000, 0, s < 5 ? 0 : s < 21 ? 3 : 7));
    expect(h.window().moves[1]).toBe(4);
    for (let s = 31; s <= 45; s++) h.add(at(s * 1000, 0, 7));
    expect(h.window().moves[1]).toBe(0);
  });

  it('lines have gaps where the run had not begun, and one scale for all threads', () => {
    const h = createHistory(2);
    for (let i = 0; i <= 10; i++) h.add(at(i * 500, i * 50, 0, i === 4 ? 60 : 2));
    const line = h.line('datagrams', 0);
    expect(line.length).toBe(LINE_POINTS);
    expect(line[LINE_POINTS - 1]).toBe(100);
    expect([...line].filter((v) => !Number.isNaN(v))).toHaveLength(10);
    expect(h.top('inbox', 1)).toBe(60);
    expect(h.top('redispatches', 1)).toBe(1);
  });
});

describe('loop times', () => {
  it('are what 99 of 100 stayed under, out of counts by size', () => {
    const was = new Float64Array(2 * LOOP_BUCKETS);
    const now = was.slice();
    expect(loopTime(now, was, LOOP_BUCKETS, 0.99)).toBe(0);
    now[LOOP_BUCKETS + 3] = 990;
    now[LOOP_BUCKETS + 10] = 10;
    expect(loopTime(now, was, LOOP_BUCKETS, 0.99)).toBe(0.016);
    expect(loopTime(now, was, LOOP_BUCKETS, 0.995)).toBeCloseTo(1.536, 5);
    expect(loopTime(now, was, 0, 0.99)).toBe(0);
  });
});

describe('arcs', () => {
  it('draw the widest, narrow ones first, and leave the rest to the matrix', () => {
    const moves = new Float64Array(64);
    for (let i = 0; i < 64; i++) moves[i] = i;
    const pairs = pairsOf(moves, 8);
    expect(pairs).toHaveLength(56);
    expect(pairs[0]).toEqual({ from: 7, to: 6, count: 62 });
    const arcs = arcsFor(pairs, columnsFor(8, 100, 1000), 60);
    expect(arcs).toHaveLength(MOST_ARCS);
    expect(arcs.at(-1)!.count).toBe(62);
    for (let i = 1; i < arcs.length; i++) expect(arcs[i]!.width).toBeGreaterThanOrEqual(arcs[i - 1]!.width);
    expect(arcs.at(-1)!.label).not.toBeNull();
  });

  it('are thin and without numbers where all pairs have about the same', () => {
    const even = pairsOf(new Float64Array(64).fill(7), 8);
    const columns = columnsFor(8, 100, 1000);
    const arcs = arcsFor(even, columns, 60);
    for (const a of arcs) {
      expect(a.width).toBeLessThan(2);
      expect(a.label).toBeNull();
    }
    const hot = arcsFor(pairsOf(new Float64Array(64).fill(7).fill(90, 1, 2), 8), columns, 60);
    expect(hot.at(-1)).toMatchObject({ from: 0, to: 1, count: 90 });
    expect(hot.at(-1)!.width).toBeGreaterThan(3 * hot[0]!.width);
    expect(hot.filter((a) => a.label)).toHaveLength(1);
  });
});

describe('words of Live', () => {
  it('numbers', () => {
    expect([0, 0.4, 7, 7.26, 61, 1840, 142_300, 1_204_000].map(brief)).toEqual([
      '0',
      '0.4',
      '7',
      '7.3',
      '61',
      '1.8k',
      '142k',
      '1.20M',
    ]);
    expect([0.001, 0.04, 3.94, 120.4].map(briefMs)).toEqual(['0', '0.04', '3.9', '120']);
    expect([runClock(42_650), runClock(3_725_000)]).toEqual(['00:42.6', '62:05.0']);
    expect([ago(320), ago(31_200), ago(200_000)]).toEqual(['0.3 s', '31 s', '3 min']);
  });

  it('say who is crowded, and nothing of the kind when a handful can’t be spread', () => {
    expect(crowded([10, 10, 10, 31])).toBe(3);
    expect(crowded([1, 0, 0, 0])).toBe(-1);
    expect(crowded([0, 0])).toBe(-1);
    expect(crowded([...new Array(63).fill(13), 22])).toBe(-1);
    expect(crowded([...new Array(63).fill(13), 40])).toBe(63);
    expect(sharesSentence({ connections: [100, 2438, 1200, 1138], left: [0, 312, 0, 0] })).toEqual({
      lead: 'T1 holds 2\u2009438 connections, twice its share.',
      rest: '312 left it in the last 10 s.',
    });
    expect(sharesSentence({ connections: [50, 50], left: [3, 4] })).toEqual({
      lead: '2 threads hold 100 connections, about an equal share each.',
      rest: '7 moved in the last 10 s.',
    });
    expect(sharesSentence({ connections: [0, 0], left: [] }).lead).toBe('No connections yet.');
  });
});
