import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Fuzzer } from '../quic/fuzz/engine.ts';
import { fuzzReport, unreached } from './fuzz-report.ts';
import { captureSeeds } from './fuzz-seeds.ts';

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
