/** A story as whoever tells it holds it: the runs that its beats stand in, one for each program that they are of. */
import type { WorldOptions } from '../machine/options.ts';
import type { WorldData } from '../scenario/data.ts';
import { type Resolved, resolveStory } from './resolve.ts';
import type { Beat, Story } from './schema.ts';

export interface TaleRun {
  options: WorldOptions;
  resolved: Resolved;
}

/** Plain data: it comes out of a worker. */
export interface Tale {
  story: Story;
  runs: TaleRun[];
  /** For each beat the number of its run. */
  of: number[];
}

/** The options that a beat's program comes to, over those that the page has. */
export const programOf = (story: Story, beat: Beat | null, base: WorldOptions): WorldOptions => ({
  ...base,
  ...story.program,
  ...beat?.program,
});

/** Throws with the reason when this world does not come to the story's start. */
export function taleOf(story: Story, data: WorldData, base: WorldOptions): Tale {
  const keys: string[] = [];
  const runs: TaleRun[] = [];
  const runFor = (options: WorldOptions): number => {
    const key = JSON.stringify(options);
    if (!keys.includes(key)) {
      keys.push(key);
      runs.push({ options, resolved: resolveStory(story, data, options) });
    }
    return keys.indexOf(key);
  };
  runFor(programOf(story, null, base));
  const of = story.beats.map((b) => runFor(programOf(story, b, base)));
  return { story, runs, of };
}
