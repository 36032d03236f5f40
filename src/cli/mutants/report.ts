/** What became of the mutants, as JSON and as text. */
import { KINDS, type Kind } from '../../haproxy/mutants/mutant.ts';
import type { Judged } from './court.ts';

/** What `npm run mutants -- --json` prints. */
export interface Report {
  mutants: number;
  killed: number;
  equivalent: { id: string; why: string }[];
  unreached: { id: string }[];
  survivors: { id: string; text: string }[];
}

export function reportOf(judged: readonly Judged[]): Report {
  const of = (fate: Judged['fate']['fate']): Judged[] => judged.filter((j) => j.fate.fate === fate);
  return {
    mutants: judged.length,
    killed: of('killed').length,
    equivalent: judged.flatMap(({ mutant, fate }) =>
      fate.fate === 'equivalent' ? [{ id: mutant.id, why: fate.why }] : [],
    ),
    unreached: of('unreached').map(({ mutant }) => ({ id: mutant.id })),
    survivors: of('survivor').map(({ mutant }) => ({ id: mutant.id, text: mutant.text })),
  };
}

/** How many of each kind, and what was not noticed, by procedure. */
export function* textOf(judged: readonly Judged[]): Generator<string> {
  const r = reportOf(judged);
  yield `${r.mutants} mutants: ${r.killed} killed, ${r.equivalent.length} equivalent, ${r.unreached.length} unreached, ${r.survivors.length} survive`;
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const all = judged.filter((j) => j.mutant.kind === kind);
    const n = (fate: string): number => all.filter((j) => j.fate.fate === fate).length;
    if (all.length > 0)
      yield `  ${kind.padEnd(7)}${String(all.length).padStart(4)}: ${n('killed')} killed, ${n('equivalent')} equivalent, ${n('unreached')} unreached, ${n('survivor')} survive`;
  }
  if (r.survivors.length > 0) yield '\nNothing notices:';
  for (const { id, text } of r.survivors) yield `  ${id}: ${text}`;
  if (r.unreached.length > 0) yield '\nNo world and no capture comes to:';
  for (const { id } of r.unreached) yield `  ${id}`;
  if (r.equivalent.length > 0) yield '\nNo other program:';
  for (const { id, why } of r.equivalent) yield `  ${id}: ${why}`;
}
