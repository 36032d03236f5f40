import { FIXES, MUTATIONS } from '../../haproxy/revisions.ts';

/** Whether this is the id of a fix or a mutation. */
export const isPatch = (id: string): boolean => [...FIXES, ...MUTATIONS].some((f) => f.id === id);
