/** Numbers of the link format. What is here never changes its meaning; a new format is a new letter and an upgrader. */
import type { WorldBounds } from '../scenario/explore.ts';

/** First character of a text of the present format. */
export const FORMAT = '1';

/** A text is the format's character, then in base64: sections (number, length, body), then two check bytes. */
export const SECTION = {
  scenario: 1,
  options: 2,
  program: 3,
  strings: 4,
  schedule: 5,
  time: 6,
  view: 7,
  trace: 8,
  find: 9,
  name: 10,
} as const;

export const SECTION_NAMES: Readonly<Record<number, string>> = {
  1: 'the scenario',
  2: 'the options',
  3: 'the program',
  4: 'the names of steps',
  5: 'the choices',
  6: 'the playhead',
  7: 'the view',
  8: 'the filter of the trace',
  9: 'what is looked for',
  10: 'its name',
};

/** Bounds of a museum world by their number. */
export const BOUNDS = [
  'threads',
  'connections',
  'datagrams',
  'rebinds',
  'timerFirings',
  'allocationFailures',
  'ringSize',
  'batchLimit',
  'inboxRecords',
  'socketFailures',
] as const satisfies readonly (keyof WorldBounds)[];
