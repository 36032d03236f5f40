import type { WorldOptions } from '../machine/options.ts';
import type { WorldData } from './data.ts';
import { type Made, WATCHED } from './lay-out.ts';
import { ScenarioOpener } from './opener.ts';
import { layOutWorld } from './world.ts';

/** A world whose steps can open packets. Parameters and errors as `layOut`. */
export function makeWorld(data: WorldData, options: WorldOptions, eventRing = WATCHED): Made {
  return layOutWorld(data, options, new ScenarioOpener(data), eventRing);
}
