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

/**
 * Runs a booted machine through a schedule; choices later than its end are left out. Returns an empty string, or what could
 * not be followed. With a fingerprint, a schedule of another program is followed all the same, but the answer says so: it may
 * have led elsewhere.
 */
export function replay(
  machine: Machine,
  schedule: Pick<Schedule, 'departures' | 'end'> & { fingerprint?: string },
): string {
  const { departures, end, fingerprint } = schedule;
  const why = follow(machine, departures, end);
  const now = machine.P.fingerprint;
  if (fingerprint === undefined || fingerprint === now) return why;
  const other = `recorded with another program (${fingerprint}, this is ${now})`;
  return why ? `${other}; ${why}` : other;
}

function follow(machine: Machine, departures: readonly Departure[], end: number): string {
  for (const d of departures) {
    if (d.at > end) break;
    if (d.at > machine.happened) machine.run(d.at - machine.happened);
    if (machine.happened < d.at)
      return `the run ended after ${machine.happened} happenings, before choice ${d.choice.kind} at ${d.at}`;
    const why = machine.apply(d.choice);
    if (why) return `${d.choice.kind} at ${d.at}: ${why}`;
  }
  if (end > machine.happened) machine.run(end - machine.happened);
  return machine.happened === end ? '' : `the run ended after ${machine.happened} of ${end} happenings`;
}
