/** The whole page at the moment that a figure shows. */
import { toHash } from '../link/address.ts';
import type { Reel } from '../tape/reel.ts';

/** A step of the tape: as the story that it is of, or as the link's moment. `page`: address of the whole page. */
export function fullAddress(page: string, reel: Reel, frame: number): string {
  const { tape } = reel;
  const there = frame === 0 ? '' : `at=${reel.stepAt(frame)}`;
  if (tape.story) return `${page}?story=${tape.story}${there ? `&${there}` : ''}`;
  if (tape.link) return `${page}${there ? `?${there}` : ''}${toHash(tape.link)}`;
  return page;
}
