import { describe, expect, it } from 'vitest';
import { NUMBER, type Pill, placePills, WORD } from './pills.ts';

const at = (...xs: number[]) => xs.map((x, i) => ({ dgram: 33 + i, x, y: 40 }));

/** What lies over something else, or outside of the view. */
function faults(pills: readonly Pill[], width: number): string[] {
  const out: string[] = [];
  for (const [i, a] of pills.entries()) {
    if (a.x - a.w / 2 < 0 || a.x + a.w / 2 > width) out.push(`${a.dgram} leaves the view`);
    for (const b of pills.slice(i + 1))
      if (Math.abs(a.x - b.x) < (a.w + b.w) / 2 && Math.abs(a.y - b.y) < 14)
        out.push(`${a.dgram} over ${b.dgram}`);
  }
  return out;
}

describe('words of redispatches', () => {
  it('are in full where there is room, and the number alone where there is not', () => {
    expect(placePills(at(300, 500), 900).map((p) => [p.x, p.w, p.word])).toEqual([
      [300, WORD, true],
      [500, WORD, true],
    ]);
    const near = placePills(at(300, 350, 380), 900);
    // The word stands once, at the left of the first.
    expect(near.map((p) => p.word)).toEqual([true, false, false]);
    expect(near.slice(1).map((p) => [p.x, p.w])).toEqual([
      [350, NUMBER],
      [380, NUMBER],
    ]);
  });

  it('never cover each other nor leave the view, wherever they are wanted', () => {
    for (const width of [320, 900])
      for (let step = 1; step < 120; step += 7)
        for (const first of [0, 40, width / 2, width - 60, width - 1]) {
          const wanted = [0, 1, 2, 3].map((i) => ({ dgram: i, x: Math.min(width, first + i * step), y: 40 }));
          expect(faults(placePills(wanted, width), width), `${width} ${first} ${step}`).toEqual([]);
        }
  });

  it('stand apart where they are of different lanes, and many at one place are counted', () => {
    const two = placePills(
      [
        { dgram: 1, x: 200, y: 30 },
        { dgram: 2, x: 200, y: 70 },
      ],
      900,
    );
    expect(two.map((p) => [p.x, p.word])).toEqual([
      [200, true],
      [200, true],
    ]);
    const many = placePills(at(...Array.from({ length: 12 }, () => 400)), 900);
    expect(faults(many, 900)).toEqual([]);
    expect(many.reduce((n, p) => n + 1 + p.more, 0)).toBe(12);
    expect(many.length).toBeLessThan(4);
  });
});
