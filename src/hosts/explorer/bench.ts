import type { Explorable } from '../../machine/explorable.ts';
import { MUSEUM, museumRun } from '../../scenario/museum/index.ts';
import type { SearchVerdict } from './contract.ts';
import { startNodeSearch } from './node-start.ts';
import { Shard } from './shard.ts';
import { Toy } from './testing/toy.ts';

/** Bytes of one shard that is measured. */
const MEMORY = 2 ** 31;

/** Searches `x` level by level on one core, to its end or for `most` states; returns how many it saw. */
export function statesOf(x: Explorable, most = Number.POSITIVE_INFINITY): number {
  const shard = new Shard(x, { me: 0, of: 1, memory: MEMORY, reduction: false }, () => {
    throw new Error('one shard has nobody to send to');
  });
  shard.level();
  while (shard.open > 0 && shard.visited.count < most) {
    while (shard.visited.count < most && shard.expand(4096));
    if (shard.open === 0) shard.level();
  }
  if (shard.budget.full) throw new Error('out of memory');
  return shard.visited.count;
}

/** The toy of three threads and twelve steps that Spin searches beside it. */
export const toy = (): Explorable => new Toy(3, 12);
export const TOY_SOURCE = 'src/hosts/explorer/testing/toy-3x12.pml';

/** Each world of the museum after its fix, or without its mutation: those are searched to their end. */
export const safeWorlds = (): { id: string; make(): Explorable }[] =>
  MUSEUM.map(({ id }) => ({ id, make: () => museumRun({ world: id, fixed: true }).explorable }));

/** The verdict on a world on two cores, the start of the workers included. `entry` is the worker's script. */
export function decide(id: string, fixed: boolean, entry: URL): Promise<SearchVerdict> {
  const options = { workers: 2, memoryMB: 1024, bounds: {}, reduction: false, order: 'breadth' } as const;
  return new Promise((resolve) => {
    startNodeSearch({ world: id, fixed }, options, entry).onVerdict(resolve);
  });
}
