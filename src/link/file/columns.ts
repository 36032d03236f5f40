/** The large arrays of a file: named, of one of four types, one after the other behind the head. Little endian. */
import { FileProblem, int, list, oneOf, tuple } from './fields.ts';

const TYPES = { u8: Uint8Array, i32: Int32Array, u32: Uint32Array, f64: Float64Array } as const;

export type Column = Uint8Array | Int32Array | Uint32Array | Float64Array;
export type ColumnType = keyof typeof TYPES;

const NAMES = [
  'words',
  'bytes',
  'offset',
  'length',
  'ms',
  'ns',
  'saddr',
  'conn',
  'frame',
  'order',
  'past',
] as const;

export type ColumnName = (typeof NAMES)[number];
export type Columns = Partial<Record<ColumnName, Column>>;

const typeOf = (c: Column): ColumnType =>
  (Object.keys(TYPES) as ColumnType[]).find((t) => c instanceof TYPES[t])!;

/** What the head says of the columns: name, type, entries. */
export function listed(columns: Columns): [string, string, number][] {
  return present(columns).map(([name, c]) => [name, typeOf(c), c.length]);
}

/** Their bytes, in the order of the list. What lies in shared memory is copied: streams take none. */
export function columnBytes(columns: Columns): Uint8Array[] {
  return present(columns).map(([, c]) => {
    const bytes = new Uint8Array(c.buffer, c.byteOffset, c.byteLength);
    return c.buffer instanceof ArrayBuffer ? bytes : bytes.slice();
  });
}

function present(columns: Columns): [ColumnName, Column][] {
  return NAMES.flatMap((name) => {
    const c = columns[name];
    return c ? [[name, c] as [ColumnName, Column]] : [];
  });
}

/** The columns that the head lists, which are all that is in `from`. Each has memory of its own. */
export function readColumns(head: unknown, from: Uint8Array): Columns {
  const out: Columns = {};
  let at = 0;
  for (const entry of list(head, NAMES.length, 'the list of columns')) {
    const [n, t, l] = tuple(entry, 3, 'the list of columns');
    const name = oneOf(n, NAMES, 'the list of columns');
    const Type = TYPES[oneOf(t, Object.keys(TYPES) as ColumnType[], `the column ${name}`)];
    const length = int(l, 0, (from.length - at) / Type.BYTES_PER_ELEMENT, `the column ${name}`);
    const end = at + length * Type.BYTES_PER_ELEMENT;
    out[name] = new Type(from.slice(at, end).buffer);
    at = end;
  }
  if (at !== from.length) throw new FileProblem('The file is not what it says: there is more in it.');
  return out;
}

/** A column of whole numbers, each from `low` to `high`, `n` of them. */
export function ints(columns: Columns, name: ColumnName, n: number, low: number, high: number): Int32Array {
  const c = columns[name];
  if (!(c instanceof Int32Array) || c.length !== n)
    throw new FileProblem(`The file is not what it says: the column ${name} cannot be read.`);
  for (let i = 0; i < n; i++) int(c[i], low, high, `the column ${name}`);
  return c;
}
