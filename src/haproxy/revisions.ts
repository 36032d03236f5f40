/**
 * Revisions as sets of patches. A fix is a commit after the seed; a revision is a prefix of their ordered list. A mutation is
 * a change that never shipped, to see what the code as it is prevents; an idea is a change that a person tries.
 */
import { knownBroken } from './bugs-by-rule.ts';
import { EVERY_KNOWN, KNOWN_ACROSS_EARLY, KNOWN_ONLY } from './bugs-of-others.ts';
import { CATALOGUE } from './catalogue.ts';
import { FINALIZED, type Revision, type Switches } from './finalized.ts';
import { SEED_EARLY } from './fixes/25174d51e-early.ts';
import { SEED_ACROSS } from './fixes/25174d51e-groups.ts';
import { CHOICE_LIMITED, SEED_LIMITED } from './fixes/25174d51e-limit.ts';
import { FIXES } from './fixes/index.ts';
import { ideasOf } from './ideas.ts';
import { FINALIZED_BY, LINE, PRESETS, placeInLine, revisionKey } from './line.ts';
import { MUTATIONS } from './mutations/index.ts';
import { stateOf } from './state.ts';
import { compile, type Program } from './step/compile.ts';
import { GUARD } from './step/guarded.ts';
import { PatchError } from './step/listing.ts';
import type { Fix, Form, Mutation, Only, Op } from './step/patch.ts';

export { FINALIZED, FIXES, MUTATIONS, type Revision, type Switches };

const SEED = FIXES[0]!.id;
/** The fix that fd tables of a group's own came with. */
const OWN_TABLES = '3430556a8';

/** What the seed's steps have besides, and others that the page begins with. */
export const MORE: Readonly<Record<string, Only>> = {
  [SEED]: { across: SEED_ACROSS, early: SEED_EARLY, limited: SEED_LIMITED },
  [FINALIZED_BY]: { limited: CHOICE_LIMITED },
};
/** By what of the switches a world is one of those, and what is done there. */
const WHERE: Readonly<Record<keyof Only, (s: Switches) => boolean>> = {
  across: (s) => s.threadGroups === 2,
  early: (s) => s.earlyData === true,
  apart: (s) => s.ownFdTables === true,
  limited: (s) => (s.maxconn ?? 0) > 0,
};
const OF: Readonly<Record<keyof Only, string>> = {
  across: 'what two thread groups do',
  early: 'what comes of early data',
  apart: 'what is done with fd tables of a group’s own',
  limited: 'what a listener with a maxconn does',
};
const ONLY = Object.keys(WHERE) as (keyof Only)[];

/** What a patch changes, wherever that is. */
export const everyOp = (p: Only & { readonly ops: readonly Op[] }): Op[] => [
  ...p.ops,
  ...ONLY.flatMap((name) => p[name] ?? []),
];

const NOTHING: ReadonlySet<string> = new Set();

function prefix(n: number): Revision {
  if (FIXES[n]!.id === FINALIZED_BY) return FINALIZED;
  const fixes = FIXES.slice(0, n + 1);
  const ids = new Set(fixes.map((f) => f.id));
  const last = fixes[n]!;
  return {
    id: revisionKey(n),
    title: titleOf(last, ids),
    fixes: ids,
    mutations: NOTHING,
    ideas: [],
    only: [],
    knownBroken: knownBroken(ids, NOTHING, EVERY_KNOWN),
  };
}

/** A release, and what was read last, by name and with what the model lacks of it; any other by what its last commit did. */
function titleOf(last: Fix, fixes: ReadonlySet<string>): string {
  if (last.id === SEED) return 'seed: rebind by hand only';
  const { name, lacks, version } = stateOf(fixes);
  if (last !== FIXES.at(-1) && PRESETS.get(last.id) !== version) return last.title;
  return lacks.length === 0 ? name : `${name} without ${lacks.map((l) => l.id).join(', ')}`;
}

/** One revision after each fix, oldest first. */
export const REVISIONS: readonly Revision[] = FIXES.map((_, n) => prefix(n));

/** A revision by its id, the id of its last fix, or a short name; spaces or commas may stand for plus signs. */
export const findRevision = (id: string): Revision | undefined => REVISIONS[placeInLine(id)];

/** The newest revision that a mutation can be put into: “newest”, or the id of the last fix before its end. */
export function newestFor(mutation: string): string {
  const until = MUTATIONS.find((m) => m.id === mutation)?.until;
  return until === undefined ? 'newest' : LINE[LINE.indexOf(until) - 1]!;
}

/** The revision that the switches make, or why they cannot stand together. */
export function chooseRevision(s: Switches): Revision | string {
  const base = findRevision(s.revision);
  if (!base) return `no revision ${s.revision}`;
  const without = [...new Set(s.without ?? [])];
  const mutations = [...new Set(s.mutations ?? [])];
  const ideas = [...(s.ideas ?? [])];
  const only = ONLY.filter((name) => WHERE[name](s));
  const apart = only.includes('apart');
  if (without.length === 0 && mutations.length === 0 && ideas.length === 0 && only.length === 0) return base;
  if (apart && s.threadGroups !== 2) return 'fd tables of a group’s own need two thread groups';
  const fixes = new Set(base.fixes);
  for (const id of without) {
    if (!FIXES.some((f) => f.id === id)) return `there is no fix ${id}`;
    if (!fixes.delete(id)) return `${id} is not part of ${base.id}`;
  }
  for (const f of FIXES) {
    const missing = fixes.has(f.id) && f.requires.find((r) => !fixes.has(r));
    if (missing) return `${f.id} (${f.title}) cannot be without ${missing}`;
  }
  if (apart && !fixes.has(OWN_TABLES)) return `fd tables of a group’s own came with ${OWN_TABLES}`;
  for (const id of mutations) {
    const x = MUTATIONS.find((m) => m.id === id);
    if (!x) return `there is no mutation ${id}`;
    const missing = x.requires.find((r) => !fixes.has(r));
    if (missing) return `${id} (${x.title}) changes what came with ${missing}`;
    if (x.until && fixes.has(x.until)) return `${id} (${x.title}) changes what went with ${x.until}`;
    const form = formIn(x, fixes);
    const elsewhere = ONLY.find((name) => form[name]);
    if (form.ops.length === 0 && elsewhere && !only.some((name) => form[name]))
      return `${id} (${x.title}) changes only ${OF[elsewhere]}`;
  }
  const made: Revision = {
    id: [base.id, ...without.map((w) => `-${w}`), ...mutations.map((m) => `+${m}`), ...ideas].join(' '),
    title: base.title,
    fixes,
    mutations: new Set(mutations),
    ideas,
    only,
    knownBroken: knownBroken(fixes, new Set(mutations), [
      ...EVERY_KNOWN,
      // Nothing goes to another group where fd tables are apart.
      ...only.flatMap((name) => (apart && name === 'across' ? [] : KNOWN_ONLY[name])),
      ...(only.includes('early') && only.includes('across') && !apart ? KNOWN_ACROSS_EARLY : []),
    ]),
  };
  try {
    programOf(made);
    return made;
  } catch (error) {
    if (error instanceof PatchError) return error.message;
    throw error;
  }
}

/** The form of a mutation that counts in a program with these fixes. */
export const formIn = (m: Mutation, fixes: ReadonlySet<string>): Form =>
  m.forms.findLast((f) => f.from === undefined || fixes.has(f.from)) ?? m.forms[0]!;

/** A patch with what it changes in the worlds that `only` names. */
const inSome = <T extends Only & { readonly ops: readonly Op[] }>(p: T, only: readonly (keyof Only)[]): T =>
  only.some((name) => p[name]) ? { ...p, ops: [...p.ops, ...only.flatMap((name) => p[name] ?? [])] } : p;

/** The program of a revision. Throws PatchError where its patches do not fit together. */
export function programOf({
  fixes,
  mutations,
  ideas,
  only,
}: Omit<Revision, 'id' | 'title' | 'knownBroken'>): Program {
  return compile(CATALOGUE, {
    fixes: FIXES.filter((f) => fixes.has(f.id)).map((f) => inSome({ ...f, ...MORE[f.id] }, only)),
    mutations: MUTATIONS.filter((m) => mutations.has(m.id)).map((m) => ({
      ...m,
      forms: m.forms.map((form) => inSome(form, only)),
    })),
    ...(ideas.length > 0 ||
    mutations.size > 0 ||
    FIXES.findLastIndex((f) => fixes.has(f.id)) !== fixes.size - 1
      ? { guard: GUARD }
      : {}),
    ...(ideas.length > 0 ? { ideas: { words: ideas, ops: (where) => ideasOf(ideas, where) } } : {}),
  });
}
