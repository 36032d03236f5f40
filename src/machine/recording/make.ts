/** A world that is recorded from its first happening on. */
import type { World } from '../../haproxy/model/world.ts';
import type { EventSink } from '../../haproxy/proc/events.ts';
import type { Program } from '../../haproxy/proc/proc.ts';
import type { PlainMem } from '../../memory/plain.ts';
import { Machine } from '../machine.ts';
import { setUp } from '../setup.ts';
import { MarkSink } from './marks.ts';
import { Recording, type RecordingOptions } from './recording.ts';

/** Sets the world up in `m` (its words are all zero), boots it and begins its recording. `sink` is told what steps tell. */
export function record(
  m: PlainMem,
  W: World,
  P: Program,
  sink: EventSink,
  options?: RecordingOptions,
): Recording {
  const marks: MarkSink = new MarkSink(sink, () => machine.happened);
  const machine: Machine = new Machine(m, W, P, marks);
  setUp(m, W, P);
  machine.boot();
  return new Recording(machine, () => marks.take(), options);
}
