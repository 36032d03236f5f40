/**
 * What the words of a block are in one edition of Rebind: which stretches there are, which fields their items have, which step
 * each place is. A file carries that of whoever saved it, and another edition moves its words by these names.
 */
import { COUNTING } from '../../haproxy/model/layouts.ts';
import type { World } from '../../haproxy/model/world.ts';
import type { Program } from '../../haproxy/step/compile.ts';
import type { BlockLayout } from '../../memory/plan.ts';
import type { Pool } from '../../memory/pool.ts';
import type { PlacedField, StructMeta } from '../../memory/struct.ts';

/**
 * What a field holds: '' numbers, `raw` what is only drawn, `list` two links, `>NAME` a pointer to a struct (`>any` to whatever),
 * `part NAME` another struct, whose fields follow, and `Leads`.
 */
export interface Field {
  /** Its name, behind those of the parts that it lies in: `els1.rx`. */
  readonly path: string;
  readonly offset: number;
  readonly words: number;
  readonly holds: string;
}

/** Items in a row; `struct` is '' for bare words, of which `of` says what each points to ('' nothing). */
export interface Stretch {
  readonly name: string;
  readonly base: number;
  readonly n: number;
  readonly stride: number;
  readonly struct: string;
  /** Rows of equal length, one each for a thread; 1 where there are none. */
  readonly rows: number;
  readonly of: string;
}

/** Slots of a pool, and its bitmap: bit set = free. */
export interface Slots extends Stretch {
  readonly bits: number;
}

export interface Proc {
  readonly key: string;
  readonly locals: readonly { readonly name: string; readonly holds: string }[];
  /** Of its steps, in their order. */
  readonly labels: readonly string[];
}

export interface Edition {
  /** Words up to the event ring. */
  readonly words: number;
  /** How sessions are counted, see COUNTING. */
  readonly counting: number;
  readonly structs: ReadonlyMap<string, readonly Field[]>;
  readonly regions: readonly Stretch[];
  readonly pools: readonly Slots[];
  /** By id. */
  readonly procs: readonly Proc[];
}

/** Words of a pool's bitmap for one thread. */
export const bitWords = (p: Slots): number => (p.n / p.rows + 31) >> 5;

/** This edition's, for a world. */
export function editionOf({ W, P }: { W: World; P: Program }): Edition {
  const procs = P.procedures.map((p) => ({
    key: p.key,
    locals: p.locals.map((name, i) => ({ name, holds: holdsOf(p.leads[i]!) })),
    labels: P.steps.filter((s) => s.proc === p).map((s) => s.label),
  }));
  return laidOut(W.layout, W.pools, W.events.base, procs, COUNTING);
}

/** The edition of a layout whose event ring begins at `words`. */
export function laidOut(
  layout: BlockLayout,
  pools: Readonly<Record<string, Pool>>,
  words: number,
  procs: readonly Proc[],
  counting: number,
): Edition {
  const structs = new Map<string, Field[]>();
  const structOf = (s: StructMeta): string => {
    if (!structs.has(s.$name)) structs.set(s.$name, fieldsOf(s));
    return s.$name;
  };
  const ofPools = new Set(
    Object.values(pools).flatMap((p) => [p.name, `${p.name} free`, `${p.name} free words`]),
  );
  const metas = new Map(layout.regions.flatMap((r) => (r.struct ? [[r.name, r.struct]] : [])));
  return {
    words,
    counting,
    regions: layout.regions
      .filter((r) => r.words > 0 && r.base + r.words <= words && !ofPools.has(r.name))
      .map(({ name, base, n, stride, struct, rows = 1, of = '' }) => ({
        name,
        base,
        n,
        stride,
        struct: struct ? structOf(struct) : '',
        rows,
        of,
      })),
    pools: Object.entries(pools).map(([name, p]) => ({
      name,
      base: p.base,
      n: p.threads * p.perThread,
      stride: p.slotWords,
      struct: structOf(metas.get(p.name)!),
      rows: p.threads,
      of: '',
      bits: p.bits,
    })),
    structs,
    procs,
  };
}

const holdsOf = (leads: string | null): string =>
  leads === null ? '' : leads === 'either' ? leads : `>${leads}`;

/** The fields of a struct, parts before what lies in them. */
function fieldsOf(s: StructMeta, before = '', from = 0): Field[] {
  return s.$fields.flatMap((f) => {
    const at = { path: before + f.name, offset: from + f.offset, words: f.words };
    if (!f.struct) return [{ ...at, holds: fieldHolds(f) }];
    return [{ ...at, holds: `part ${f.struct.$name}` }, ...fieldsOf(f.struct, `${at.path}.`, at.offset)];
  });
}

function fieldHolds({ kind, of, leads }: PlacedField): string {
  if (kind === 'list' || kind === 'mtlist') return 'list';
  if (kind === 'raw') return 'raw';
  if (leads !== undefined) return leads === 'any' ? '>any' : leads;
  return of === undefined ? '' : `>${of}`;
}
