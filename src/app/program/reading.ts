/** What can be opened to be read: an entry of docs/semantics.md, what a commit or a mutation did, what was changed by hand. */
import type { Session } from '../session/api.ts';

export type Reading =
  | { readonly kind: 'entry'; readonly number: string }
  /** By its id: a fix or a mutation. */
  | { readonly kind: 'patch'; readonly id: string }
  /** Every commit of the line, and every mutation. */
  | { readonly kind: 'line' }
  /** What is changed of the revision that runs. */
  | { readonly kind: 'changes' };

/** Opens it, before whatever was being read: the dialog leads back there. */
export function read(session: Session, what: Reading): void {
  const { dialog, reading } = session.choices.getState();
  session.set({ dialog: 'reading', reading: dialog === 'reading' ? [...reading, what] : [what] });
}

/** Shows it in place of what is being read: what Back leads to is where the reader came from. */
export function turn(session: Session, what: Reading): void {
  session.set({ reading: [...session.choices.getState().reading.slice(0, -1), what] });
}
