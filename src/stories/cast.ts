/** Who plays in a story: letters, threads and datagrams of its world, and the words that they stand for. */
import type { ThreadWord } from './schema.ts';

export interface Cast {
  /** Capture connection that it is about, and its letter. */
  conn: number;
  letter: string;
  threads: number;
  old: number;
  new: number;
  third: number;
  fourth: number;
  /** Datagrams of it (from 0) that wait with the old owner at the start, first in line first. */
  late: readonly number[];
  /** CIDs of it in the tree at the start. */
  cids: number;
  /** Steps of the old owner from the first of the rebind to the store of tid; 0 when there is none. */
  steps: number;
  /** From the store of tid to the handling of the last late datagram, virtual ns; 0 when there is none. */
  wait: number;
}

export const threadOf = (cast: Cast, word: ThreadWord): number => cast[word];

/** Threads that are not the owner, in their order, fill the other words. */
export function castThreads(owner: number, threads: number): Pick<Cast, 'old' | 'new' | 'third' | 'fourth'> {
  const [a = -1, b = -1, c = -1] = Array.from({ length: threads }, (_, t) => t).filter((t) => t !== owner);
  return { old: owner, new: a, third: b, fourth: c };
}

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? 'none') : `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}`;

/** "77 µs", "1.2 ms", three figures at most. */
export function duration(ns: number): string {
  const [n, unit] =
    ns < 1000 ? [ns, 'ns'] : ns < 1e6 ? [ns / 1e3, 'µs'] : ns < 1e9 ? [ns / 1e6, 'ms'] : [ns / 1e9, 's'];
  return `${Number(n.toPrecision(3))}\u202f${unit}`;
}

const NUMBERS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

const numeral = (n: number): string => NUMBERS[n] ?? String(n);
const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** `text` with its words filled in: {A}, {old}, {new}, {third}, {late}, {late.n}, {late.word}, {first}, {last}, {cids.word}, {steps}, {wait}. */
export function fill(text: string, cast: Cast): string {
  return text.replace(/\{([A-Za-z.]+)\}/g, (all, word: string) => wordFor(word, cast) ?? all);
}

function wordFor(word: string, cast: Cast): string | null {
  const n = cast.late.length;
  switch (word) {
    case 'A':
      return cast.letter;
    case 'old':
    case 'new':
    case 'third':
    case 'fourth':
      return cast[word] >= 0 ? `T${cast[word]}` : 'no thread';
    case 'old.n':
      return String(cast.old);
    case 'new.n':
      return String(cast.new);
    case 'late':
      return listed(cast.late.map((d) => String(d + 1)));
    case 'late.n':
      return String(n);
    case 'late.word':
      return numeral(n);
    case 'late.Word':
      return capital(numeral(n));
    case 'cids.word':
      return numeral(cast.cids);
    case 'cids.Word':
      return capital(numeral(cast.cids));
    case 'last':
      return n > 0 ? String(cast.late[n - 1]! + 1) : '';
    case 'first':
      return cast.late.length > 0 ? String(cast.late[0]! + 1) : '';
    case 'steps':
      return String(Math.max(1, Math.round(cast.steps / 5) * 5));
    case 'wait':
      return duration(cast.wait);
    default:
      return null;
  }
}
