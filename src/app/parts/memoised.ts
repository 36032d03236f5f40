import { type ComponentType, memo } from 'react';
import { equal } from '../session/keep.ts';

/**
 * A component that is drawn again only when what it is given says something else. A picture keeps what did not change, so
 * comparing looks no deeper than where it did.
 */
export function memoised<P extends object>(view: ComponentType<P>) {
  return memo(view, equal);
}
