/** What an order needs and is loaded only then: where it cannot be had that is said, and the order goes on once it can. */
import { loadAgain } from '../parts/load-again.ts';
import { notLoadedNotice } from './notices.ts';
import type { Session } from './session.ts';

/**
 * What `pick` takes out of what `load` brings, at once or when the person has tried again; never, if it cannot be had. `what` begins the
 * sentence: "What copies lines". `failed` hears of the first failure, before it is said.
 */
export async function loaded<M, T>(
  session: Session,
  what: string,
  load: () => Promise<M>,
  pick: (m: M) => T | undefined,
  failed: () => Promise<void> = async () => {},
): Promise<T> {
  let why: unknown;
  try {
    return pick(await load())!;
  } catch (error) {
    why = error;
  }
  await failed();
  return new Promise((resolve) => {
    const say = (): void => session.set({ notice: notLoadedNotice(what, again) });
    const again = (): void => {
      session.set({ notice: null });
      loadAgain(why, load, pick).then(resolve, (error: unknown) => {
        why = error;
        say();
      });
    };
    say();
  });
}
