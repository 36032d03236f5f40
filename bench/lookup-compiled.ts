import { AT } from '../src/haproxy/model/places.ts';
import { PLACE, WORLD_WORDS } from '../src/machine/compiled/layout.ts';
import { bytesOf } from '../src/machine/compiled/load.ts';
import { blockIn, memoryFor } from '../src/machine/compiled/steps.ts';
import { CID_BYTES, type LookupWorld, lookupWorld } from '../src/memory/bench.ts';

/** Sum of the owners of the first `n` datagrams. */
export type Owners = (n: number) => number;

const wordsFor = (cids: number): number => Math.ceil((cids * 24) / 4) + 2 * cids;

/** A world of connection IDs in a memory of compiled steps, and behind it its datagrams, where those of Live lie. */
export function worldInMemory(cids: number): { world: LookupWorld; memory: WebAssembly.Memory } {
  let memory: WebAssembly.Memory | undefined;
  const world = lookupWorld(cids, (words) => {
    memory = memoryFor(words, true, wordsFor(cids) * 4);
    if (!memory) throw new Error(`no memory for ${cids} IDs`);
    return blockIn(memory, words);
  });
  return { world, memory: memory! };
}

interface Exports {
  storeAt(bytes: number, offset: number, length: number, source: number, conn: number, order: number): void;
  ownersOf(from: number, n: number, owner: number): number;
}

/** What finds owners as compiled steps do; undefined where it cannot be had: the sources run unbuilt. */
export async function loadOwners(): Promise<
  ((world: LookupWorld, memory: WebAssembly.Memory) => Owners) | undefined
> {
  try {
    const { wasm } = await import('../src/machine/compiled/runtime.as?steps=lookup');
    const module = await WebAssembly.compile(bytesOf(wasm));
    return (world, memory) => ownersIn(module, world, memory);
  } catch {
    return undefined;
  }
}

function ownersIn(module: WebAssembly.Module, world: LookupWorld, memory: WebAssembly.Memory): Owners {
  const { datagrams, stride } = world;
  const n = datagrams.length / stride;
  const at = memory.buffer.byteLength - wordsFor(n) * 4;
  new Uint8Array(memory.buffer, at).set(datagrams);
  const offset = at + datagrams.length;
  new Int32Array(memory.buffer, offset, n).forEach((_, i, column) => {
    column[i] = i * stride;
  });
  const length = offset + 4 * n;
  new Int32Array(memory.buffer, length, n).fill(stride);
  const words = (place: number): Int32Array => new Int32Array(memory.buffer, place);
  words(PLACE.world)[WORLD_WORDS.indexOf('words')] = (at - PLACE.block) / 4;
  words(PLACE.world)[WORLD_WORDS.indexOf('cidLength')] = CID_BYTES;
  for (const [region, base] of [
    [AT.treeLock, world.lock],
    [AT.treeRoot, world.root],
  ] as const) {
    words(PLACE.bases)[region] = base;
    words(PLACE.strides)[region] = world.apart;
  }
  // It asks for nothing on this way: short headers are read there.
  const host = Object.fromEntries(
    WebAssembly.Module.imports(module).map(({ name }) => [
      name,
      () => {
        throw new Error(`asked for ${name}`);
      },
    ]),
  );
  const { exports } = new WebAssembly.Instance(module, { env: { memory }, host });
  const x = exports as unknown as Exports;
  x.storeAt(at, offset, length, 0, 0, 0);
  return (count) => x.ownersOf(0, count, world.owner);
}
