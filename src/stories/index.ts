/** Every story by name. A story's file is loaded when it is asked for; the list knows only what a chooser needs at once. */
import { parseStory, type Story } from './schema.ts';

export { type Cast, duration, fill } from './cast.ts';
export { broken, type Scene } from './facts.ts';
export { type LateOne, type Resolved, resolveStory } from './resolve.ts';
export { type Beat, parseStory, type Story, type StoryProgram, type Told } from './schema.ts';
export { parseSpot, type Spot } from './spot.ts';
export { type Tale, type TaleRun, taleOf } from './tale.ts';

type Load = () => Promise<{ default: unknown }>;

/** In the order of the chooser. */
const FILES: Readonly<Record<string, Load>> = {
  first: () => import('./first.json'),
  store: () => import('./store.json'),
  twice: () => import('./twice.json'),
  socket: () => import('./socket.json'),
  race: () => import('./race.json'),
  'no-memory': () => import('./no-memory.json'),
  closing: () => import('./closing.json'),
  cids: () => import('./cids.json'),
  hot: () => import('./hot.json'),
  ring: () => import('./ring.json'),
  thaw: () => import('./thaw.json'),
};

export const STORY_NAMES: readonly string[] = Object.keys(FILES);

/** The story called `name`; null when there is none. */
export async function loadStory(name: string): Promise<Story | null> {
  const load = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  return load ? parseStory((await load()).default) : null;
}
