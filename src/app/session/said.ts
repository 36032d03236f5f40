/**
 * What is said of a link, or of where a file was saved: it comes piece by piece (what of the text could not be read, which
 * choices have no place here, whether the state is the one that was copied) and is one notice.
 */
import { linkNotice } from './notices.ts';
import type { Notice } from './store.ts';

type Way = NonNullable<Notice['ways']>[number];

export interface LinkSaid {
  /** Another link, or none, is followed from now on. */
  begin(lines?: readonly string[]): void;
  /** Says one thing more, with a way on. False when no link is being followed: then it is not said. */
  add(line: string, way?: Way): boolean;
}

export function createLinkSaid(notice: (n: Notice) => void): LinkSaid {
  let lines: string[] | null = null;
  let ways: Way[] = [];
  const tell = (): void => {
    if (!lines || lines.length === 0) return;
    notice(ways.length > 0 ? { ...linkNotice(lines), ways } : linkNotice(lines));
  };
  return {
    begin(first) {
      lines = first ? [...first] : null;
      ways = [];
      tell();
    },
    add(line, way) {
      if (!lines) return false;
      if (!lines.includes(line)) {
        lines.push(line);
        if (way) ways = [...ways, way];
      }
      tell();
      return true;
    },
  };
}
