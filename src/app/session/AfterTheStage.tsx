import type { ReactNode } from 'react';
import { afterPaint } from './after-paint.ts';
import { PictureContext, useSession } from './context.tsx';
import { createFollower } from './follower.ts';
import type { PictureStore } from './store.ts';

/** One a figure; it goes with what it follows. */
const followers = new WeakMap<PictureStore, PictureStore>();

function followerOf(picture: PictureStore): PictureStore {
  const made = followers.get(picture) ?? createFollower(picture, afterPaint);
  followers.set(picture, made);
  return made;
}

/** What stands in it has its picture when the stage's has been painted. */
export function AfterTheStage({ children }: { children: ReactNode }) {
  const { picture } = useSession();
  return <PictureContext value={followerOf(picture)}>{children}</PictureContext>;
}
