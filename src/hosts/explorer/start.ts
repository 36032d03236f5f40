/** Starts a search in web workers. */
import type { WorldSpec } from '../../scenario/explore.ts';
import { makeWorker } from '../make-worker.ts';
import { workerPort } from '../port.ts';
import type { Search, SearchOptions } from './contract.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { searchOver } from './search.ts';
import searchScript from './worker.ts?worker-chunk';

/** Depth first goes down one run at a time. */
const workersOf = (o: SearchOptions): number => (o.order === 'depth' ? 1 : Math.max(1, o.workers));

/**
 * Searches the world that `spec` describes, in workers of its own; `workers` is best the number of cores
 * (`navigator.hardwareConcurrency`).
 *
 * @example
 * const search = startSearch({ world: 'M01', fixed: false }, {
 *   workers: 2, memoryMB: 512, bounds: {}, reduction: false, order: 'breadth',
 * });
 * search.onVerdict((v) => console.log(v.verdict));
 */
export function startSearch(spec: WorldSpec, options: SearchOptions): Search {
  const ports = Array.from({ length: workersOf(options) }, (_, i) =>
    workerPort<FromWorker, ToWorker<WorldSpec>>(makeWorker(searchScript, `search ${i}`)),
  );
  return searchOver(ports, spec, options);
}
