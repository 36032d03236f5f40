import { describe, expect, test } from 'vitest';
import { POISON } from './mem.ts';
import { PlainMem } from './plain.ts';
import { BlockPlan, LINE } from './plan.ts';
import { poolAlloc, poolCount, poolSlot } from './pool.ts';
import { f, HASHED, RAW, struct, TIME } from './struct.ts';

const Timer = struct('timer', { expire: f.time, drawn: f.raw });
const Conn = struct('conn', {
  flags: f.word,
  tid: f.atomic,
  link: f.list,
  inbox: f.mtlist,
  timer: f.part(Timer),
  key: f.words(3),
  peer: f.to('conn'),
});

describe('struct', () => {
  test('fields follow each other', () => {
    expect(Conn).toMatchObject({
      flags: 0,
      tid: 1,
      link: 2,
      inbox: 4,
      timer: 6,
      key: 8,
      peer: 11,
      $size: 12,
    });
    expect(Conn.$fields.map((field) => [field.name, field.offset, field.words, field.kind])).toContainEqual([
      'timer',
      6,
      2,
      'part',
    ]);
  });

  test('an embedded struct keeps its kinds of words', () => {
    const h = HASHED;
    expect(Conn.$kinds).toEqual([h, h, h, h, h, h, TIME, RAW, h, h, h, h]);
  });

  test('names with $ are reserved', () => {
    expect(() => struct('bad', { $size: f.word })).toThrow('reserved');
  });
});

describe('plan', () => {
  const plan = new BlockPlan();
  const one = plan.region(Conn);
  const three = plan.array(Timer, 3);
  const raw = plan.words('drawing', 5, RAW);
  const pool = plan.pool(Timer, 2, 40, { canFail: true, align: 16 });
  const block = plan.build();

  test('nothing overlaps, and the first line is nobody’s', () => {
    const owner = new Array<string>(block.words).fill('');
    for (const region of block.regions) {
      for (let i = region.base; i < region.base + region.words; i++) {
        expect(owner[i]).toBe('');
        owner[i] = region.name;
      }
    }
    expect(owner.slice(0, 16).every((name) => name === '')).toBe(true);
    expect(one).toBeGreaterThanOrEqual(16);
    expect(three.at(2)).toBe(three.base + 2 * Timer.$size);
  });

  test('each word has its kind', () => {
    expect([...block.kinds.subarray(one, one + Conn.$size)]).toEqual(Conn.$kinds);
    expect([...block.kinds.subarray(three.base, three.base + 4)]).toEqual([TIME, RAW, TIME, RAW]);
    expect([...block.kinds.subarray(raw, raw + 5)]).toEqual([RAW, RAW, RAW, RAW, RAW]);
    expect(block.kinds[plan.failWord]).toBe(HASHED);
    expect([...block.kinds.subarray(pool.base, pool.base + 17)]).toEqual([
      TIME,
      ...new Array(15).fill(RAW),
      TIME,
    ]);
  });

  test('slots begin at lines, and hold poison at first', () => {
    const m = new PlainMem(new Int32Array(block.words));
    block.init(m);
    expect(pool.base % 16).toBe(0);
    expect(pool.slotWords).toBe(16);
    for (let i = 0; i < 80; i++) {
      expect(m.ld(pool.base + i * 16)).toBe(POISON);
      expect(m.ld(pool.base + i * 16 + 1)).toBe(POISON);
      expect(m.ld(pool.base + i * 16 + 2)).toBe(0);
    }
  });
});

test('a plan of whole cache lines: no two objects, nor two threads’ summaries of a pool, have one in common', () => {
  const plan = new BlockPlan(LINE);
  plan.words('counters', 3, RAW);
  const conns = plan.array(Conn, 3);
  const timers = plan.pool(Timer, 2, 5);
  const lines = [
    ...[0, 1, 2].map(conns.at),
    ...[0, 1].map((t) => timers.sums + t * timers.sumWords),
    ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => timers.base + i * timers.slotWords),
  ].map((at) => at / LINE);
  expect(lines.every(Number.isInteger)).toBe(true);
  expect(new Set(lines).size).toBe(lines.length);
  const m = new PlainMem(new Int32Array(plan.build().words));
  plan.build().init(m);
  expect(poolCount(m, timers)).toBe(0);
  expect(poolAlloc(m, timers, 1)).toBe(poolSlot(timers, 1, 0));
});
