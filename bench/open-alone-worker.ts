/** Opens packets of one size for a time, and nothing else: what a core does while all the others do the same. */
import { selfPort } from '../src/hosts/port.ts';
import { openingWork } from '../src/quic/bench.ts';
import { AES_128_GCM } from '../src/quic/keys.ts';
import { loadEngines } from '../src/quic/load-engines.ts';

const port = selfPort<{ size: number; warm: number; ms: number }, number>();
port.onMessage(async ({ size, warm, ms }) => {
  // As Live's workers open them.
  const { own: work } = openingWork(AES_128_GCM, size, await loadEngines());
  const opened = (during: number): number => {
    const end = performance.now() + during;
    let n = 0;
    for (; performance.now() < end; n += 16) for (let i = 0; i < 16; i++) work();
    return n;
  };
  opened(warm);
  port.post((opened(ms) * 1000) / ms);
});
