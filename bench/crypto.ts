import { initialKeysWork, openingWork } from '../src/quic/bench.ts';
import {
  AES_128_GCM,
  AES_256_GCM,
  CHACHA20_POLY1305,
  type Suite as CipherSuite,
  type Engines,
} from '../src/quic/index.ts';
import { loadEngines } from '../src/quic/load-engines.ts';
import type { Suite } from './contract.ts';
import { type Case, each, measure } from './measure.ts';

function open(suite: CipherSuite, size: number, atMost: number, engines: Engines, compiled: number): Case[] {
  const work = openingWork(suite, size);
  const what = `open ${size} bytes, ${suite.name}`;
  const noble = `${what}, noble`;
  const times = size > 1000 ? 4000 : 40_000;
  const cases: Case[] = [
    { what, unit: 'us', atMost, beside: noble, once: each(times, work.own, 1000) },
    { what: noble, unit: 'us', once: each(1000, work.noble, 1000) },
  ];
  if (!(suite === CHACHA20_POLY1305 ? engines.chacha : engines.gcm)) return cases;
  const once = each(times, openingWork(suite, size, engines).own, 1000);
  return [{ what: `${what}, compiled`, unit: 'us', atMost: compiled, beside: what, once }, ...cases];
}

/** Opening packets with kept keys, header protection included, beside the library; and what a new connection costs. */
export const crypto: Suite = {
  name: 'crypto',
  where: ['node', 'chromium'],
  async run(now) {
    const engines = await loadEngines();
    return measure(
      [
        ...open(AES_128_GCM, 1200, 30, engines, 5.5),
        ...open(AES_256_GCM, 1200, 34, engines, 7.5),
        ...open(CHACHA20_POLY1305, 1200, 22, engines, 4),
        ...open(AES_128_GCM, 46, 3, engines, 1.2),
        ...open(AES_256_GCM, 46, 3, engines, 1.2),
        ...open(CHACHA20_POLY1305, 46, 8, engines, 1),
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
