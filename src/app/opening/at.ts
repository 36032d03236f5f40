/** `?at=`: stands at a position of what was opened, named by what happens there. Loaded when an address asks for it. */
import { parseNamed } from '../../machine/recording/named.ts';
import type { Session } from '../session/session.ts';
import { resolvedOf } from '../story/telling.ts';

/** Once what the address opens stands on the stage. A story is left for it, with a way back. */
export async function standAtNamed(session: Session, text: string): Promise<void> {
  await opened(session);
  const { story } = session.choices.getState();
  const start = story ? resolvedOf(story).start : session.picture.getState().travel.at;
  if (story) session.set({ story: null, leftStory: { ...story, toward: null } });
  const named = parseNamed(text);
  const place = named && (await session.ask('place', { named, start }));
  if (place && place.at >= 0) session.travel({ kind: 'seek', at: place.at });
  else
    session.set({
      notice: {
        tone: 'plain',
        heading: `“${text.slice(0, 60)}” does not come in this run`,
        detail: 'This is its start.',
        action: null,
      },
    });
}

function opened(session: Session): Promise<void> {
  const is = (): boolean =>
    session.opened() !== null &&
    session.choices.getState().loading === null &&
    session.picture.getState().travel.end > 0;
  if (is()) return Promise.resolve();
  return new Promise((resolve) => {
    const look = (): void => {
      if (!is()) return;
      for (const stop of stops) stop();
      resolve();
    };
    const stops = [session.choices.subscribe(look), session.picture.subscribe(look)];
  });
}
