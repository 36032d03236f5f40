import type { Suite } from './contract.ts';

/** Every suite, in the order of the table. */
export const suites: readonly Suite[] = [];
