/** The workers that a run begins with, as the page makes them ahead and the supervisor asks for them. */

/** Name of the worker that is thread `tid`, or (-1) the load generator. */
export const nameOfWorker = (tid: number): string => (tid < 0 ? 'traffic' : `T${tid}`);

/** Threads whose workers are started at the same time, at first: as many as there are cores. */
export const atOnce = (): number => Math.max(2, navigator.hardwareConcurrency);

/** Names of the workers that a run of `threads` threads asks for first. */
export const firstNames = (threads: number): string[] =>
  Array.from({ length: 1 + Math.min(threads, atOnce()) }, (_, i) => nameOfWorker(i - 1));
