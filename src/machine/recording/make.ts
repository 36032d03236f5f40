/** A world that is recorded from its first happening on. */
import type { World } from '../../haproxy/model/world.ts';
import type { Program } from '../../haproxy/step/compile.ts';
import type { EventSink } from '../../haproxy/step/events.ts';
import type { PlainMem } from '../../memory/plain.ts';
import { Machine } from '../machine.ts';
import { atBeginning } from '../setup.ts';
import { EventCatcher } from './catcher.ts';
import { Recording, type RecordingOptions } from './recording.ts';

export interface RecordOptions extends RecordingOptions {
  /**
   * The block to begin with instead of the world before its first datagram. It may come from a layout with another event
   * ring: that lies behind everything else, and begins empty.
   */
  image?: Int32Array;
}

/** Sets the world up in `m` (its words are all zero), boots it and begins its recording. `sink` is told what steps tell. */
export function record(
  m: PlainMem,
  W: World,
  P: Program,
  sink: EventSink,
  options: RecordOptions = {},
): Recording {
  const caught: EventCatcher = new EventCatcher(sink, () => machine.happened);
  if (options.image) m.w.set(options.image.subarray(0, W.events.base));
  const machine: Machine = options.image ? new Machine(m, W, P, caught) : atBeginning(m, W, P, caught);
  return new Recording(machine, () => caught.take(), options);
}
