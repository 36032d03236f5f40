import type { Explorable } from '../../../machine/explorable.ts';
import { before, type Find } from '../find.ts';
import { Shard } from '../shard.ts';

/** What several shards of one realm have found together. */
export interface ShardsResult {
  states: number;
  transitions: number;
  find: Find | null;
  /** Choices of the find's run. */
  run: number[];
}

/**
 * A level-by-level search by `of` shards in this realm, whose turns and whose parcels come in the order that `draw` (0..n-1)
 * says. It ends with the first level in which something breaks.
 */
export function searchShards(make: () => Explorable, of: number, draw: (n: number) => number): ShardsResult {
  const mail: { from: number; to: number; words: Int32Array }[] = [];
  const shards = Array.from(
    { length: of },
    (_, me) =>
      new Shard(make(), { me, of, memory: 2 ** 28, reduction: false }, (to, words, n) => {
        mail.push({ from: me, to, words: words.slice(0, n) });
      }),
  );
  const best = (): Find | null =>
    shards.reduce<Find | null>((f, s) => (s.find && (!f || before(s.find, f)) ? s.find : f), null);
  for (;;) {
    const keys = shards.map((s) => s.level());
    for (const s of shards) s.ranks.exchange(keys);
    if (best() || shards.every((s) => s.open === 0)) break;
    while (mail.length > 0 || shards.some((s) => s.open > 0)) {
      const turn = draw(of + 1);
      if (turn < of) shards[turn]!.expand(1);
      else if (mail.length > 0) {
        const [parcel] = mail.splice(draw(mail.length), 1);
        shards[parcel!.to]!.receive(parcel!.from, parcel!.words, parcel!.words.length);
      }
    }
  }
  const find = best();
  const run = find && find.code >= 0 ? [find.code] : [];
  for (let s = find?.state ?? -1; s >= 0; ) {
    const { visited } = shards[s % of]!;
    const id = Math.floor(s / of);
    if (visited.parent(id) >= 0) run.unshift(visited.code(id));
    s = visited.parent(id);
  }
  const sum = (count: (s: Shard) => number): number => shards.reduce((n, s) => n + count(s), 0);
  return { states: sum((s) => s.visited.count), transitions: sum((s) => s.transitions), find, run };
}
