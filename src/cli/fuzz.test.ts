import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Fuzzer } from '../quic/fuzz/engine.ts';
import { fuzz, type Outcomes } from './fuzzing/kind.ts';
import { type KindName, kindOf } from './fuzzing/kinds.ts';
import { fuzzReport, unreached } from './fuzzing/packet-report.ts';
import { captureSeeds } from './fuzzing/packet-seeds.ts';

const CAPTURES = join(import.meta.dirname, '../../public/captures');

test('60 000 broken inputs from the captures: no crash, no read outside, and nearly every error is reached', () => {
  const seeds = captureSeeds(CAPTURES);
  for (const target of ['datagram', 'frames', 'sealed', 'clientHello', 'serverHello', 'handshake'] as const) {
    // More than the packets of the RFCs: the captures were opened.
    expect(seeds.filter((seed) => seed.target === target).length).toBeGreaterThan(8);
  }
  const fuzzer = new Fuzzer(seeds, 7);
  fuzzer.step(60_000);
  expect(fuzzer.report.accepted).toBeGreaterThan(20_000);
  expect(unreached(fuzzer.report).length).toBeLessThan(4);
  expect(fuzzReport(fuzzer.report)).toContain('60000 inputs, no crash');
});

/** Every outcome named is reached: a generator that makes only refused inputs tests little. */
test.each<[KindName, number, number, string[]]>([
  ['links', 4000, 80, ['read whole', 'read with notes', 'followed with notes']],
  ['moments', 150, 60, ['refused', 'opened', 'ran to its end']],
  ['captures', 600, 0, ['refused', 'read']],
  ['keylogs', 2000, 0, ['read with problems', 'read whole']],
  ['messages', 20_000, 0, ['an order', 'an event', 'neither']],
])(
  'broken %s: %i read, %i of them opened and run on; each ends in what it should',
  async (name, read, gone, wanted) => {
    const kind = await kindOf(name, CAPTURES);
    const outcomes: Outcomes = new Map();
    await fuzz(kind, { seed: 11, from: 0, inputs: read, go: false }, outcomes);
    await fuzz(kind, { seed: 12, from: 0, inputs: gone, go: true }, outcomes);
    for (const outcome of wanted) expect([...outcomes.keys()]).toContain(outcome);
  },
);
