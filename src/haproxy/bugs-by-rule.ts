/** Which rule a historical bug breaks, as long as its fix is not there: those that the page begins with; the others stand in `bugs-of-others.ts`. */

export interface Known {
  rule: string;
  bug: string;
  /** The fix that ends it; the rule is then meant to hold as far as this bug goes. None: HAProxy has it still. */
  until: string | undefined;
  /** The commit that the bug came with, where it is later than the seed. */
  from: string | undefined;
}

export const known = (rule: string, bug: string, until?: string, from?: string): Known => ({
  rule,
  bug,
  until,
  from,
});

export const KNOWN: readonly Known[] = [
  known('I3', 'M12', '72267ff35'),
  known('I3', 'M13', '05f59a51a'),
  known('I3w', 'M22', 'dd58dff1e'),
  known('I4', 'M10', '4ae29be18'),
  known('I6', 'no flag yet (d6646dddc)', 'd6646dddc'),
  known('I8', 'no flag yet (d6646dddc)', 'd6646dddc'),
  known('I9', 'M01', '7b516d373'),
  known('I10', 'M01', '7b516d373'),
  known('I11', 'M08', '95f624540', '1acbbca17'),
  known('I13', 'M14', '76d502588'),
  known('I14', 'M10', '4ae29be18'),
  known('I16', 'M19', '9b5f11cd3'),
  known('I20', 'M11', '7fc52357c'),
  known('I24', 'M01', '7b516d373'),
  known('I27', 'M10', '4ae29be18'),
  known('F-R1', 'M08', '95f624540', '1acbbca17'),
  known('F-R4m', 'H11'),
  known('F-R6', 'M10', '4ae29be18'),
  known('F-R6', 'M16', '7cab3a3c3'),
  known('F-R5', 'M37', 'e6f5ab5af', '1acbbca17'),
];

/**
 * Rules of `table` that are not meant to hold with these fixes, each with the bugs that break it; what would end a hypothesis has its number among the
 * mutations.
 */
export function knownBroken(
  fixes: ReadonlySet<string>,
  mutations: ReadonlySet<string>,
  table: readonly Known[] = KNOWN,
): Readonly<Record<string, string>> {
  const out: Record<string, string> = {};
  for (const k of table) {
    if ((k.until && fixes.has(k.until)) || (k.from && !fixes.has(k.from)) || mutations.has(k.bug)) continue;
    out[k.rule] = out[k.rule] ? `${out[k.rule]}, ${k.bug}` : k.bug;
  }
  return out;
}
