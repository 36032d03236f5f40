/** A link's text in the hash part of an address. */
const PREFIX = '#m=';

/** The hash part for a moment's text. */
export const toHash = (text: string): string => PREFIX + text;

/** The moment's text in a hash part; null when it holds none (a jump to a part of the page). */
export const fromHash = (hash: string): string | null =>
  hash.startsWith(PREFIX) ? hash.slice(PREFIX.length) : null;
