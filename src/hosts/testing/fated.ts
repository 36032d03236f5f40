/** Workers that come to harm, for tests. */
import { type NodePort, nodePort } from '../node-port.ts';

/** What becomes of a worker in the middle of a turn. */
export type Fate = 'exit' | 'throw' | 'hang';

/** A thread's worker that takes `turns` turns and then meets its fate. */
export function fatedPort<In, Out>(fate: Fate, turns: number): NodePort<In, Out> {
  return nodePort<In, Out>(new URL('./fated-entry.ts', import.meta.url), { fate, turns });
}
