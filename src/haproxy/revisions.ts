/**
 * Revisions as sets of switches. A fix is a commit after the seed; a revision is a prefix of their ordered list. A mutation
 * is a change that never shipped, to see what the code as it is prevents. Both choose steps when a program is compiled.
 */
import { knownBroken } from './bugs-by-rule.ts';

export interface Fix {
  id: string;
  /** What it changes, in a few words. */
  title: string;
  /** Number of the historical bug that it ends; empty when it ends none. */
  bug: string;
  /** Fixes it can't be without. */
  requires: readonly string[];
}

const fix = (id: string, bug: string, title: string, ...requires: string[]): Fix => ({
  id,
  bug,
  title,
  requires,
});

const SEED = '25174d51e';

/** In order. Only commits whose change the model has. */
export const FIXES: readonly Fix[] = [
  fix(SEED, '', 'thread affinity rebinding (the seed)'),
  fix('5f8704152', '', 'the loss timer can be set again from state', SEED),
  fix('739de3f11', 'M04', 'finalize on the new thread', '5f8704152'),
  fix('1acbbca17', '', 'thread chosen and rebound at accept', '739de3f11'),
  fix('d537ca79d', 'M09', 'the list node of a new connection is initialised early', SEED),
  fix('a65dd3a2c', 'M18', 'a datagram is marked as consumed without memory too', SEED),
  fix('d6646dddc', 'M02', 'a flag: whatever comes first on the new thread finalizes', '1acbbca17'),
  fix('7b516d373', 'M01', 'each thread links only into its own list', 'd6646dddc'),
  fix('76d502588', 'M14', 'a stray datagram keeps the address it came from', SEED),
  fix('4ae29be18', 'M10', 'the connection first, its CID into the tree after', SEED),
  fix('123181096', 'M17', 'the CID joins the connection only once it has won', '4ae29be18'),
  fix('b34d35396', 'M20', 'a stray datagram wraps round the receive buffer', SEED),
  fix('f59635c49', 'M21', 'the receive buffer is put back without memory too', 'b34d35396'),
  fix('4070e4042', 'M23', 'the idle task does not say that it is gone while it lives', SEED),
  fix('a8968701c', 'M05', 'finalize before the session and its rules', 'd6646dddc'),
  fix('7fc52357c', 'M11', 'a redispatch frees its packet', SEED),
  fix('dd58dff1e', 'M22', 'a retired CID leaves the tree under its lock', SEED),
  fix('d8f1ff864', 'M06', 'the I/O tasklet is woken once the transport starts', '1acbbca17'),
  fix('72267ff35', 'M12', 'dispatch reads tid under the lock', SEED),
  fix('05f59a51a', 'M13', 'an own socket compares the CID’s connection under the lock', SEED),
  fix('192abc6f8', 'M13b', 'and releases the lock when it is its own', '05f59a51a'),
  fix('bfdf14585', 'M03', 'an assertion: no release while it is being rebound', 'd6646dddc'),
  fix('95f624540', 'M08', 'the thread is committed once a place in the ring is taken', '7b516d373'),
  fix('2623e0a0b', 'M15', 'a new CID that is in the tree already is not used', SEED),
  fix('9b5f11cd3', 'M19', 'the datagram handler goes on after an error', SEED),
  fix('7cab3a3c3', 'M16', 'dispatch looks a first flight up by its derived CID', SEED),
];

export interface Mutation {
  id: string;
  /** What is changed, in a few words. */
  title: string;
  requires: readonly string[];
}

const mutation = (id: string, title: string, ...requires: string[]): Mutation => ({ id, title, requires });

/** Changes that never shipped. */
export const MUTATIONS: readonly Mutation[] = [
  mutation('X01', 'no second look at tid when a connection is retrieved', SEED),
  mutation('X02', 'tid is stored first', SEED),
  mutation('X03', 'no allocation ahead: memory can run out midway', SEED),
  mutation('X04', 'the queued I/O tasklet is freed, not killed', SEED),
  mutation('X05', 'an inbox is a plain list', SEED),
  mutation('X06', 'a rebind with several CIDs moves the first alone', SEED),
  mutation('X11', 'a redispatch does not wake the owner', SEED),
  mutation('X13', 'the socket moves after the store of tid', SEED),
  mutation('X14', 'finalize whether or not it has been done', 'd6646dddc'),
  mutation('X15', 'a thread says that it sleeps after its last look', SEED),
  mutation('X16', 'a redispatched datagram is marked as consumed', SEED),
  mutation('X17', 'a redispatch goes on with the next packet', SEED),
  mutation('X18', 'dispatch looks a CID up without its tree’s lock', SEED),
  mutation('X20', 'a datagram carries the connection that dispatch saw', SEED),
  mutation('X21', 'the connection is pushed to the ring before it is rebound', '1acbbca17'),
  mutation('X22', 'the hand-over comes before the place in the ring, and is taken back', '95f624540'),
  mutation('X25', 'the idle expiry is not carried over', SEED),
];

export interface Revision {
  /** Key on the command line and in links. */
  id: string;
  title: string;
  fixes: ReadonlySet<string>;
  mutations: ReadonlySet<string>;
  /** Rules that a known historical bug breaks in it: rule -> bug. */
  knownBroken: Readonly<Record<string, string>>;
}

/** Short names of revisions, for people. */
const ALIAS: Readonly<Record<string, string>> = {
  seed: SEED,
  finalized: '1acbbca17',
  newest: FIXES[FIXES.length - 1]!.id,
};

function prefix(n: number): Revision {
  const fixes = FIXES.slice(0, n + 1);
  const ids = new Set(fixes.map((f) => f.id));
  const last = fixes[n]!;
  // The two that links and command lines have known from the beginning keep their keys.
  const id = last.id === '1acbbca17' ? fixes.map((f) => f.id).join('+') : last.id;
  return { id, title: titleOf(last), fixes: ids, mutations: new Set(), knownBroken: knownBroken(ids) };
}

const titleOf = (last: Fix): string => {
  if (last.id === SEED) return 'seed: rebind by hand only';
  if (last.id === '1acbbca17') return 'finalized, done at accept';
  return last.title;
};

/** One revision after each fix, oldest first. */
export const REVISIONS: readonly Revision[] = FIXES.map((_, n) => prefix(n));

/** What a world has unless it says otherwise: finalize, at accept. */
export const FINALIZED = REVISIONS.find((r) => r.fixes.size === 4)!;

/**
 * Which revision's line numbers a program has, of those whose numbers are known: with a fix more or less the lines of the
 * source moved. Empty when none of them.
 */
export function linesOf(fixes: ReadonlySet<string>): 'seed' | 'pair' | 'early' | '' {
  const at = (last: string): boolean => {
    const n = FIXES.findIndex((f) => f.id === last) + 1;
    return fixes.size === n && FIXES.slice(0, n).every((f) => fixes.has(f.id));
  };
  if (at(SEED)) return 'seed';
  if (at('1acbbca17')) return 'pair';
  return at('d6646dddc') ? 'early' : '';
}

/** A revision by its id, the id of its last fix, or a short name; spaces or commas may stand for plus signs. */
export function findRevision(id: string): Revision | undefined {
  const key = id
    .trim()
    .split(/[\s,+]+/)
    .join('+');
  const last = ALIAS[key] ?? key;
  return REVISIONS.find((r) => r.id === last) ?? REVISIONS.find((_, n) => FIXES[n]!.id === last);
}

/** What is chosen beside the revision. */
export interface Switches {
  revision: string;
  /** Fixes taken out. */
  without?: readonly string[] | undefined;
  /** Mutations put in. */
  mutations?: readonly string[] | undefined;
}

/** The revision that the switches make, or why they cannot stand together. */
export function chooseRevision(s: Switches): Revision | string {
  const base = findRevision(s.revision);
  if (!base) return `no revision ${s.revision}`;
  const without = [...new Set(s.without ?? [])];
  const mutations = [...new Set(s.mutations ?? [])];
  if (without.length === 0 && mutations.length === 0) return base;
  const fixes = new Set(base.fixes);
  for (const id of without) {
    if (!FIXES.some((f) => f.id === id)) return `there is no fix ${id}`;
    if (!fixes.delete(id)) return `${id} is not part of ${base.id}`;
  }
  for (const f of FIXES) {
    const missing = fixes.has(f.id) && f.requires.find((r) => !fixes.has(r));
    if (missing) return `${f.id} (${f.title}) cannot be without ${missing}`;
  }
  for (const id of mutations) {
    const x = MUTATIONS.find((m) => m.id === id);
    if (!x) return `there is no mutation ${id}`;
    const missing = x.requires.find((r) => !fixes.has(r));
    if (missing) return `${id} (${x.title}) changes what came with ${missing}`;
  }
  return {
    id: [base.id, ...without.map((w) => `-${w}`), ...mutations.map((m) => `+${m}`)].join(' '),
    title: base.title,
    fixes,
    mutations: new Set(mutations),
    knownBroken: knownBroken(fixes),
  };
}
