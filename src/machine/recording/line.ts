/**
 * A line is one future of the beginning: its choices, how far it has been recorded, and copies on the way. A position on it
 * is two numbers: happenings before it, and how many of the line's choices have been made.
 */
import { happens } from '../choice.ts';
import type { Departure } from '../schedule.ts';
import type { EventLog } from './events.ts';
import type { Keyframe } from './keyframe.ts';
import type { Mark } from './mark.ts';

export interface Position {
  readonly at: number;
  readonly next: number;
}

/** What a line holds from one position on. */
export interface Stretch {
  departures: Departure[];
  /** Happenings at its end, counted from the beginning. */
  end: number;
  keyframes: Keyframe[];
  marks: Mark[];
  events: EventLog;
}

export interface Line extends Stretch {
  /** Never used twice in a recording. */
  readonly id: number;
}

/** A future that was left at a position, and can be had back. */
export interface Kept extends Stretch {
  readonly from: Position;
}

/** The position at `at` happenings with the choices made there, up to one that is itself a happening. */
export function positionAt(line: Line, at: number): Position {
  let next = choicesBefore(line, at);
  for (let d = line.departures[next]; d && d.at === at && !happens(d.choice); d = line.departures[next])
    next++;
  return { at, next };
}

/** How many choices were made at fewer than `at` happenings. */
export function choicesBefore(line: Line, at: number): number {
  let low = 0;
  let high = line.departures.length;
  while (low < high) {
    const half = (low + high) >> 1;
    if (line.departures[half]!.at < at) low = half + 1;
    else high = half;
  }
  return low;
}

/** The last keyframe from which position `p` can be run to. The first keyframe of a line is its beginning, so there is one. */
export function keyframeFor(line: Line, p: Position): Keyframe {
  let low = 0;
  let high = line.keyframes.length - 1;
  while (low < high) {
    const half = (low + high + 1) >> 1;
    if (reaches(line.keyframes[half]!, p)) low = half;
    else high = half - 1;
  }
  return line.keyframes[low]!;
}

/** Whether running on from `k` can come to `p`. */
export function reaches(k: Position, p: Position): boolean {
  return k.at <= p.at && k.next <= p.next;
}

/** Parts a line at a position that lies on it: a line of its own up to there, and the rest. */
export function cut(line: Line, from: Position, id: number): { head: Line; tail: Kept } {
  const here = line.keyframes.filter((k) => reaches(k, from)).length;
  const marks = line.marks.filter((m) => m.at < from.at);
  const told = line.events.firstAt(from.at);
  return {
    head: {
      id,
      departures: line.departures.slice(0, from.next),
      end: from.at,
      keyframes: line.keyframes.slice(0, here),
      marks,
      events: line.events.slice(0, told),
    },
    tail: {
      from,
      departures: line.departures.slice(from.next),
      end: line.end,
      keyframes: line.keyframes.slice(here),
      marks: line.marks.filter((m) => m.at >= from.at),
      events: line.events.slice(told),
    },
  };
}

/** The head with a future that once followed its end. */
export function join(head: Line, tail: Kept): Line {
  return {
    id: head.id,
    departures: [...head.departures, ...tail.departures],
    end: tail.end,
    keyframes: [...head.keyframes, ...tail.keyframes],
    marks: [...head.marks, ...tail.marks],
    events: head.events.with(tail.events),
  };
}

/** Nothing happened on it and nothing was chosen. */
export function isEmpty(tail: Kept): boolean {
  return tail.end === tail.from.at && tail.departures.length === 0;
}
