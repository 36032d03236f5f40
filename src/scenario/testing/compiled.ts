/** Two machines of one world: closures over plain memory, and compiled steps over a memory of their own. */
import type { Program } from '../../haproxy/step/compile.ts';
import { type EventSink, silent } from '../../haproxy/step/events.ts';
import { TELL } from '../../machine/compiled/layout.ts';
import { bytesOf, moduleOf } from '../../machine/compiled/load.ts';
import {
  blockIn,
  instantiate,
  memoryFor,
  type StepExports,
  type StepModule,
  withCompiled,
  writeTables,
} from '../../machine/compiled/steps.ts';
import { Machine } from '../../machine/machine.ts';
import type { WorldOptions } from '../../machine/options.ts';
import { setUp } from '../../machine/setup.ts';
import { PlainMem } from '../../memory/plain.ts';
import { SharedMem } from '../../memory/shared.ts';
import type { WorldData } from '../data.ts';
import { makeWorld } from '../make.ts';
import { OPTIONS } from './worlds.ts';

/** The steps for plain memory and for shared. */
export async function compiledModules(): Promise<StepModule[]> {
  const [plain, shared] = [
    await import('../../machine/compiled/runtime.as?steps=plain'),
    await import('../../machine/compiled/runtime.as?steps=shared'),
  ];
  return [
    await moduleOf(bytesOf(plain.wasm), plain.list, false),
    await moduleOf(bytesOf(shared.wasm), shared.list, true),
  ];
}

/** A booted machine whose steps are closures, over memory of the kind that compiled ones have. */
export function closureMachine(
  shared: boolean,
  data: WorldData,
  options: Partial<WorldOptions> = {},
): Machine {
  const { W, P } = makeWorld(data, { ...OPTIONS, ...options });
  const w = new Int32Array(W.layout.words);
  const m = shared ? new SharedMem(w) : new PlainMem(w);
  setUp(m, W, P);
  const machine = new Machine(m, W, P, silent);
  machine.boot();
  return machine;
}

/** A booted machine whose steps are compiled ones. `compiled`: for each step of its program whether it is. */
export function compiledMachine(
  module: StepModule,
  data: WorldData,
  options: Partial<WorldOptions> = {},
  sink: EventSink = silent,
): { machine: Machine; compiled: readonly boolean[] } {
  const { W, P } = makeWorld(data, { ...OPTIONS, ...options });
  const memory = memoryFor(W.layout.words, module.shared)!;
  const compiled = writeTables(memory, W, P, module.list);
  const w = blockIn(memory, W.layout.words);
  const m = module.shared ? new SharedMem(w) : new PlainMem(w);
  setUp(m, W, P);
  let exports: StepExports | undefined;
  const program: Program = withCompiled(P, compiled, () => exports!);
  const machine = new Machine(m, W, program, sink);
  exports = instantiate(module, memory, machine.x);
  exports.tell(TELL.host, 0, 0, 0, 0, 0);
  machine.boot();
  return { machine, compiled };
}
