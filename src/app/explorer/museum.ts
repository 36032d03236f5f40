/** The museum's worlds as the Explorer shows them: rows, rules, runs as lifelines, and what the stage plays. */
import { chooseRevision, FIXES, findRevision, MUTATIONS, programOf } from '../../haproxy/revisions.ts';
import type { FoundRun } from '../../hosts/explorer/contract.ts';
import { linkOfFound } from '../../link/found.ts';
import { departuresFrom } from '../../link/index.ts';
import { WATCHED_FOR } from '../../machine/explore/machine-world.ts';
import type { WorldOptions } from '../../machine/options.ts';
import { blindIn, blindText, RULES } from '../../machine/rules/index.ts';
import { SENTENCES } from '../../machine/rules/sentences.ts';
import type { Departure } from '../../machine/schedule.ts';
import { changesOf } from '../../report/changes.ts';
import { type Lifelines, lifelinesOf, partingOf } from '../../report/lifelines.ts';
import type { WorldSpec } from '../../scenario/explore.ts';
import {
  aboutHypothesis,
  aboutOn,
  MUSEUM,
  museumOptions,
  museumRun,
  mutationRunsOn,
  sidesOf,
  sparesOn,
} from '../../scenario/museum/index.ts';
import { revisionId } from '../address/revision-id.ts';
import type { Line } from './form.ts';
import type { Beside, RuleRow, WorldRow } from './types.ts';

/** HAProxy's own batch limit and ring, where a world does not say otherwise. */
const BATCH = 200;
const RING = 1023;

export const WORLDS: readonly WorldRow[] = MUSEUM.map((w) => ({
  id: w.id,
  title: w.title,
  trouble: w.trouble,
  fix: w.fix ?? '',
  mutation: w.mutation ?? '',
  runsOn: mutationRunsOn(w),
  cure: w.hypothesis?.cure ?? '',
  hypothesis: aboutHypothesis(w),
  sides: sidesOf(w),
  threads: w.threads,
  threadGroups: w.threadGroups ?? 1,
  conns: w.conns,
  datagrams: w.bounds.deliver.length,
  rebinds: w.bounds.rebinds.length,
  timerFirings: w.bounds.timerFirings,
  allocationFailures: w.bounds.allocationFailures,
  socketFailures: w.bounds.socketFailures,
  batchLimit: w.maxPollEvents ?? BATCH,
  ringSize: w.ringSize ?? RING,
  inboxRecords: w.inboxRecords ?? 0,
}));

export const worldRow = (id: string): WorldRow | undefined => WORLDS.find((w) => w.id === id);

/** The fixes in order, how far the spec goes, and what it takes out. */
export function lineOf(spec: WorldSpec): Line {
  const fixes = FIXES.map((f) => f.id);
  const last = findRevision(museumOptions(spec).revision)?.fixes.size ?? 1;
  return { fixes, at: last - 1, without: new Set(spec.without ?? []) };
}

export const FIX_TITLES: ReadonlyMap<string, string> = new Map(FIXES.map((f) => [f.id, f.title]));
export const MUTATION_LIST = MUTATIONS;

/** Why these switches cannot stand together; empty when they can. */
export function refusalOf(spec: WorldSpec): string {
  const made = chooseRevision(museumOptions(spec));
  return typeof made === 'string' ? made : '';
}

/** Mutations in force, the world's own among them. */
export const mutationsOf = (spec: WorldSpec): readonly string[] => museumOptions(spec).mutations ?? [];

/** Every step of the spec's program, by the name that an idea gives it. */
export function stepNames(spec: WorldSpec): { name: string; text: string }[] {
  const made = chooseRevision(museumOptions(spec));
  if (typeof made === 'string') return [];
  const { steps } = programOf(made);
  const times = new Map<string, number>();
  for (const s of steps) times.set(s.label, (times.get(s.label) ?? 0) + 1);
  return steps.map((s) => ({
    name: times.get(s.label) === 1 ? s.label : `${s.proc.name}/${s.label}`,
    text: s.text,
  }));
}

const WATCHES: Readonly<Record<(typeof WATCHED_FOR)[number], string>> = {
  poison: 'Nobody uses what has been freed.',
  owner: 'Only the owner touches a connection’s words.',
  race: 'No two threads’ next steps touch one plain word, one of them writing.',
  deadlock: 'Where work is pending, somebody can go on.',
};

/** Rules with nothing to look at in the spec's program, each with why. */
export function blindOf(spec: WorldSpec): ReadonlyMap<string, string> {
  const made = chooseRevision(museumOptions(spec));
  if (typeof made === 'string') return new Map();
  return new Map(blindIn(programOf(made)).map((b) => [b.rule, blindText(b)]));
}

/** What the spec changes of its revision, in words; a world's own mutation is none. */
export const changesIn = (spec: WorldSpec): string[] => changesOf(spec);

/** Every rule with its state in this world. */
export function rulesOf(spec: WorldSpec): RuleRow[] {
  const made = chooseRevision(museumOptions(spec));
  const known = typeof made === 'string' ? {} : made.knownBroken;
  const blind = blindOf(spec);
  const world = MUSEUM.find((w) => w.id === spec.world);
  const row = (id: string, sentence: string): RuleRow => {
    const chosenOff = spec.rulesOff?.includes(id) ?? false;
    const about = world !== undefined && aboutOn(world, spec.fixed).includes(id);
    const why = about ? '' : (known[id] ?? '');
    const spares = world !== undefined && sparesOn(world, spec.fixed) && !spec.unspared;
    const spared = spares ? (world.spared[id] ?? '') : '';
    const off = chosenOff || spared !== '';
    if (!why && !off && blind.has(id)) return { id, sentence, why: blind.get(id)!, state: 'blind' };
    return { id, sentence, why: why || spared, state: why ? 'not-meant' : off ? 'off' : 'on' };
  };
  return [...RULES.map((r) => row(r.id, SENTENCES[r.id]!)), ...WATCHED_FOR.map((id) => row(id, WATCHES[id]))];
}

/** The run as lifelines. */
export function drawRun(spec: WorldSpec, run: FoundRun): Lifelines {
  return lifelinesOf(
    museumRun(spec).explorable,
    run.rows.map((r) => r.code),
  );
}

/**
 * The same choices with the world's fix, or without its mutation; of the program after the fix without what was tried in it. Null where
 * they are that already.
 */
export function drawBeside(spec: WorldSpec, run: FoundRun, own: Lifelines): Beside | null {
  const { ideas = [], ...asItWas } = spec;
  const tried = spec.fixed && ideas.length > 0;
  const fixed: WorldSpec = tried ? asItWas : { world: spec.world, fixed: true };
  if (spec.bounds) fixed.bounds = spec.bounds;
  if (spec.rulesOff) fixed.rulesOff = spec.rulesOff;
  if (spec.fixed && !spec.revision && !spec.without && !spec.mutations && !tried) return null;
  const lifelines = drawRun(fixed, run);
  return {
    lifelines,
    parting: partingOf(own.rows, lifelines.rows),
    program: tried ? 'the program as it is' : 'the fix',
  };
}

/** A run as choices on the way from the world's first happening: where the search began, and where the run ends. */
export function scheduleOf(
  spec: WorldSpec,
  run: FoundRun,
): { departures: Departure[]; from: number; end: number } {
  const { beginning } = museumRun(spec);
  const { departures, end } = departuresFrom(beginning.end, run.choices);
  return { departures: [...beginning.departures, ...departures], from: beginning.end, end };
}

/** Options of the world as the page's lists name them: a revision by its own id, not by a short name. */
export function pageOptions(spec: WorldSpec): WorldOptions {
  const options = museumOptions(spec);
  return { ...options, revision: revisionId(options.revision) };
}

/** The hash part of an address that stands where the search began, with the run ahead. */
export function linkOf(spec: WorldSpec, run: FoundRun): string {
  return linkOfFound(spec, run.choices, pageOptions(spec).revision);
}
