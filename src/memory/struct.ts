/** Whether a word counts in the world's hash: never, always, or only in the hash that includes time. */
export type WordKind = 0 | 1 | 2;
export const RAW: WordKind = 0;
export const HASHED: WordKind = 1;
export const TIME: WordKind = 2;

export type FieldKind = 'word' | 'atomic' | 'time' | 'list' | 'mtlist' | 'ptr' | 'raw' | 'part';

/** One field of a struct: how many words, what they are, and how they are hashed. */
export interface Field {
  readonly kind: FieldKind;
  readonly words: number;
  readonly hash: WordKind;
  /** Name of the struct a `ptr` points to, or of the struct a `part` embeds. */
  readonly of?: string;
  /** Hash kind of each word, where a part mixes them. */
  readonly hashes?: readonly WordKind[];
}

export interface PlacedField extends Field {
  readonly name: string;
  readonly offset: number;
}

/** What every struct carries beside its offsets. */
export interface StructMeta {
  readonly $name: string;
  /** In words. */
  readonly $size: number;
  readonly $fields: readonly PlacedField[];
  /** Hash kind of each word. */
  readonly $kinds: readonly WordKind[];
}

/** A layout: each field's name is its offset in words. */
export type Struct<N extends string = string> = { readonly [K in N]: number } & StructMeta;

/** A word index that points to a struct `S`. Plain numbers may be assigned to it: the brand is for the reader. */
export type Ptr<S> = number & { readonly __p?: S };

/** The kinds of field a struct is made of. */
export const f = {
  /** One plain word. */
  word: { kind: 'word', words: 1, hash: HASHED } as Field,
  /** One word that is accessed atomically. */
  atomic: { kind: 'atomic', words: 1, hash: HASHED } as Field,
  /** One word holding an instant of the virtual clock. */
  time: { kind: 'time', words: 1, hash: TIME } as Field,
  /** A plain doubly linked list's node or head: next, prev. */
  list: { kind: 'list', words: 2, hash: HASHED } as Field,
  /** An MT_LIST's node or head: next, prev. */
  mtlist: { kind: 'mtlist', words: 2, hash: HASHED } as Field,
  /** One word that only drawing reads. */
  raw: { kind: 'raw', words: 1, hash: RAW } as Field,
  /** `n` plain words. */
  words: (n: number): Field => ({ kind: 'word', words: n, hash: HASHED }),
  /** `n` words that are accessed atomically. */
  atomics: (n: number): Field => ({ kind: 'atomic', words: n, hash: HASHED }),
  /** `n` words that only drawing reads. */
  raws: (n: number): Field => ({ kind: 'raw', words: n, hash: RAW }),
  /** A pointer to a struct of the given name. */
  ptr: (of: string): Field => ({ kind: 'ptr', words: 1, hash: HASHED, of }),
  /** Another struct, embedded whole. */
  part: (s: StructMeta): Field => ({
    kind: 'part',
    words: s.$size,
    hash: HASHED,
    of: s.$name,
    hashes: s.$kinds,
  }),
};

/**
 * Lays fields out one after the other.
 *
 * @example
 * const Conn = struct('quic_conn', { flags: f.word, tid: f.atomic, elList: f.list });
 * m.ld(conn + Conn.flags);
 */
export function struct<D extends Record<string, Field>>(name: string, def: D): Struct<keyof D & string> {
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
  const meta: StructMeta = { $name: name, $size: size, $fields: fields, $kinds: kinds };
  return Object.freeze({ ...offsets, ...meta }) as Struct<keyof D & string>;
}
