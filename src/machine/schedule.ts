/**
 * A run as what departs from the default order: "by the clock, until so many happenings; then this choice". Replayed on any
 * host it gives the same hash.
 */
import type { Choice } from './choice.ts';
import type { Machine } from './machine.ts';
import type { WorldOptions } from './options.ts';

/** A choice of the person, made when `at` happenings (steps taken, datagrams delivered) had passed. */
export interface Departure {
  at: number;
  choice: Choice;
}

export interface Schedule {
  version: 1;
  /** Name of the beginning. */
  scenario: string;
  options: WorldOptions;
  /** Of the compiled program; when it differs, `at` may point elsewhere. */
  fingerprint: string;
  departures: Departure[];
  /** Happenings after which the moment is reached. */
  end: number;
}

/** Runs a booted machine through a schedule. Returns an empty string, or what could not be followed. */
export function replay(machine: Machine, schedule: Pick<Schedule, 'departures' | 'end'>): string {
  for (const d of schedule.departures) {
    if (d.at > machine.happened) machine.run(d.at - machine.happened);
    if (machine.happened < d.at)
      return `the run ended after ${machine.happened} happenings, before choice ${d.choice.kind} at ${d.at}`;
    const why = machine.apply(d.choice);
    if (why) return `${d.choice.kind} at ${d.at}: ${why}`;
  }
  if (schedule.end > machine.happened) machine.run(schedule.end - machine.happened);
  return machine.happened === schedule.end
    ? ''
    : `the run ended after ${machine.happened} of ${schedule.end} happenings`;
}
