import { capture } from './capture.ts';
import type { Suite } from './contract.ts';
import { crypto } from './crypto.ts';

/** Every suite, in the order of the table. */
export const suites: readonly Suite[] = [crypto, capture];
