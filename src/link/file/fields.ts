/** Reading of a head that comes from outside: each field is checked, and what is wrong is named by its place. */

/** Why a file cannot be opened. `message` says what is so, `advice` what can be done; each is one sentence or empty. */
export class FileProblem extends Error {
  readonly advice: string;

  constructor(message: string, advice = '') {
    super(message);
    this.name = 'FileProblem';
    this.advice = advice;
  }
}

const wrong = (what: string): FileProblem =>
  new FileProblem(`The file is not what it says: ${what} cannot be read.`, 'It was not written by Rebind.');

/** A whole number from `low` to `high`. */
export function int(v: unknown, low: number, high: number, what: string): number {
  if (Number.isSafeInteger(v) && (v as number) >= low && (v as number) <= high) return v as number;
  throw wrong(what);
}

/** A finite number from 0 to `high`. */
export function amount(v: unknown, high: number, what: string): number {
  if (typeof v === 'number' && v >= 0 && v <= high) return v;
  throw wrong(what);
}

export function bool(v: unknown, what: string): boolean {
  if (typeof v === 'boolean') return v;
  throw wrong(what);
}

/** A text of at most `most` characters. */
export function text(v: unknown, most: number, what: string): string {
  if (typeof v === 'string' && v.length <= most) return v;
  throw wrong(what);
}

export function oneOf<T extends string>(v: unknown, words: readonly T[], what: string): T {
  const word = words.find((w) => w === v);
  if (word === undefined) throw wrong(what);
  return word;
}

/** A list of at most `most` entries. */
export function list(v: unknown, most: number, what: string): unknown[] {
  if (Array.isArray(v) && v.length <= most) return v;
  throw wrong(what);
}

/** A list of exactly `n` entries. */
export function tuple(v: unknown, n: number, what: string): unknown[] {
  if (Array.isArray(v) && v.length === n) return v;
  throw wrong(what);
}

export function fields(v: unknown, what: string): Record<string, unknown> {
  if (typeof v === 'object' && v !== null && !Array.isArray(v)) return v as Record<string, unknown>;
  throw wrong(what);
}

/** At most `most` bytes as hex digits. */
export function bytes(v: unknown, most: number, what: string): Uint8Array {
  const t = text(v, most * 2, what);
  if (t.length % 2 !== 0 || !/^[0-9a-f]*$/.test(t)) throw wrong(what);
  return Uint8Array.from({ length: t.length / 2 }, (_, i) => Number.parseInt(t.slice(2 * i, 2 * i + 2), 16));
}

export const hex = (b: Uint8Array): string => Array.from(b, (v) => v.toString(16).padStart(2, '0')).join('');
