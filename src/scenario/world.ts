import type { PacketOpener } from '../haproxy/model/script.ts';
import * as line from '../haproxy/revisions.ts';
import type { WorldOptions } from '../machine/options.ts';
import type { WorldData } from './data.ts';
import { layOut, type Made, WATCHED } from './lay-out.ts';

export { type Made, WATCHED };

/** As `layOut`, with the whole line of revisions at hand. */
export const layOutWorld = (
  data: WorldData,
  options: WorldOptions,
  opener: PacketOpener,
  eventRing = WATCHED,
  hints = data.sizes !== undefined,
): Made => layOut(line, data, options, opener, eventRing, hints);
