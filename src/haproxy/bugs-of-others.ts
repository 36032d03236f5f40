/** Which rule a bug breaks that the revision which the page begins with has no longer, or not yet. */

import { KNOWN, type Known, known } from './bugs-by-rule.ts';
import type { Only } from './step/patch.ts';

/** Every one. */
export const EVERY_KNOWN: readonly Known[] = [
  ...KNOWN,
  known('I15', 'M04', '739de3f11'),
  known('I18', 'M04', '739de3f11'),
  known('F-R4', 'M04', '739de3f11'),
  known('F-R4s', 'M04', '739de3f11'),
  known('I11b', 'M38', '197424052', '7ecf4b34b'),
  known('I15', 'H16', '197424052', '74b95922e'),
  known('F-R13', 'M32', '2dedbe76c', '9f7cfb0a5'),
  known('F-R9c', 'H17', undefined, '9f7cfb0a5'),
  known('I19', 'M23', '4070e4042', 'd21c628ff'),
  known('I22', 'M24', '45e83e8e8', 'b81c9390f'),
  known('F-R4k', 'H01', undefined, '7ecf4b34b'),
  known('F-R4s', 'M38', '197424052', '7ecf4b34b'),
  known('F-R5b', 'H13', undefined, '9b5f11cd3'),
  known('F-R7c', 'H12', undefined, '9b5f11cd3'),
  known('F-R8', 'H16', undefined, '197424052'),
];

/** Those of worlds with two thread groups besides. */
const ACROSS: readonly Known[] = [
  known('F-R4s', 'H02', undefined, '9d360604b'),
  known('F-R14', 'M25', 'f1064c738', '9d360604b'),
  known('F-R14', 'H06', undefined, 'f1064c738'),
  known('I22', 'M25', 'f1064c738', '9d360604b'),
  known('F-R1', 'M25', 'f1064c738', '9d360604b'),
];

/** Those of some worlds besides. */
export const KNOWN_ONLY: Readonly<Record<keyof Only, readonly Known[]>> = {
  across: ACROSS,
  early: [],
  apart: [known('F-R13', 'M36', '62d6ed440', '3430556a8')],
  limited: [known('F-R4s', 'H15')],
};

/** and those of worlds of two groups that share fd tables whose clients send early data as well. */
export const KNOWN_ACROSS_EARLY: readonly Known[] = [known('F-R1', 'H18', undefined, '3df6a6011')];
