/** The tape of a story: from its start to where its run ends, with the lanes that it names. */
import type { WorldOptions } from '../machine/options.ts';
import type { WorldData } from '../scenario/data.ts';
import { type Resolved, resolveStory, type Story } from '../stories/index.ts';
import { programOf } from '../stories/tale.ts';
import { makeTape } from './make.ts';
import type { Tape } from './schema.ts';

/** Happenings after the last beat that are still shown: a handler ends, a thread goes to sleep. */
const AFTER = 12;

/** `base`: options of the program where the story says none. Throws when the world does not come to the story's start. */
export function tapeOfStory(story: Story, data: WorldData, base: WorldOptions): Tape {
  const options = programOf(story, null, base);
  const r = resolveStory(story, data, options);
  const stretch = {
    name: story.name,
    title: story.title.replaceAll('{A}', r.cast.letter),
    look: story.look.replaceAll('{A}', r.cast.letter),
    story: story.name,
    conn: r.cast.conn,
    lanes: lanesOf(story, r),
    departures: r.departures,
    end: r.end,
    start: r.start,
    undone: r.undone,
    stop: Math.min(r.end, lastOf(r) + AFTER),
    beats: r.beats.map((b) => b.at),
  };
  const scenario =
    story.begin.from === 'sample' ? ({ kind: 'sample', id: story.begin.sample } as const) : null;
  return makeTape(data, options, stretch, scenario);
}

/** Where the last of its beats stands; without beats, where its run ends. */
function lastOf({ beats, end }: Resolved): number {
  const all = beats.flatMap((b) => [b.at, b.told]).filter((at) => at >= 0);
  return all.length > 0 ? Math.max(...all) : end;
}

function lanesOf(story: Story, { cast }: Resolved): number[] {
  const tids = new Set(story.lanes.map((word) => cast[word]).filter((tid) => tid >= 0));
  return [...tids].sort((a, b) => a - b);
}
