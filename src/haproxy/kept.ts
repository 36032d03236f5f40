/** How a program stands in what is kept of it, links and files: without any of its steps, so that who writes an address loads none. */
import { LINE, placeInLine, revisionKey } from './line.ts';

/** What a link means that says “newest”: it was written when that was the newest there was. */
export const NEWEST_IN_LINKS = '7cab3a3c3';

/** Most ideas at once, and most characters of one. */
export const MOST_IDEAS = 64;
export const MOST_IDEA = 200;

/** Names that never mean another revision. */
const LASTING: ReadonlySet<string> = new Set(['seed', 'finalized']);

/** A revision's name as what is kept says it: a short name, “newest” for one, by the last fix that it means today. */
export const keptAs = (revision: string): string => {
  const at = placeInLine(revision);
  return at < 0 || LASTING.has(revision) || revisionKey(at) === revision ? revision : LINE[at]!;
};
