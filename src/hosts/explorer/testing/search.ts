/** A search over Node's worker threads, as a promise. */
import { nodePort } from '../../node-port.ts';
import type { SearchOptions, SearchVerdict } from '../contract.ts';
import type { FromWorker, ToWorker } from '../messages.ts';
import { searchOver } from '../search.ts';
import type { TestSpec } from './worlds.ts';

export const OPTIONS: SearchOptions = {
  workers: 1,
  memoryMB: 256,
  bounds: {},
  reduction: false,
  order: 'breadth',
};

const ENTRY = new URL('./entry.ts', import.meta.url);

export function startTestSearch(spec: TestSpec, options: SearchOptions): ReturnType<typeof searchOver> {
  const ports = Array.from({ length: options.workers }, () =>
    nodePort<FromWorker, ToWorker<TestSpec>>(ENTRY),
  );
  return searchOver(ports, spec, options);
}

/** The verdict of a search that runs to its end. */
export function verdictOf(spec: TestSpec, options: Partial<SearchOptions> = {}): Promise<SearchVerdict> {
  return new Promise((resolve) => {
    startTestSearch(spec, { ...OPTIONS, ...options }).onVerdict(resolve);
  });
}
