import { describe, expect, it } from 'vitest';
import { coresWords, manyCores, manyWords, REAL_CORES, type Work } from './cores.ts';

const work: Work = {
  seconds: 10,
  threads: 2,
  cores: 2,
  handled: 4_000_000,
  steps: 160_000_000,
  again: 0,
  busy: 20,
};

describe('what many cores would come to', () => {
  it('is as many times what one does where no step is tried again', () => {
    const m = manyCores(work)!;
    expect(m.atOnce).toBe(2);
    expect(m.us).toBeCloseTo(5);
    expect(m.rateEach).toBeCloseTo(200_000);
    expect(m.rate).toBeCloseTo(200_000 * REAL_CORES);
  });

  it('is less with each step tried again, and the less the more threads run at once', () => {
    const m = manyCores({ ...work, again: 1_600_000 })!;
    expect(m.again).toBeCloseTo(0.01);
    expect(m.each).toBeCloseTo(0.01);
    // 5 us measured are 4.95 without what is tried again; with 63 others 1.63 times that.
    expect(m.rateEach).toBeCloseTo(1e6 / ((5 / 1.01) * 1.63), 0);
    expect(manyWords(m)).toContain('63% of them');
  });

  it('is not known from one thread, nor from a handful of datagrams', () => {
    const m = manyCores({ ...work, threads: 1, busy: 10 })!;
    expect(manyWords(m)).toMatch(/^not known/);
    expect(manyCores({ ...work, handled: 10 })).toBeNull();
  });

  it('counts no more threads at once than there are cores, and says when workers wait for one', () => {
    const m = manyCores({ ...work, threads: 16, busy: 160 })!;
    expect(m.atOnce).toBe(2);
    expect(coresWords({ ...work, threads: 16 }, m)).toContain('With more workers than cores');
    expect(coresWords(work, m)).not.toContain('With more workers');
  });
});
