import { FINALIZED, findRevision } from '../../haproxy/revisions.ts';

/** The id under which the page lists a revision that goes by several names. */
export function revisionId(revision: string): string {
  const found = findRevision(revision);
  return found === FINALIZED ? 'finalized' : (found?.id ?? revision);
}
