import { CID_BYTES, type LookupWorld } from '../src/memory/bench.ts';
import { PacketHeader, parsePacket } from '../src/quic/index.ts';
import type { Suite } from './contract.ts';
import { loadOwners, type Owners, worldInMemory } from './lookup-compiled.ts';
import { type Case, measure } from './measure.ts';

const LOOKUPS = 1_000_000;

/** Sum of the owners of `n` datagrams, each parsed and looked up. */
function ownersIn({ datagrams, stride, tidOf }: LookupWorld): Owners {
  const header = new PacketHeader();
  return (n) => {
    let sum = 0;
    for (let at = 0; at < n * stride; at += stride) {
      if (parsePacket(datagrams, at, at + stride, CID_BYTES, header) < 0) throw new Error('not a packet');
      const tid = tidOf(datagrams, header.dcidOff);
      if (tid < 0) throw new Error('no such connection ID');
      sum += tid;
    }
    return sum;
  };
}

interface Lookup extends Case {
  /** Figure of the last round, ns. */
  last: number;
}

function lookup(what: string, cids: number, owners: Owners, more: Partial<Case>): Lookup {
  return {
    what,
    unit: 'ns',
    ...more,
    last: 0,
    once(now) {
      const began = now();
      for (let done = 0; done < LOOKUPS; done += cids) owners(cids);
      this.last = ((now() - began) * 1e6) / LOOKUPS;
      return this.last;
    },
  };
}

/** How many times as long `many` took as `few`, in the same round. */
function growth(what: string, few: Lookup, many: Lookup): Case {
  return { what, unit: 'times', atMost: 5, once: () => many.last / few.last };
}

/** Finding a datagram's owner, as compiled steps do it, where they can be had, and as a function of ours on the same memory. */
export const lookups: Suite = {
  name: 'lookup',
  where: ['node', 'chromium'],
  async run(now) {
    const compiled = await loadOwners();
    const reach = [
      [1_000, 45],
      [100_000, 150],
      [1_000_000, 400],
    ] as const;
    const rows = reach.map(([cids, atMost]) => {
      const { world, memory } = worldInMemory(cids);
      const what = `short header, CID lookup under its lock, tid load: ${cids.toLocaleString('en')} CIDs`;
      const inJs = ownersIn(world);
      const inWasm = compiled?.(world, memory);
      if (inWasm && inWasm(cids) !== inJs(cids)) throw new Error('two answers to whose datagrams they are');
      const js = lookup(what, cids, inJs, inWasm ? {} : { atMost });
      return inWasm ? [lookup(`${what}, compiled`, cids, inWasm, { atMost, beside: what }), js] : [js];
    });
    const [few, , many] = rows;
    const grows = few!.map((row, i) =>
      growth(
        `1,000,000 over 1,000: ${row.what.includes('compiled') ? 'compiled' : 'JavaScript'}`,
        row,
        many![i]!,
      ),
    );
    return measure([...rows.flat(), ...grows], now);
  },
};
