/** The revision that a world has unless it says otherwise, without the rest of the line: what the page begins with. */
import { knownBroken } from './bugs-by-rule.ts';
import { CATALOGUE } from './catalogue.ts';
import { F1acbbca17 } from './fixes/1acbbca17.ts';
import { F5f8704152 } from './fixes/5f8704152.ts';
import { F739de3f11 } from './fixes/739de3f11.ts';
import { F25174d51e } from './fixes/25174d51e.ts';
import { LINE, revisionKey } from './line.ts';
import { compile, type Program } from './step/compile.ts';
import type { Fix, Only } from './step/patch.ts';

export interface Revision {
  /** Key on the command line and in links. */
  id: string;
  title: string;
  fixes: ReadonlySet<string>;
  mutations: ReadonlySet<string>;
  /** What a person changed, in words of `ideas.ts`. */
  ideas: readonly string[];
  /** With what its commits change in some worlds alone, see `Only`. */
  only: readonly (keyof Only)[];
  /** Rules that a known historical bug breaks in it: rule -> bug. */
  knownBroken: Readonly<Record<string, string>>;
}

/** What is chosen beside the revision. */
export interface Switches {
  revision: string;
  /** Fixes taken out. */
  without?: readonly string[] | undefined;
  /** Mutations put in. */
  mutations?: readonly string[] | undefined;
  /** What a person changes, in words of `ideas.ts`. */
  ideas?: readonly string[] | undefined;
  /** 2, or one. */
  threadGroups?: number | undefined;
  /** Clients send early data. */
  earlyData?: boolean | undefined;
  /** Each of two thread groups has fd tables of its own. */
  ownFdTables?: boolean | undefined;
  /** Connections that the listener takes. */
  maxconn?: number | undefined;
}

/** The four that it is made of, in their order. */
const OWN: readonly Fix[] = [F25174d51e, F5f8704152, F739de3f11, F1acbbca17];
const IDS: ReadonlySet<string> = new Set(OWN.map((f) => f.id));
const NOTHING: ReadonlySet<string> = new Set();
const KEY = revisionKey(OWN.length - 1);

/** Finalize, at accept. */
export const FINALIZED: Revision = {
  id: KEY,
  title: 'finalized, done at accept',
  fixes: IDS,
  mutations: NOTHING,
  ideas: [],
  only: [],
  knownBroken: knownBroken(IDS, new Set()),
};

const none = (list: readonly string[] | undefined): boolean => !list || list.length === 0;

/** Whether the switches make it, and nothing else. */
export const isFinalized = (s: Switches): boolean =>
  (s.revision === 'finalized' || s.revision === KEY || s.revision === LINE[OWN.length - 1]) &&
  s.threadGroups !== 2 &&
  !s.earlyData &&
  !s.maxconn &&
  none(s.without) &&
  none(s.mutations) &&
  none(s.ideas);

/** Its program. */
export const finalizedProgram = (): Program => compile(CATALOGUE, { fixes: OWN, mutations: [] });
