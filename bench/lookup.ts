import { CID_BYTES, type LookupWorld, lookupWorld } from '../src/memory/bench.ts';
import { PacketHeader, parsePacket } from '../src/quic/index.ts';
import type { Suite } from './contract.ts';
import { type Case, measure } from './measure.ts';

const LOOKUPS = 1_000_000;

/** Sum of the owners of `n` datagrams, each parsed and looked up. */
function ownersOf({ datagrams, stride, tidOf }: LookupWorld, n: number): number {
  const header = new PacketHeader();
  let sum = 0;
  let at = 0;
  for (let i = 0; i < n; i++) {
    if (parsePacket(datagrams, at, at + stride, CID_BYTES, header) < 0) throw new Error('not a packet');
    const tid = tidOf(datagrams, header.dcidOff);
    if (tid < 0) throw new Error('no such connection ID');
    sum += tid;
    at += stride;
    if (at === datagrams.length) at = 0;
  }
  return sum;
}

function lookup(cids: number, atMost: number): Case {
  const world = lookupWorld(cids);
  return {
    what: `short header, CID lookup under its lock, tid load: ${cids.toLocaleString('en')} CIDs`,
    unit: 'ns',
    atMost,
    once(now) {
      const began = now();
      ownersOf(world, LOOKUPS);
      return ((now() - began) * 1e6) / LOOKUPS;
    },
  };
}

/** Finding a datagram's owner, as a function on shared memory. */
export const lookups: Suite = {
  name: 'lookup',
  where: ['node', 'chromium'],
  run: (now) => measure([lookup(1_000, 110), lookup(100_000, 210), lookup(1_000_000, 500)], now),
};
