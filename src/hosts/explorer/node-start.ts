/** Starts a search in Node's worker threads: the command line, tests and measurements. */
import type { WorldSpec } from '../../scenario/explore.ts';
import { nodePort } from '../node-port.ts';
import type { Search, SearchOptions } from './contract.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { searchOver } from './search.ts';

/** Beside this one, built as it is. */
const ENTRY = new URL(`./node-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** As `startSearch`, in this process; `entry` is the worker's script, where it is bundled. */
export function startNodeSearch(spec: WorldSpec, options: SearchOptions, entry = ENTRY): Search {
  const n = options.order === 'depth' ? 1 : Math.max(1, options.workers);
  const ports = Array.from({ length: n }, () => nodePort<FromWorker, ToWorker<WorldSpec>>(entry));
  return searchOver(ports, spec, options);
}
