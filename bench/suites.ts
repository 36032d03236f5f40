import { besideTshark } from './beside-tshark.ts';
import { capture } from './capture.ts';
import type { Suite } from './contract.ts';
import { crypto } from './crypto.ts';
import { explorer, worlds } from './explorer.ts';
import { find } from './find.ts';
import { live, liveNode } from './live.ts';
import { lookups } from './lookup.ts';
import { recordings } from './recording.ts';
import { seek } from './seek.ts';
import { steps } from './steps.ts';

/** Every suite, in the order of the table. */
export const suites: readonly Suite[] = [
  lookups,
  steps,
  recordings,
  seek,
  find,
  crypto,
  capture,
  besideTshark,
  explorer,
  worlds,
  live,
  liveNode,
];
