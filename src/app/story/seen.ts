/** Which stories have been seen, and how far: remembered in this browser. */
const KEY = 'rebind.stories';

/** By name: the beat (from 0) at which it was left, or 'seen' once its last beat was reached. */
export type Seen = Readonly<Record<string, number | 'seen'>>;

/** Most characters of a story's name, and most beats. */
const NAME = 40;
const BEATS = 99;

const isSeen = (kept: unknown): kept is Seen =>
  typeof kept === 'object' &&
  kept !== null &&
  !Array.isArray(kept) &&
  Object.entries(kept).every(
    ([name, at]) =>
      name.length <= NAME && (at === 'seen' || (Number.isInteger(at) && at >= 0 && at <= BEATS)),
  );

/** What was remembered; empty where the browser keeps nothing, or keeps something else there. */
export function loadSeen(): Seen {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return isSeen(kept) ? kept : {};
  } catch {
    return {};
  }
}

/** Remembers how far a story was told. What was seen to its end stays seen. */
export function saveSeen(name: string, at: number | 'seen'): void {
  const before = loadSeen();
  if (before[name] === 'seen') return;
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...before, [name]: at }));
  } catch {
    // Storage is closed to a page in some frames: the story opens there each time, and one key leaves it.
  }
}
