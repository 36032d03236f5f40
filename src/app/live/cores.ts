/**
 * What the same steps would come to on many cores, from what is measured here: how much of a core a datagram takes, and how
 * often a step is tried again because another thread is in the way. Calculated, and marked so wherever it is shown.
 */
import { count } from '../stage/text.ts';
import { brief } from './words.ts';

/** Cores of the machine that is calculated for. */
export const REAL_CORES = 64;

/** What all threads together did in the last 10 s. */
export interface Work {
  /** s. */
  seconds: number;
  threads: number;
  /** Cores of this machine. */
  cores: number;
  handled: number;
  steps: number;
  /** Steps tried again because another thread was in the way. */
  again: number;
  /** Time not asleep, s, over all threads; waiting for a core is in it. */
  busy: number;
}

export interface ManyCores {
  /** Threads that really ran at once, at most as many as there are cores. */
  atOnce: number;
  /** Time of a core for a datagram, us. */
  us: number;
  /** Share of the steps that were tried again; and what each further thread at once adds to it, NaN where only one ran. */
  again: number;
  each: number;
  /** Datagrams a second of `REAL_CORES` cores and of one of them; NaN where it can't be known. */
  rate: number;
  rateEach: number;
}

/** Fewer datagrams than these say nothing. */
const LEAST = 1000;

/**
 * A thread's time for a datagram grows by the steps that it tries again, and those with the number of threads that run at once:
 * rate(n) = n / (us * (1 + each * (n - 1))). Caches that many cores share are not in it, and neither is the load generator.
 */
export function manyCores(w: Work): ManyCores | null {
  if (w.handled < LEAST || w.seconds <= 0 || w.steps <= 0) return null;
  // The load generator takes a core too; on two, and under full load, the threads share what is left.
  const atOnce = Math.min(w.threads, w.cores, w.busy / w.seconds);
  const again = w.again / w.steps;
  const measured = (1e6 * atOnce * w.seconds) / w.handled;
  const us = measured / (1 + again);
  const each = atOnce > 1 ? again / (atOnce - 1) : Number.NaN;
  const rateEach = 1e6 / (us * (1 + each * (REAL_CORES - 1)));
  return { atOnce, us: measured, again, each, rate: rateEach * REAL_CORES, rateEach };
}

/** What was measured here. */
export function coresWords(w: Work, m: ManyCores): string {
  const rate = count(Math.round(w.handled / w.seconds));
  return `${count(w.cores)} ${w.cores === 1 ? 'core' : 'cores'} here: ${rate} datagrams/s with ${m.atOnce.toFixed(1)} threads at once, ${m.us < 100 ? m.us.toFixed(1) : Math.round(m.us)} µs of a core each; ${percent(m.again)} of the steps were tried again because another thread was in the way.${w.threads > w.cores ? ' With more workers than cores they are more than they would be: who is in the way may itself wait for a core.' : ''}`;
}

/** What that means for many. */
export function manyWords(m: ManyCores): string {
  if (Number.isNaN(m.rate)) return 'not known, since no two threads ran at once here.';
  return `${brief(m.rate)} datagrams/s, ${brief(m.rateEach)} by each, if a step is tried again more often with each thread that runs at once, as here: ${percent(m.each * (REAL_CORES - 1))} of them. What shared caches cost is not in it, and whoever sends must keep up.`;
}

const percent = (share: number): string =>
  share > 0 && share < 0.0001 ? 'under 0.01%' : `${(100 * share).toFixed(share < 0.1 ? 2 : 0)}%`;
