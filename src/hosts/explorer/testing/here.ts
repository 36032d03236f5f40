import type { Explorable } from '../../../machine/explorable.ts';
import { Shard } from '../shard.ts';

/** A level-by-level search in this realm, by one shard, through every level whatever breaks. */
export function searchHere(x: Explorable, reduction = false): Shard {
  const shard = new Shard(x, { me: 0, of: 1, memory: 2 ** 30, reduction }, () => {
    throw new Error('one shard has nobody to send to');
  });
  shard.level();
  while (shard.open > 0) {
    while (shard.expand(1 << 16));
    shard.level();
  }
  return shard;
}
