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
  'unread',
  'quiet',
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

/** A column as a head lists it. */
export interface Listed {
  name: ColumnName;
  type: ColumnType;
  length: number;
}

/** The list of columns that a head holds. Throws FileProblem. */
export function readList(head: unknown): Listed[] {
  const seen = new Set<string>();
  return list(head, NAMES.length, 'the list of columns').map((entry) => {
    const [n, t, l] = tuple(entry, 3, 'the list of columns');
    const name = oneOf(n, NAMES, 'the list of columns');
    if (seen.has(name))
      throw new FileProblem(`The file is not what it says: it has the column ${name} twice.`);
    seen.add(name);
    const type = oneOf(t, Object.keys(TYPES) as ColumnType[], `the column ${name}`);
    return { name, type, length: int(l, 0, 2 ** 32 / TYPES[type].BYTES_PER_ELEMENT, `the column ${name}`) };
  });
}

export const bytesOf = ({ type, length }: Listed): number => length * TYPES[type].BYTES_PER_ELEMENT;

/** A column over its bytes. */
export const columnOver = ({ type }: Listed, bytes: Uint8Array<ArrayBuffer>): Column =>
  new TYPES[type](bytes.buffer);

/** A column of whole numbers, each from `low` to `high`, `n` of them. */
export function ints(columns: Columns, name: ColumnName, n: number, low: number, high: number): Int32Array {
  const c = columns[name];
  if (!(c instanceof Int32Array) || c.length !== n)
    throw new FileProblem(`The file is not what it says: the column ${name} cannot be read.`);
  for (let i = 0; i < n; i++) int(c[i], low, high, `the column ${name}`);
  return c;
}

/** The same of bytes, for a column that may be absent. */
export function someBytes(
  columns: Columns,
  name: ColumnName,
  n: number,
  high: number,
): Uint8Array | undefined {
  const c = columns[name];
  if (!c) return undefined;
  if (!(c instanceof Uint8Array) || c.length !== n)
    throw new FileProblem(`The file is not what it says: the column ${name} cannot be read.`);
  for (let i = 0; i < n; i++) int(c[i], 0, high, `the column ${name}`);
  return c;
}
