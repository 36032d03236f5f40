/**
 * The picture for what stands beside the stage: the same one, when the stage's has been painted. A key is answered by the stage; its
 * panels come with the next frame, and while it plays each shows the last picture that there is.
 */
import { createPicture, type PictureStore } from './store.ts';

/** @param after runs work once what has just changed on the page has been painted. */
export function createFollower(of: PictureStore, after: (work: () => void) => void): PictureStore {
  const follower = createPicture(of.getState());
  let waits = false;
  of.subscribe(() => {
    if (waits) return;
    waits = true;
    after(() => {
      waits = false;
      follower.setState(of.getState());
    });
  });
  return follower;
}
