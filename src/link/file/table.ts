/** The edition that a file carries, to and from its head. From outside: nothing in it leads out of the block. */
import { bitWords, type Edition, type Field, type Proc, type Slots, type Stretch } from './edition.ts';
import { FileProblem, int, list, text, tuple } from './fields.ts';

/** Most entries of each list, and characters of a name. */
const MOST = { structs: 200, fields: 1000, regions: 200, procs: 1000, locals: 64, labels: 1000, name: 100 };
const WHAT = 'the table of its memory';
const HOLDS = /^(|raw|list|either|branch|procedure|place|>[\w ]+|part [\w ]+)$/;

export function editionHead(e: Edition): unknown {
  return {
    words: e.words,
    counting: e.counting,
    structs: [...e.structs].map(([name, fields]) => [
      name,
      fields.map((f) => [f.path, f.offset, f.words, f.holds]),
    ]),
    regions: e.regions.map((r) => [r.name, r.base, r.n, r.stride, r.struct, r.rows, r.of]),
    pools: e.pools.map((p) => [p.name, p.base, p.n, p.stride, p.struct, p.rows, p.of, p.bits]),
    procs: e.procs.map((p) => [p.key, p.locals.map((l) => [l.name, l.holds]), p.labels]),
  };
}

const name = (v: unknown): string => text(v, MOST.name, WHAT);
const wrong = (): FileProblem => new FileProblem(`The file is not what it says: ${WHAT} cannot be read.`);

function holds(v: unknown): string {
  const h = name(v);
  if (!HOLDS.test(h)) throw wrong();
  return h;
}

/** The table in a head, for a block of at most `most` words and these threads. Throws FileProblem. */
export function readEdition(head: Record<string, unknown>, most: number, threads: number): Edition {
  const words = int(head.words, 1, most, WHAT);
  const structs = new Map(
    list(head.structs, MOST.structs, WHAT).map((v) => {
      const [n, fields] = tuple(v, 2, WHAT);
      return [name(n), list(fields, MOST.fields, WHAT).map((f) => field(f, words))] as const;
    }),
  );
  const regions = list(head.regions, MOST.regions, WHAT).map((v) => stretch(tuple(v, 7, WHAT), words));
  const pools = list(head.pools, MOST.regions, WHAT).map((v): Slots => {
    const t = tuple(v, 8, WHAT);
    const s = stretch(t.slice(0, 7), words);
    const p = { ...s, bits: int(t[7], 1, words, WHAT) };
    if (p.rows !== threads || p.struct === '' || p.bits + p.rows * bitWords(p) > words) throw wrong();
    return p;
  });
  const all = inOrder([...regions, ...pools]);
  for (const s of all) {
    if (s.struct !== '' && !structs.has(s.struct)) throw wrong();
    apart(structs.get(s.struct) ?? [], s.stride);
  }
  for (const list of [regions, pools]) if (new Set(list.map((s) => s.name)).size < list.length) throw wrong();
  return {
    words,
    counting: int(head.counting, 0, 1e6, WHAT),
    structs,
    regions,
    pools,
    procs: list(head.procs, MOST.procs, WHAT).map(proc),
  };
}

/** Throws FileProblem where two share a word: each word is read once. */
function inOrder(all: readonly Stretch[]): readonly Stretch[] {
  let end = 0;
  for (const s of [...all].sort((a, b) => a.base - b.base)) {
    if (s.base < end) throw wrong();
    end = s.base + s.n * s.stride;
  }
  return all;
}

/** Throws FileProblem where two fields of an item share a word, parts aside. */
function apart(fields: readonly Field[], stride: number): void {
  let end = 0;
  for (const f of fields) {
    int(f.offset, end, stride - f.words, WHAT);
    if (!f.holds.startsWith('part ')) end = f.offset + f.words;
  }
}

function field(v: unknown, words: number): Field {
  const [path, offset, n, h] = tuple(v, 4, WHAT);
  return {
    path: name(path),
    offset: int(offset, 0, words, WHAT),
    words: int(n, 1, words, WHAT),
    holds: holds(h),
  };
}

function stretch(t: readonly unknown[], words: number): Stretch {
  const stride = int(t[3], 1, words, WHAT);
  const s = {
    name: name(t[0]),
    base: int(t[1], 1, words, WHAT),
    n: int(t[2], 0, words, WHAT),
    stride,
    struct: name(t[4]),
    rows: int(t[5], 1, words, WHAT),
    of: name(t[6]),
  };
  int(s.base + s.n * stride, 0, words, WHAT);
  if (s.n % s.rows !== 0 || (s.struct === '' && stride !== 1)) throw wrong();
  return s;
}

function proc(v: unknown): Proc {
  const [key, locals, labels] = tuple(v, 3, WHAT);
  return {
    key: name(key),
    locals: list(locals, MOST.locals, WHAT).map((l) => {
      const [n, h] = tuple(l, 2, WHAT);
      return { name: name(n), holds: holds(h) };
    }),
    labels: list(labels, MOST.labels, WHAT).map(name),
  };
}
