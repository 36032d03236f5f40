import { describe, expect, test } from 'vitest';
import { PlainMem } from './plain.ts';
import { rdTry, rdUnlock, rwReaders, rwWriter, wrTry, wrUnlock } from './rwlock.ts';

const LOCK = 16;

describe('rwlock', () => {
  test('readers share, a writer is alone', () => {
    const m = new PlainMem(new Int32Array(32));
    expect([rdTry(m, LOCK), rdTry(m, LOCK), wrTry(m, LOCK)]).toEqual([true, true, false]);
    expect([rwReaders(m, LOCK), rwWriter(m, LOCK)]).toEqual([2, false]);
    rdUnlock(m, LOCK);
    expect(wrTry(m, LOCK)).toBe(false);
    rdUnlock(m, LOCK);
    expect([wrTry(m, LOCK), wrTry(m, LOCK), rdTry(m, LOCK)]).toEqual([true, false, false]);
    expect([rwReaders(m, LOCK), rwWriter(m, LOCK)]).toEqual([0, true]);
    wrUnlock(m, LOCK);
    expect(m.ld(LOCK)).toBe(0);
  });

  test('unlocking what one does not hold throws', () => {
    const m = new PlainMem(new Int32Array(32));
    expect(() => rdUnlock(m, LOCK)).toThrow('no reader');
    m.st(LOCK, 0);
    rdTry(m, LOCK);
    expect(() => wrUnlock(m, LOCK)).toThrow('no writer');
  });
});
