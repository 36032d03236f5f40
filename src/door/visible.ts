/**
 * Unicode's controls (Cc), formats (Cf: directions of writing such as U+202E, joiners, marks of byte order), separators of
 * lines and paragraphs (Zl, Zp), halves of pairs (Cs): they change how the text around them is laid out, or nobody sees them.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** A text from outside as it may stand on the page or in a terminal: what is not seen is written as ‹U+202E›. */
export const visible = (text: string): string =>
  text.replace(UNSEEN, (c) => `‹U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}›`);
