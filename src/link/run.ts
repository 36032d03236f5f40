/** A run that a search has found, as a moment: it stands where the search began, and the run lies ahead. */
import { type Choice, happens } from '../machine/choice.ts';
import type { WorldOptions } from '../machine/options.ts';
import type { Departure, Schedule } from '../machine/schedule.ts';
import type { WorldSpec } from '../scenario/explore.ts';
import { type LinkDeparture, type Moment, plainMoment } from './moment.ts';

/** What a search began with: a museum world, its options, and the way to where the search begins. */
export interface RunFrom {
  spec: WorldSpec;
  options: WorldOptions;
  fingerprint: string;
  beginning: Pick<Schedule, 'departures' | 'end'>;
}

/** Choices made one after the other from position `at` on, as departures; and the position after the last. */
export function departuresFrom(
  at: number,
  choices: readonly Choice[],
): { departures: Departure[]; end: number } {
  let end = at;
  const departures = choices.map((choice) => {
    const d = { at: end, choice };
    if (happens(choice)) end++;
    return d;
  });
  return { departures, end };
}

/** The moment at the beginning of the run, with the run as its recorded future. */
export function runMoment(from: RunFrom, choices: readonly Choice[]): Moment {
  const { spec, options, fingerprint, beginning } = from;
  const run = departuresFrom(beginning.end, choices);
  const departures: LinkDeparture[] = [...beginning.departures, ...run.departures];
  const here = run.departures.filter((d) => d.at === beginning.end && !happens(d.choice)).length;
  return {
    ...plainMoment(),
    scenario: { kind: 'world', world: spec.world, fixed: spec.fixed, bounds: { ...spec.bounds } },
    options,
    fingerprint,
    departures,
    end: run.end,
    playhead: { at: beginning.end, undone: here },
  };
}
