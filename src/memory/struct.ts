/** Whether a word counts in the world's hash: never, always, or only in the hash that includes time. */
export type WordKind = 0 | 1 | 2;
export const RAW: WordKind = 0;
export const HASHED: WordKind = 1;
export const TIME: WordKind = 2;

export type FieldKind = 'word' | 'atomic' | 'time' | 'list' | 'mtlist' | 'raw' | 'part';

declare const AT: unique symbol;
declare const OF: unique symbol;
declare const HOLDS: unique symbol;
declare const PART: unique symbol;

/** A word index that leads to a struct of layout `S`. Adding to it gives a plain number: what lies inside has a `Field`. */
export type Ptr<S extends string> = number & { readonly [AT]: S };

/** Offset, in words, of a field of layout `S` that holds a `V`: a number, a pointer, or a struct embedded there (`Part`). */
export type Field<S extends string, V = number> = number & { readonly [OF]: S; readonly [HOLDS]: V };

/** What a field holds that is no word of its own: the layout that begins there. */
export interface Part<S extends string> {
  readonly [PART]: S;
}

/**
 * What a word leads to where it is neither a number nor a `to`: `any` an object of whatever layout, `either` a number below
 * NUMBERS or an object, `branch` a node of a CID tree or, negated, the branch in one; a procedure's id, where 0 and -1 are none;
 * a step's address, 0 none.
 */
export type Leads = 'any' | 'either' | 'branch' | 'procedure' | 'place';

/** Where a word may be a number or a pointer: numbers are below this, and nothing that is pointed to begins there. */
export const NUMBERS = 256;

/** One field of a struct: how many words, what they are, and how they are hashed. */
export interface FieldShape {
  readonly kind: FieldKind;
  readonly words: number;
  readonly hash: WordKind;
  /** Name of the struct that a word points to, or that a `part` embeds. */
  readonly of?: string;
  /** What a word is that is no plain number: who moves a block's words elsewhere has to know. */
  readonly leads?: Leads;
  /** The struct that a `part` embeds. */
  readonly struct?: StructMeta;
  /** Hash kind of each word, where a part mixes them. */
  readonly hashes?: readonly WordKind[];
}

/** A field's shape, with what it holds as a type. */
export type FieldOf<V> = FieldShape & { readonly [HOLDS]?: V };

export interface PlacedField extends FieldShape {
  readonly name: string;
  readonly offset: number;
}

/** What every struct carries beside its offsets. */
export interface StructMeta<S extends string = string> {
  readonly $name: S;
  /** In words. */
  readonly $size: number;
  readonly $fields: readonly PlacedField[];
  /** Hash kind of each word. */
  readonly $kinds: readonly WordKind[];
}

/** A layout: each field's name is its offset in words. */
export type Struct<S extends string, D extends Record<string, FieldShape>> = {
  readonly [K in keyof D]: Field<S, D[K] extends FieldOf<infer V> ? V : number>;
} & StructMeta<S>;

const shape = <V>(kind: FieldKind, words: number, hash: WordKind, of?: string): FieldOf<V> =>
  of === undefined ? { kind, words, hash } : { kind, words, hash, of };

const leading = <V>(leads: Leads, words = 1): FieldOf<V> => ({ kind: 'word', words, hash: HASHED, leads });

/** The kinds of field a struct is made of. */
export const f = {
  /** One plain word. */
  word: shape<number>('word', 1, HASHED),
  /** One word that is accessed atomically. */
  atomic: shape<number>('atomic', 1, HASHED),
  /** One word holding an instant of the virtual clock. */
  time: shape<number>('time', 1, TIME),
  /** A plain doubly linked list's node or head: next, prev. */
  list: shape<Part<'list'>>('list', 2, HASHED),
  /** An MT_LIST's node or head: next, prev. */
  mtlist: shape<Part<'mt_list'>>('mtlist', 2, HASHED),
  /** One word that only drawing reads. */
  raw: shape<number>('raw', 1, RAW),
  /** `n` plain words. */
  words: (n: number) => shape<Part<'words'>>('word', n, HASHED),
  /** `n` words that are accessed atomically. */
  atomics: (n: number) => shape<Part<'words'>>('atomic', n, HASHED),
  /** `n` words that only drawing reads. */
  raws: (n: number) => shape<Part<'words'>>('raw', n, RAW),
  /** One plain word that points to a struct of the given name, or is NULL. */
  to: <S extends string>(of: S) => shape<Ptr<S>>('word', 1, HASHED, of),
  /** One plain word that points to something, or is NULL. */
  any: leading<number>('any'),
  /** One plain word that holds a number below NUMBERS, or points to something. */
  either: leading<number>('either'),
  /** One plain word that holds a procedure's id. */
  procedure: leading<number>('procedure'),
  /** One plain word that holds a step's address. */
  place: leading<number>('place'),
  /** `n` links of a CID tree. */
  branches: (n: number) => leading<Part<'words'>>('branch', n),
  /** Another struct, embedded whole. */
  part: <S extends string>(s: StructMeta<S>): FieldOf<Part<S>> => ({
    kind: 'part',
    words: s.$size,
    hash: HASHED,
    of: s.$name,
    struct: s,
    hashes: s.$kinds,
  }),
};

/**
 * Lays fields out one after the other.
 *
 * @example
 * const Conn = struct('quic_conn', { flags: f.word, task: f.to('task'), elList: f.list });
 * m.ld(conn + Conn.flags);
 */
export function struct<const S extends string, D extends Record<string, FieldShape>>(
  name: S,
  def: D,
): Struct<S, D> {
  const offsets: Record<string, number> = {};
  const fields: PlacedField[] = [];
  const kinds: WordKind[] = [];
  let size = 0;
  for (const [key, field] of Object.entries(def)) {
    if (key.startsWith('$')) throw new Error(`${name}.${key}: names with $ are reserved`);
    offsets[key] = size;
    fields.push({ ...field, name: key, offset: size });
    for (let i = 0; i < field.words; i++) kinds.push(field.hashes?.[i] ?? field.hash);
    size += field.words;
  }
  const meta: StructMeta<S> = { $name: name, $size: size, $fields: fields, $kinds: kinds };
  return Object.freeze({ ...offsets, ...meta }) as Struct<S, D>;
}
