/** How much of an outside input is looked at. Larger ones are refused by a sentence, before room is made for them. */

export const LIMIT = {
  /** Characters of a link. */
  link: 200_000,
  /** Levels of lists and objects in a text that is JSON. */
  nesting: 32,
  /** Lines of notes on one input. */
  notes: 100,
  /** Bytes of a saved moment's head, unpacked; and of all of it. */
  momentHead: 2 ** 25,
  moment: 2 ** 29,
} as const;

/**
 * Happenings that may be run to come to where an input says it ends: `end` by its own count. `datagrams`: that wait in what it
 * begins with.
 */
export const runLimit = (end: number, datagrams = 0): number => 10 * end + 100_000 + 1000 * datagrams;

/** How deep the lists and objects of a JSON text lie in one another, without walking them. */
export function nestingOf(json: string): number {
  let depth = 0;
  let most = 0;
  for (let i = 0; i < json.length; i++) {
    const c = json[i];
    if (c === '"') {
      for (i++; i < json.length && json[i] !== '"'; i++) if (json[i] === '\\') i++;
    } else if (c === '[' || c === '{') most = Math.max(most, ++depth);
    else if (c === ']' || c === '}') depth--;
  }
  return most;
}
