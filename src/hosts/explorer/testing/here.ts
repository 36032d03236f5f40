import type { Explorable } from '../../../machine/explorable.ts';
import type { Find } from '../find.ts';
import type { Trail } from '../retrace.ts';
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

/** The run of a find of a search by one shard. */
export function trailTo(shard: Shard, find: Find): Trail {
  const codes = find.code >= 0 ? [find.code] : [];
  for (let s = find.state; s >= 0 && shard.visited.parent(s) >= 0; s = shard.visited.parent(s))
    codes.unshift(shard.visited.code(s));
  return { codes, reduction: false, broken: find.broken, inState: find.inState };
}
