/**
 * docs/semantics.md as data: what HAProxy does, entry by entry, each under its number. Steps, rules, assertions, bugs and
 * mutations name it by that number.
 */

export interface Entry {
  /** "S14", "1.7/2d", "M08", "RELEASE_REBOUND". */
  readonly number: string;
  readonly title: string;
  /** Chapter it stands in. */
  readonly chapter: string;
  /** Its paragraphs, each in one line; with Markdown's backticks. */
  readonly text: readonly string[];
}

const HEADING = /^### (\S+) · (.+)$/;

/** The entries of the document by their numbers, in its order. Throws on a number that stands twice. */
export function entriesOf(markdown: string): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  let chapter = '';
  let text: string[] | null = null;
  for (const block of markdown.split(/\n{2,}|\n(?=#)|(?<=^#.*)\n/m)) {
    const line = block.trim().replace(/\n/g, ' ');
    const heading = HEADING.exec(line);
    if (heading) {
      const [, number, title] = heading as unknown as [string, string, string];
      if (entries.has(number)) throw new Error(`${number} stands twice`);
      text = [];
      entries.set(number, { number, title, chapter, text });
    } else if (line.startsWith('#')) {
      chapter = line.replace(/^#+ /, '');
      text = null;
    } else if (line && text) text.push(line);
  }
  return entries;
}

/** The numbers in a step's `ref`. */
export const numbersOf = (ref: string): string[] => ref.split(' ').filter((n) => n !== '');

/** A piece of a paragraph: words, code, or the number of another entry. */
export type Piece = { readonly kind: 'words' | 'code' | 'number'; readonly text: string };

/** A paragraph in pieces. Numbers are told by the entries there are. */
export function piecesOf(paragraph: string, entries: ReadonlyMap<string, Entry>): Piece[] {
  return paragraph.split(/(`[^`]*`)/).flatMap((part, i): Piece[] => {
    if (i % 2 === 1) return [{ kind: 'code', text: part.slice(1, -1) }];
    return part
      .split(/((?<![\w./-])[A-Z]?[\w-]+(?:[./]\w+)*(?![\w/-]))/)
      .filter((word) => word !== '')
      .map((word): Piece => ({ kind: isNumber(word) && entries.has(word) ? 'number' : 'words', text: word }));
  });
}

/** "9" is a number in a text, and an entry too: a bare number is taken as the former. */
const isNumber = (word: string): boolean => !/^\d+$/.test(word);
