/** Why a moment of another edition cannot be carried over. */
import { FileProblem } from './fields.ts';

/** `what` is not here any more, or there is no room for it. */
export const gone = (what: string): FileProblem =>
  new FileProblem(
    `The moment was frozen in another edition of Rebind and cannot be carried over to this one: ${what}.`,
    'It can be opened in the edition that saved it.',
  );
