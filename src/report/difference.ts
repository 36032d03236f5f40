/** What differs between a procedure of two programs, step by step. */
import type { Program } from '../haproxy/step/compile.ts';
import type { ListedStep, Listing } from './listing.ts';

export interface EdgeChange {
  readonly edge: string;
  /** Where it led; empty where there was no such edge. */
  readonly from: string;
  /** Where it leads; empty where it is gone. */
  readonly to: string;
}

export interface DifferenceRow {
  /** `changed`: another step has taken its place. `edges`: the step is the same and a jump leads elsewhere. */
  readonly kind: 'same' | 'added' | 'removed' | 'changed' | 'moved' | 'edges';
  /** As it is; of a removed one as it was. */
  readonly step: ListedStep;
  /** As it was, where the label is another one now. */
  readonly was?: ListedStep;
  readonly edges: readonly EdgeChange[];
  /** Procedure that an added step has come from, or a removed one has gone to. */
  readonly elsewhere?: string;
}

/** One side of a comparison: a program, and the listing of the procedure in it. */
export interface Side {
  readonly program: Program;
  readonly listing: Listing;
}

interface Pair {
  readonly before: number;
  readonly after: number;
}

/** Every step of both sides, in the order of `after`, those that are gone where they were. */
export function differenceOf(before: Side, after: Side): DifferenceRow[] {
  const pairs = paired(before, after);
  const kept = new Set(longestInOrder(pairs));
  const byBefore = new Map(pairs.map((p) => [p.before, p]));
  const byAfter = new Map(pairs.map((p) => [p.after, p]));
  const now = new Map(
    pairs.map((p) => [before.listing.steps[p.before]!.label, after.listing.steps[p.after]!.label]),
  );
  const rows: DifferenceRow[] = [];
  let i = 0;
  const passGone = (until: number): void => {
    for (; i < until; i++) {
      if (byBefore.has(i)) continue;
      const step = before.listing.steps[i]!;
      rows.push({ kind: 'removed', step, edges: [], ...found('elsewhere', homeOf(step, before, after)) });
    }
  };
  const keptAt = [...kept].sort((a, b) => a.after - b.after);
  after.listing.steps.forEach((step, n) => {
    const pair = byAfter.get(n);
    if (!pair) {
      // What is gone from a place stands before what has come to it.
      passGone(keptAt.find((k) => k.after > n)?.before ?? before.listing.steps.length);
      rows.push({ kind: 'added', step, edges: [], ...found('elsewhere', homeOf(step, after, before)) });
      return;
    }
    if (kept.has(pair)) passGone(pair.before);
    const old = before.listing.steps[pair.before]!;
    const edges = edgesChanged(old, step, now);
    const renamed = old.label !== step.label;
    const kind = renamed ? 'changed' : kept.has(pair) ? (edges.length > 0 ? 'edges' : 'same') : 'moved';
    rows.push({ kind, step, edges, ...(renamed ? { was: old } : {}) });
    if (kept.has(pair)) i = Math.max(i, pair.before + 1);
  });
  passGone(before.listing.steps.length);
  return rows;
}

const found = <K extends string>(key: K, value: string | undefined): { [P in K]?: string } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]?: string });

/** Which step of the one side is which of the other: by label, or by what has been put in its place. */
function paired(before: Side, after: Side): Pair[] {
  const key = before.listing.key;
  const at = new Map(after.listing.steps.map((s, i) => [s.label, i]));
  const pairs: Pair[] = [];
  const taken = new Set<number>();
  before.listing.steps.forEach(({ label }, i) => {
    const n = at.get(label);
    if (n === undefined) return;
    pairs.push({ before: i, after: n });
    taken.add(n);
  });
  const had = new Set(before.listing.steps.map((s) => s.label));
  before.listing.steps.forEach(({ label }, i) => {
    if (at.has(label)) return;
    const now = at.get(chain(after.program.renamed, key, label, (l) => at.has(l)));
    if (now === undefined || taken.has(now)) return;
    pairs.push({ before: i, after: now });
    taken.add(now);
  });
  // The other way round: what was put in place of a step that the other side still has, or has anew.
  const from = new Map(before.listing.steps.map((s, i) => [s.label, i]));
  const used = new Set(pairs.map((p) => p.before));
  after.listing.steps.forEach(({ label }, n) => {
    if (taken.has(n) || had.has(label)) return;
    const was = from.get(chain(before.program.renamed, key, label, (l) => from.has(l)));
    if (was === undefined || used.has(was)) return;
    pairs.push({ before: was, after: n });
    used.add(was);
  });
  return pairs.sort((a, b) => a.after - b.after);
}

/** What a label has become, replacement by replacement, until one that is there. */
function chain(
  renamed: ReadonlyMap<string, string>,
  key: string,
  label: string,
  there: (label: string) => boolean,
): string {
  let at = label;
  for (let n = 0; n < renamed.size; n++) {
    const next = renamed.get(`${key}/${at}`);
    if (next === undefined) break;
    at = next;
    if (there(at)) break;
  }
  return at;
}

/** The most of the pairs that stand in one order on both sides; the others have moved. */
function longestInOrder(pairs: readonly Pair[]): Pair[] {
  const best: Pair[][] = [];
  for (const p of pairs) {
    const run = best.reduce<Pair[]>(
      (longest, r) => (r.at(-1)!.before < p.before && r.length > longest.length ? r : longest),
      [],
    );
    best.push([...run, p]);
  }
  return best.reduce((longest, r) => (r.length > longest.length ? r : longest), []);
}

/** A target that was replaced is the same target. */
function edgesChanged(before: ListedStep, after: ListedStep, now: ReadonlyMap<string, string>): EdgeChange[] {
  const old = new Map(before.edges.map((e) => [e.name, e.to]));
  const names = [...new Set([...old.keys(), ...after.edges.map((e) => e.name)])];
  return names.flatMap((edge) => {
    const from = old.get(edge) ?? '';
    const to = after.edges.find((e) => e.name === edge)?.to ?? '';
    return from !== '' && to !== '' && (now.get(from) ?? from) === to ? [] : [{ edge, from, to }];
  });
}

/** Procedure of the other side that has the very step, and has it on that side alone. */
function homeOf(step: ListedStep, here: Side, there: Side): string | undefined {
  const has = (side: Side, key: string): boolean =>
    side.program.steps.some(
      (s) => s.proc.key === key && s.label === step.label && s.text === step.text && s.ref === step.ref,
    );
  return there.program.procedures.find(
    (p) => p.key !== here.listing.key && has(there, p.key) && !has(here, p.key),
  )?.name;
}
