/** What is said of a link that only whoever follows one needs. */
import type { Moment } from '../../link/index.ts';
import { captureName, ELSEWHERE } from '../session/notices.ts';
import type { Notice } from '../session/store.ts';

/** A link's choices lead to another state than the one it was copied at; as the command line says it. */
export const otherStateLine = (at: number, was: string, is: string): string =>
  `${ELSEWHERE}step ${at}, another state than was copied (${is}; it was ${was}).`;

/** The capture that a link speaks of is the person's own: they have it, or nobody has. */
export function awaitedNotice(m: Moment, said: readonly string[] = []): Notice {
  return {
    tone: 'plain',
    heading: `This link needs the capture ${captureName(m)}`,
    detail: [
      'It is not in the link. Open the file, with its key log if there was one, and the moment is shown.',
      ...said,
    ].join(' '),
    action: { label: 'Open capture…', command: 'open' },
  };
}
