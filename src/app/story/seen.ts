/** Which stories have been seen, and how far: remembered in this browser. */
import * as v from 'valibot';

const KEY = 'rebind.stories';

/** By name: the beat (from 0) at which it was left, or 'seen' once its last beat was reached. */
export type Seen = Readonly<Record<string, number | 'seen'>>;

const schema = v.record(
  v.pipe(v.string(), v.maxLength(40)),
  v.union([v.literal('seen'), v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(99))]),
);

/** What was remembered; empty where the browser keeps nothing, or keeps something else there. */
export function loadSeen(): Seen {
  try {
    const r = v.safeParse(schema, JSON.parse(localStorage.getItem(KEY) ?? '{}'));
    return r.success ? r.output : {};
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
