/** Where a story stands, and what is to be seen of it: pure, so that the bar, the stage and the address agree. */
import { type Cast, fill } from '../../stories/cast.ts';
import type { Beat, Resolved, Tale, Told } from '../../stories/index.ts';
import { parseSpot } from '../../stories/spot.ts';
import type { Travel } from '../session/store.ts';

export interface Telling {
  tale: Tale;
  /** From 0. */
  beat: number;
  /** For each beat's question the answer that was given, -1 when it was shown without one; null while it stands open. */
  answers: readonly (number | null)[];
  /** Position that the run is being played to; null while it stands. */
  toward: number | null;
}

export const beginTelling = (tale: Tale, beat: number): Telling => ({
  tale,
  beat: Math.max(0, Math.min(tale.story.beats.length - 1, beat)),
  answers: tale.story.beats.map(() => null),
  toward: null,
});

export const beatOf = (t: Telling): Beat => t.tale.story.beats[t.beat]!;
export const runNo = (t: Telling, beat = t.beat): number => t.tale.of[beat]!;
export const resolvedOf = (t: Telling, beat = t.beat): Resolved => t.tale.runs[runNo(t, beat)]!.resolved;
export const castOf = (t: Telling): Cast => resolvedOf(t).cast;

/** A question stands and nothing of what follows may be seen yet. */
export const isAsking = (t: Telling): boolean => beatOf(t).ask !== undefined && t.answers[t.beat] === null;

/** What is said and lit now: the beat's own words, or what follows its question. */
export function toldOf(t: Telling): Told {
  const beat = beatOf(t);
  return beat.ask && !isAsking(t) ? beat.ask.told : beat;
}

export interface Place {
  at: number;
  /** Of the choices made there, so many lie ahead. */
  undone: number;
}

/** Where a beat stands, or what is told after its question; null when this run does not come there. */
export function placeOf(t: Telling, beat: number, told: boolean): Place | null {
  const r = resolvedOf(t, beat);
  const at = told ? r.beats[beat]!.told : r.beats[beat]!.at;
  return at < 0 ? null : { at, undone: at === r.start ? r.undone : 0 };
}

/** Where the story is now. */
export const herePlace = (t: Telling): Place | null =>
  placeOf(t, t.beat, beatOf(t).ask !== undefined && !isAsking(t));

/** Whether the line on the stage is another one than the story's: the reader has chosen otherwise. */
export function isOwn(t: Telling, { departures, end }: Pick<Travel, 'departures' | 'end'>): boolean {
  if (end === 0) return false;
  const { departures: told } = resolvedOf(t);
  return (
    departures.length !== told.length ||
    departures.some(
      (d, i) => d.at !== told[i]!.at || JSON.stringify(d.choice) !== JSON.stringify(told[i]!.choice),
    )
  );
}

/** The parts of the stage that are lit, each as `part` or `part:of`, with threads and letters in place of the story's words. */
export function litOf(t: Telling): ReadonlySet<string> {
  const cast = castOf(t);
  const out = new Set<string>();
  for (const text of toldOf(t).spot) {
    const spot = parseSpot(text);
    if (!spot) continue;
    const { part, of } = spot;
    if (part === 'lane' || part === 'inbox') out.add(`${part}:${cast[of as 'old']}`);
    else if (of === 'late') for (const d of cast.late) out.add(`${part}:${d + 1}`);
    else out.add(of ? `${part}:${of === 'A' ? cast.letter : of}` : part);
  }
  return out;
}

/** Lanes that the story needs, in their order. */
export const lanesOf = (t: Telling): number[] => {
  const cast = castOf(t);
  const tids = new Set(t.tale.story.lanes.map((w) => cast[w]).filter((tid) => tid >= 0));
  return [...tids].sort((a, b) => a - b);
};

/** “Beat 4 of 6. T2 takes datagram 33. What will it do?” */
export const saidOf = (t: Telling): string =>
  `Beat ${t.beat + 1} of ${t.tale.story.beats.length}. ${fill(toldOf(t).title, castOf(t))}`;
