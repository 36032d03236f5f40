/** What of the moment on screen goes into another page: a story's has a document of its own, any other is run by the machine. */
import { addressOf } from '../address/browser.ts';
import type { Session } from '../session/session.ts';
import { isOwn, resolvedOf } from '../story/telling.ts';
import type { Shown } from './snippets.ts';

/** This page's folder. */
export const folder = (): string => new URL('./', `${location.origin}${location.pathname}`).href;

/** Name of the story whose run stands on the stage, with its start; null when the reader has chosen otherwise, or none is told. */
export function storyHere(session: Session): { name: string; start: number } | null {
  const { story, leftStory } = session.choices.getState();
  const { travel } = session.picture.getState();
  const told = story ?? leftStory;
  if (!told || told.tale.story.begin.from !== 'sample' || isOwn(told, travel)) return null;
  const { start, beats } = resolvedOf(told);
  const last = Math.max(start, ...beats.flatMap((b) => [b.at, b.told]));
  return travel.at >= start && travel.at <= last ? { name: told.tale.story.name, start } : null;
}

/** `hash`: of the moment, as a link has it; `begins`: how a story's figure does. */
export function shownOf(
  session: Session,
  hash: string,
  title: string,
  begins: 'picture' | 'playing' | 'still',
): Shown {
  const { sentence, travel } = session.picture.getState();
  const words = `${sentence.lead} ${sentence.rest}`.trim();
  const script = `${folder()}embed/rebind-figure.js`;
  const story = storyHere(session);
  if (!story)
    return {
      title,
      sentence: words,
      frame: addressOf(hash, true),
      poster: '',
      full: addressOf(hash, false),
      script,
    };
  const at = travel.at === story.start ? '' : `at=${travel.at}`;
  const asks = [at, begins === 'picture' ? '' : `begin=${begins}`].filter(Boolean).join('&');
  return {
    title,
    sentence: words,
    frame: `${folder()}m/${story.name}/${asks ? `?${asks}` : ''}`,
    poster: at ? '' : `${folder()}m/${story.name}/poster.svg`,
    full: `${folder()}?story=${story.name}${at ? `&${at}` : ''}`,
    script,
  };
}
