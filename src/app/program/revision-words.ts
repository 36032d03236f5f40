/** What each revision is, and what was changed of it, in words: loaded when somebody looks. */
import { findRevision } from '../../haproxy/revisions.ts';

export { changesOf } from '../../report/changes.ts';

/** What a revision's last commit did, in a few words; '' where there is no such revision. */
export const titleOf = (revision: string): string => findRevision(revision)?.title ?? '';
