import type { WorldOptions } from '../machine/options.ts';
import type { WorldData } from './data.ts';
import { layOut, type Made } from './lay-out.ts';
import { ScenarioOpener } from './opener.ts';
import { programsFor } from './programs.ts';

/** A world whose steps can open packets, once what its program needs is loaded. Errors as `layOut`. */
export async function makeWhenLoaded(data: WorldData, options: WorldOptions): Promise<Made> {
  return layOut(await programsFor(options), data, options, new ScenarioOpener(data));
}
