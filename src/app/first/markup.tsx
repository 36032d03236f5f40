/** The picture that stands in the page before any script has run: the first story’s first beat, wide and for a phone. */
import { renderToStaticMarkup } from 'react-dom/server';
import { SessionProvider } from '../session/context.tsx';
import { stillSession } from '../session/still.ts';
import { StoryView } from '../story/StoryView.tsx';
import { beginTelling, castOf } from '../story/telling.ts';
import { drawnAt } from './drawn.ts';
import type { Prepared } from './prepared.ts';

/** Markup for the body of the page. Nothing in it can be pressed or is found by a test: the page itself stands there soon. */
export function firstMarkup({ data, tale }: Pick<Prepared, 'data' | 'tale'>): string {
  const telling = beginTelling(tale, 0);
  const session = stillSession({ selected: castOf(telling).conn, story: telling }, drawnAt(telling, data));
  const view = renderToStaticMarkup(
    <SessionProvider value={session}>
      <div className="app in-story">
        <StoryView telling={telling} still />
      </div>
    </SessionProvider>,
  );
  return `<div id="first">${asPicture(view)}</div>`;
}

const asPicture = (html: string): string =>
  html
    .replace(/ (?:data-(?!title)[a-z-]+|tabindex|id|aria-haspopup)="[^"]*"/g, '')
    .replaceAll('<button', '<button inert=""')
    .replaceAll('<svg', '<svg aria-hidden="true"')
    .replaceAll('aria-hidden="true" aria-hidden="true"', 'aria-hidden="true"');
