/** Workers that come to harm, for tests. */
import { type NodePort, nodePort } from '../node-port.ts';

/** What becomes of a worker in the middle of a turn; `wait`: it goes on with it once its gate is opened. */
export type Fate = 'exit' | 'throw' | 'hang' | 'wait';

/** A thread's worker that takes `turns` turns and then meets its fate. `gate`: a shared word that lets one go that waits. */
export function fatedPort<In, Out>(fate: Fate, turns: number, gate = newGate()): NodePort<In, Out> {
  return nodePort<In, Out>(new URL('./fated-entry.ts', import.meta.url), { fate, turns, gate });
}

/** A gate for `fatedPort`, shut. */
export const newGate = (): Int32Array => new Int32Array(new SharedArrayBuffer(4));

/** Whoever waits at the gate goes on. */
export function openGate(gate: Int32Array): void {
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
}
