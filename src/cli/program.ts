import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROCEDURES } from '../haproxy/catalogue.ts';
import { namesOf, procedureNamed } from '../haproxy/names.ts';
import { sourceOf, stepsInC } from '../haproxy/places/index.ts';
import { chooseRevision, FIXES, findRevision, programOf, type Revision } from '../haproxy/revisions.ts';
import type { Program } from '../haproxy/step/compile.ts';
import type { AnyProcedure } from '../haproxy/step/proc.ts';
import { changesOf } from '../report/changes.ts';
import { differenceOf } from '../report/difference.ts';
import { broughtBy, type Listing, listingOf, stepsOf, targetsOf } from '../report/listing.ts';
import { argumentsOf } from './arguments.ts';
import { guardedLater, UnusableInput } from './input.ts';
import { nearest } from './nearest.ts';
import { CHANGE_OPTIONS, CHANGE_USAGE, programChange } from './program-options.ts';
import { differenceText, listingText, type Made, sourceText } from './program-text.ts';

export const PROGRAM_USAGE = `rebind program [FUNCTION [--against R] [--source]] [--revision R]
      ${CHANGE_USAGE} [--json]`;

/** What `--json` prints. */
export interface ProgramReport {
  function: string;
  revision: string;
  steps: { label: string; at: string; text: string; roles: string[]; to: string[] }[];
}

interface Arguments {
  fn: string | undefined;
  made: Made;
  /** Fixes of the revision that it was made from. */
  base: ReadonlySet<string>;
  against: Revision | undefined;
  source: boolean;
  json: boolean;
}

/**
 * `program FUNCTION …`: the steps of a function in one revision, as they are compiled; without a function, all that the
 * program has. The exit code is 0, 2 when there is no such function, or it has no steps there.
 */
export function program(argv: string[]): Promise<number> {
  return guardedLater('program', async () => {
    const a = readArguments(argv);
    const P = programOf(a.made.revision);
    if (a.fn === undefined) {
      process.stdout.write(`${a.json ? JSON.stringify(everyName(P)) : everyName(P).join('\n')}\n`);
      return 0;
    }
    const proc = meant(a.fn);
    const listing = listingOf(P, proc, a.base);
    if (listing.steps.length === 0 && !a.against) throw new UnusableInput(notThere(proc, a.made.revision));
    if (a.against) compare(a, P, proc, listing, a.against);
    else if (a.source) await withSource(a, P, proc, listing);
    else if (a.json) process.stdout.write(`${JSON.stringify(report(a, listing))}\n`);
    else process.stdout.write(`${listingText(listing, a.made, sourceOf(a.base))}\n`);
    return 0;
  });
}

/** A listing as the `--json` report. */
const report = (a: Arguments, { name, steps }: Listing): ProgramReport => ({
  function: name,
  revision: a.made.revision.id,
  steps: steps.map((s) => ({
    label: s.label,
    at: s.place.at,
    text: s.text,
    roles: s.roles.map((r) => r.name),
    to: targetsOf(s),
  })),
});

function compare(a: Arguments, P: Program, proc: AnyProcedure, listing: Listing, other: Revision): void {
  const O = programOf(other);
  const there = listingOf(O, proc, other.fixes);
  if (listing.steps.length + there.steps.length === 0)
    throw new UnusableInput(`${notThere(proc, a.made.revision)} It is no part of ${other.id} either.`);
  const rows = differenceOf({ program: P, listing }, { program: O, listing: there });
  if (!a.json) {
    process.stdout.write(`${differenceText(rows, there.name, a.made, { revision: other, changes: [] })}\n`);
    return;
  }
  const changes = rows
    .filter((r) => r.kind !== 'same')
    .map(({ kind, step, was, edges, elsewhere }) => ({
      change: kind,
      label: step.label,
      text: step.text,
      ...(was ? { was: { label: was.label, text: was.text } } : {}),
      ...(elsewhere === undefined ? {} : { elsewhere }),
      edges,
    }));
  const said = { function: there.name, revision: a.made.revision.id, against: other.id, changes };
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

const SOURCES = join(import.meta.dirname, '../haproxy');

/** `--source`: each step with its body, and the functions that the bodies call. */
async function withSource(a: Arguments, P: Program, proc: AnyProcedure, listing: Listing): Promise<void> {
  if (!existsSync(SOURCES))
    throw new UnusableInput(
      '--source shows the project’s own sources, which are not packed; it works in a clone of the repository',
    );
  const { bodyOf, calledBy } = await import('./source/bodies.ts');
  const found = stepsOf(P, proc).map(bodyOf);
  const called = calledBy(P, found);
  if (!a.json) {
    const bodies = found.map((f) => f.body);
    process.stdout.write(`${sourceText(listing, a.made, sourceOf(a.base), bodies, called)}\n`);
    return;
  }
  const r = report(a, listing);
  const steps = r.steps.map((s, i) => ({ ...s, file: found[i]!.body.at, source: found[i]!.body.text }));
  const calls = called.map((c) => ({ function: c.name, file: c.at, source: c.text }));
  process.stdout.write(`${JSON.stringify({ ...r, steps, calls })}\n`);
}

/** What each procedure of the program is called in it. */
const everyName = (P: Program): string[] =>
  PROCEDURES.filter((p) => stepsOf(P, p).length > 0).map((p) => P.procedures[p.id]!.name);

function meant(name: string): AnyProcedure {
  const proc = procedureNamed(name);
  if (proc) return proc;
  const within = stepsInC(name);
  if (within)
    throw new UnusableInput(
      `${name} is no procedure here: its steps stand in ${within.map((p) => p.key).join(' and ')}.`,
    );
  const near = nearest(name, PROCEDURES.flatMap(namesOf));
  throw new UnusableInput(`There is no function ${name}; the nearest is ${near}.`);
}

/** Why a procedure has no steps in a revision. */
function notThere(proc: AnyProcedure, r: Revision): string {
  const by = broughtBy(proc);
  return `${proc.key} is no part of ${r.id}${by ? `; ${by.id} brings it.` : '.'}`;
}

function readArguments(argv: string[]): Arguments {
  const { values: v, positionals } = parse(argv);
  if (positionals.length > 1) throw new UnusableInput(`one function at a time; usage: ${PROGRAM_USAGE}`);
  const [fn] = positionals;
  if (fn === undefined && (v.against !== undefined || v.source))
    throw new UnusableInput(`which function? usage: ${PROGRAM_USAGE}`);
  if (v.against !== undefined && v.source)
    throw new UnusableInput('--against compares lists of steps; --source shows one of them');
  const base = found(v.revision ?? 'finalized');
  const change = programChange(v);
  const revision = chooseRevision({ revision: base.id, ...change });
  if (typeof revision === 'string') throw new UnusableInput(`${revision}.`);
  return {
    fn,
    made: { revision, changes: changesOf(change) },
    base: base.fixes,
    against: v.against === undefined ? undefined : found(v.against),
    source: v.source ?? false,
    json: v.json ?? false,
  };
}

function found(id: string): Revision {
  const r = findRevision(id);
  if (!r)
    throw new UnusableInput(`There is no revision ${id}; there are: ${FIXES.map((f) => f.id).join(', ')}.`);
  return r;
}

const parse = (argv: string[]) =>
  argumentsOf(argv, PROGRAM_USAGE, {
    revision: { type: 'string' },
    ...CHANGE_OPTIONS,
    against: { type: 'string' },
    source: { type: 'boolean' },
    json: { type: 'boolean' },
  });
