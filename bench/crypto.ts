import { initialKeysWork, openingWork } from '../src/quic/bench.ts';
import {
  AES_128_GCM,
  AES_256_GCM,
  CHACHA20_POLY1305,
  type Suite as CipherSuite,
  type CompiledGcm,
} from '../src/quic/index.ts';
import { loadGcm } from '../src/quic/load-gcm.ts';
import type { Suite } from './contract.ts';
import { type Case, each, measure } from './measure.ts';

function open(suite: CipherSuite, size: number, atMost: number, gcm?: CompiledGcm, compiled = 0): Case[] {
  const work = openingWork(suite, size);
  const what = `open ${size} bytes, ${suite.name}`;
  const noble = `${what}, noble`;
  const times = size > 1000 ? 4000 : 40_000;
  const cases: Case[] = [
    { what, unit: 'us', atMost, beside: noble, once: each(times, work.own, 1000) },
    { what: noble, unit: 'us', once: each(1000, work.noble, 1000) },
  ];
  if (!gcm || compiled === 0) return cases;
  const once = each(times, openingWork(suite, size, { gcm }).own, 1000);
  return [{ what: `${what}, compiled`, unit: 'us', atMost: compiled, beside: what, once }, ...cases];
}

/** Opening packets with kept keys, header protection included, beside the library; and what a new connection costs. */
export const crypto: Suite = {
  name: 'crypto',
  where: ['node', 'chromium'],
  async run(now) {
    const gcm = await loadGcm();
    return measure(
      [
        ...open(AES_128_GCM, 1200, 30, gcm, 5.5),
        ...open(AES_256_GCM, 1200, 34, gcm, 7.5),
        ...open(CHACHA20_POLY1305, 1200, 22),
        ...open(AES_128_GCM, 46, 3, gcm, 1.2),
        ...open(AES_256_GCM, 46, 3, gcm, 1.2),
        ...open(CHACHA20_POLY1305, 46, 8),
        {
          what: 'Initial keys of both sides from a DCID',
          unit: 'us',
          once: each(200, initialKeysWork, 1000),
        },
      ],
      now,
    );
  },
};
