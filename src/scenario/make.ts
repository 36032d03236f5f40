import type { WorldOptions } from '../machine/options.ts';
import type { WorldData } from './data.ts';
import { ScenarioOpener } from './opener.ts';
import { layOutWorld, type Made, WATCHED } from './world.ts';

/** A world whose steps can open packets. Parameters and errors as `layOutWorld`. */
export function makeWorld(data: WorldData, options: WorldOptions, eventRing = WATCHED): Made {
  return layOutWorld(data, options, new ScenarioOpener(data), eventRing);
}
