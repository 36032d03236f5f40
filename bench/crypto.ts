import { initialKeysWork, openingWork } from '../src/quic/bench.ts';
import { AES_128_GCM, AES_256_GCM, CHACHA20_POLY1305, type Suite as CipherSuite } from '../src/quic/index.ts';
import type { Suite } from './contract.ts';
import { type Case, each, measure } from './measure.ts';

function open(suite: CipherSuite, size: number, atMost: number): Case[] {
  const work = openingWork(suite, size);
  const what = `open ${size} bytes, ${suite.name}`;
  const noble = `${what}, noble`;
  return [
    { what, unit: 'us', atMost, beside: noble, once: each(size > 1000 ? 4000 : 40_000, work.own, 1000) },
    { what: noble, unit: 'us', once: each(1000, work.noble, 1000) },
  ];
}

/** Opening packets with kept keys, header protection included, beside the library; and what a new connection costs. */
export const crypto: Suite = {
  name: 'crypto',
  where: ['node', 'chromium'],
  run(now) {
    return measure(
      [
        ...open(AES_128_GCM, 1200, 30),
        ...open(AES_256_GCM, 1200, 34),
        ...open(CHACHA20_POLY1305, 1200, 22),
        ...open(AES_128_GCM, 46, 3),
        ...open(AES_256_GCM, 46, 3),
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
