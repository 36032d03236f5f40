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

interface Lookup extends Case {
  /** Figure of the last round, ns. */
  last: number;
}

function lookup(cids: number, atMost: number): Lookup {
  const world = lookupWorld(cids);
  return {
    what: `short header, CID lookup under its lock, tid load: ${cids.toLocaleString('en')} CIDs`,
    unit: 'ns',
    atMost,
    last: 0,
    once(now) {
      const began = now();
      ownersOf(world, LOOKUPS);
      this.last = ((now() - began) * 1e6) / LOOKUPS;
      return this.last;
    },
  };
}

/** How many times as long `many` took as `few`, in the same round. */
function growth(few: Lookup, many: Lookup): Case {
  return {
    what: 'the same, 1,000,000 CIDs over 1,000',
    unit: 'times',
    atMost: 5,
    once: () => many.last / few.last,
  };
}

/** Finding a datagram's owner, as a function on shared memory. */
export const lookups: Suite = {
  name: 'lookup',
  where: ['node', 'chromium'],
  run: (now) => {
    const few = lookup(1_000, 110);
    const many = lookup(1_000_000, 500);
    return measure([few, lookup(100_000, 210), many, growth(few, many)], now);
  },
};
