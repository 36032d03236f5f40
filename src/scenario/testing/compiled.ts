/** Two machines of one world: closures over plain memory, and compiled steps over a memory of their own. */
import type { Program } from '../../haproxy/step/compile.ts';
import { type EventSink, silent } from '../../haproxy/step/events.ts';
import { PLACE, TELL, TOLD_BYTES } from '../../machine/compiled/layout.ts';
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

/** The steps for plain memory and for shared, and those for programs that somebody has changed. */
export async function compiledModules(): Promise<Record<'plain' | 'shared' | 'careful', StepModule>> {
  const [plain, shared, careful] = [
    await import('../../machine/compiled/runtime.as?steps=plain'),
    await import('../../machine/compiled/runtime.as?steps=shared'),
    await import('../../machine/compiled/runtime.as?steps=careful'),
  ];
  return {
    plain: await moduleOf(bytesOf(plain.wasm), plain.list, { shared: false, careful: false }),
    shared: await moduleOf(bytesOf(shared.wasm), shared.list, { shared: true, careful: false }),
    careful: await moduleOf(bytesOf(careful.wasm), careful.list, { shared: true, careful: true }),
  };
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

/**
 * A booted machine whose steps are compiled ones. `compiled`: for each step of its program whether it is. With `room` they tell in a ring of so many
 * records, and `hear` books what is in it; else at once.
 */
export function compiledMachine(
  module: StepModule,
  data: WorldData,
  options: Partial<WorldOptions> = {},
  sink: EventSink = silent,
  room = 0,
): { machine: Machine; compiled: readonly boolean[]; hear: () => void } {
  const { W, P } = makeWorld(data, { ...OPTIONS, ...options });
  const memory = memoryFor(W.layout.words, module.shared)!;
  const compiled = writeTables(memory, W, P, module.list);
  const w = blockIn(memory, W.layout.words);
  const m = module.shared ? new SharedMem(w) : new PlainMem(w);
  setUp(m, W, P);
  let exports: StepExports | undefined;
  const program: Program = withCompiled(P, compiled, () => exports!);
  const machine = new Machine(m, W, program, sink);
  const ring = new Int32Array(memory.buffer, PLACE.rings, (room * TOLD_BYTES) / 4);
  const hear = (): void => {
    const words = exports!.told() / 4;
    for (let i = 0; i < words; i += TOLD_BYTES / 4)
      sink.note(machine.x, ring[i]!, ring[i + 1]!, ring[i + 3]!, ring[i + 4]!);
  };
  exports = instantiate(module, memory, machine.x, room ? hear : undefined);
  exports.tell(room ? TELL.ring : TELL.host, PLACE.rings, room * TOLD_BYTES, -1, 0, -1);
  machine.boot();
  return { machine, compiled, hear };
}
