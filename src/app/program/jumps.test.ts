import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROCEDURES } from '../../haproxy/catalogue.ts';
import { programOf, REVISIONS } from '../../haproxy/revisions.ts';
import { BACK, listingOf } from '../../report/listing.ts';
import { GAP, gutterOf, type Jump, laneX, layJumps, type Trunk, trunkPath } from './jumps.ts';

/** Rows are 20 px high; a jump is named at its row's lower half and leads to another's upper half. */
const jump = (from: number, to: number): Jump => ({
  target: `row ${to}`,
  from: from * 20 + 15,
  to: to * 20 + 5,
});

const anyJumps = fc.array(
  fc.tuple(fc.nat(30), fc.nat(30)).map(([from, to]) => jump(from, to)),
  { maxLength: 40 },
);

const spans = (a: Trunk, b: Trunk): boolean => a.top <= b.top && b.bottom <= a.bottom;

describe('jumps beside the rows', () => {
  it('has one trunk for all that lead to one row, and every jump comes into it', () => {
    fc.assert(
      fc.property(anyJumps, (jumps) => {
        const { trunks } = layJumps(jumps);
        expect(trunks.map((t) => t.target).sort()).toEqual([...new Set(jumps.map((j) => j.target))].sort());
        for (const t of trunks) {
          const own = jumps.filter((j) => j.target === t.target);
          expect([...t.from]).toEqual(own.map((j) => j.from).sort((a, b) => a - b));
          for (const j of own) expect(j.to).toBe(t.to);
        }
      }),
    );
  });

  it('keeps trunks of one lane apart', () => {
    fc.assert(
      fc.property(anyJumps, (jumps) => {
        const { trunks, lanes } = layJumps(jumps);
        for (const a of trunks) {
          expect(a.lane).toBeLessThan(lanes);
          for (const b of trunks)
            if (a !== b && a.lane === b.lane)
              expect(a.bottom + GAP <= b.top || b.bottom + GAP <= a.top).toBe(true);
        }
      }),
    );
  });

  it('has a trunk that spans another further out', () => {
    fc.assert(
      fc.property(anyJumps, (jumps) => {
        const { trunks } = layJumps(jumps);
        for (const a of trunks)
          for (const b of trunks)
            if (a !== b && spans(a, b) && !spans(b, a)) expect(a.lane).toBeGreaterThan(b.lane);
      }),
    );
  });

  it('draws each jump from its row to the lane and to the row it leads to', () => {
    const { trunks, lanes } = layJumps([jump(0, 3), jump(1, 3), jump(5, 4)]);
    expect(lanes).toBe(1);
    const [down, up] = trunks as [Trunk, Trunk];
    const x = laneX(0, 1);
    expect(trunkPath(down, lanes)).toBe(
      `M0 15H${x - 3}q3 0 3 3V62q0 3 -3 3H5M0 35H${x - 3}q3 0 3 3V62q0 3 -3 3H5`,
    );
    expect(trunkPath(up, lanes)).toBe(`M0 115H${x - 3}q3 0 3 -3V88q0 -3 -3 -3H5`);
  });

  it('has room for every procedure of every revision beside its text', () => {
    for (const r of REVISIONS) {
      const P = programOf(r);
      for (const proc of PROCEDURES) {
        const { steps } = listingOf(P, proc, r.fixes);
        const row = new Map(steps.map((s, i) => [s.label, i]));
        const jumps = steps.flatMap((s, i) =>
          s.edges.filter((e) => e.to !== BACK).map((e) => jump(i, row.get(e.to)!)),
        );
        const { lanes } = layJumps(jumps);
        expect(gutterOf(lanes), `${proc.key} of ${r.id}`).toBeLessThanOrEqual(95);
        expect(laneX(1, lanes) - laneX(0, lanes), `${proc.key} of ${r.id}`).toBeGreaterThanOrEqual(5);
      }
    }
  });
});
