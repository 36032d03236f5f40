/** Runs one machine to any position of a line. */
import { refill } from '../../memory/bounded.ts';
import type { Machine } from '../machine.ts';
import { type Keyframe, putKeyframe } from './keyframe.ts';
import { keyframeFor, type Line, type Position, reaches } from './line.ts';

export class Player {
  /** How many of the line's choices have been made. */
  next = 0;
  /** What is in the block is the world at `position`; false when the block was lost or is another line's. */
  sound = false;

  constructor(readonly machine: Machine) {}

  get position(): Position {
    return { at: this.machine.happened, next: this.next };
  }

  /** Stands where the keyframe was taken. */
  put(k: Keyframe): void {
    const { machine } = this;
    putKeyframe(k, machine.m.w);
    machine.happened = k.at;
    machine.steps = k.steps;
    this.next = k.next;
    this.sound = true;
  }

  /** Stands at position `p` of the line, by the shortest way. Throws when the recording does not lead there. */
  go(line: Line, p: Position): void {
    const k = keyframeFor(line, p);
    const here = this.position;
    if (!this.sound || !reaches(here, p) || !reaches(k, here)) this.put(k);
    this.forward(line, p);
  }

  private forward(line: Line, p: Position): void {
    const { machine } = this;
    while (machine.happened < p.at || this.next < p.next) {
      const d = this.next < p.next ? line.departures[this.next] : undefined;
      if (d && d.at === machine.happened) {
        const why = machine.apply(d.choice);
        if (why) throw new Error(`the recording does not hold: ${d.choice.kind} at ${d.at}: ${why}`);
        this.next++;
        continue;
      }
      const stop = d ? Math.min(d.at, p.at) : p.at;
      refill(machine.m, stop - machine.happened);
      machine.run(stop - machine.happened);
      if (machine.happened < stop)
        throw new Error(`the recording does not hold: the run ended at ${machine.happened} of ${stop}`);
    }
  }
}
