/** Where what lay at an address of one edition lies in another: found by stretch, item and field, all by name. */
import type { Edition, Field, Stretch } from './edition.ts';

/** Begins at an offset of a struct: the item itself (path ''), a part or a field, and what kind of thing that is. */
interface Spot {
  path: string;
  type: string;
}

/** What a pointer to whatever it may be leads to: the first word of the outermost thing there. */
export const ANY = 'any';

export class Addresses {
  private readonly sorted: readonly Stretch[];
  private readonly target = new Map<Stretch, Stretch>();
  private readonly offsets = new Map<string, number>();

  constructor(
    private readonly from: Edition,
    private readonly to: Edition,
  ) {
    const named = (list: readonly Stretch[]) => new Map(list.map((s) => [s.name, s]));
    for (const [all, there] of [
      [from.regions, named(to.regions)],
      [from.pools, named(to.pools)],
    ] as const) {
      for (const s of all) {
        const t = there.get(s.name);
        // Of another kind, it is another thing of that name.
        if (t && t.struct === s.struct && t.of === s.of) this.target.set(s, t);
      }
    }
    this.sorted = [...from.regions, ...from.pools].filter((s) => s.n > 0).sort((a, b) => a.base - b.base);
  }

  /** The stretch of that name and kind in the other edition. */
  targetOf(s: Stretch): Stretch | undefined {
    return this.target.get(s);
  }

  /** The stretch that an address lies in. */
  stretchAt(p: number): Stretch | undefined {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.sorted[mid]!.base <= p) low = mid + 1;
      else high = mid;
    }
    const s = this.sorted[low - 1];
    return s && p < s.base + s.n * s.stride ? s : undefined;
  }

  /** The address there of what begins at `p`; `type`: the struct that a pointer leads to, `list`, or ANY. 0: there is no such thing. */
  of(p: number, type: string): number {
    const s = this.stretchAt(p);
    const t = s && this.target.get(s);
    if (!s || !t) return 0;
    const i = Math.floor((p - s.base) / s.stride);
    const at = p - s.base - i * s.stride;
    const j = itemOf(s, t, i);
    const offset = s.struct === '' ? at : this.offset(s.struct, at, type);
    return j < 0 || offset < 0 ? 0 : t.base + j * t.stride + offset;
  }

  private offset(struct: string, at: number, type: string): number {
    const key = `${struct}/${at}/${type}`;
    let offset = this.offsets.get(key);
    if (offset === undefined) {
      offset = findOffset(
        this.from.structs.get(struct) ?? [],
        this.to.structs.get(struct) ?? [],
        at,
        type,
        struct,
      );
      this.offsets.set(key, offset);
    }
    return offset;
  }
}

/** Number of the item in `t` that item `i` of `s` is, by row and place; -1 when it has no place there. */
export function itemOf(s: Stretch, t: Stretch, i: number): number {
  if (s.rows === 1 && t.rows === 1) return i < t.n ? i : -1;
  if (s.rows !== t.rows) return -1;
  const [from, to] = [s.n / s.rows, t.n / t.rows];
  const place = i % from;
  return place < to ? Math.floor(i / from) * to + place : -1;
}

function findOffset(
  from: readonly Field[],
  to: readonly Field[],
  at: number,
  type: string,
  struct: string,
): number {
  const spots: Spot[] = [
    ...(at === 0 ? [{ path: '', type: struct }] : []),
    ...from.filter((f) => f.offset === at).map((f) => ({ path: f.path, type: typeOf(f) })),
  ];
  const spot = spots.find((s) => s.type === (type === 'word' ? '' : type)) ?? spots[0];
  if (spot) return spot.path === '' ? 0 : (to.find((f) => f.path === spot.path)?.offset ?? -1);
  // Within a field of several words.
  const f = from.find((o) => typeOf(o) === '' && o.offset < at && at < o.offset + o.words);
  const there = f && to.find((o) => o.path === f.path);
  return there && at - f.offset < there.words ? there.offset + at - f.offset : -1;
}

const typeOf = ({ holds }: Field): string =>
  holds.startsWith('part ') ? holds.slice(5) : holds === 'list' ? 'list' : '';
