/** What a person has changed of a revision, and where that stands in the line: as much as the page's top bar has to know. */
import { LINE, placeInLine } from '../../haproxy/line.ts';
import type { WorldOptions } from '../../hosts/engine.ts';

export type ProgramChanges = Pick<WorldOptions, 'without' | 'mutations' | 'ideas'>;

/** Nothing. */
export const UNCHANGED = { without: [], mutations: [], ideas: [] } as const satisfies ProgramChanges;

/** Whether the options make a program that is no revision of the line. */
export const isChanged = ({ without = [], mutations = [], ideas = [] }: ProgramChanges): boolean =>
  without.length + mutations.length + ideas.length > 0;

/** Id of the commit that a revision ends with; empty where there is no such revision. */
export const lastFixOf = (revision: string): string => LINE[placeInLine(revision)] ?? '';

/** Each change by number alone, for where there is little room: "−739de3f11 +X05 move S9 after S14". */
export const changesInShort = ({ without = [], mutations = [], ideas = [] }: ProgramChanges): string =>
  [...without.map((id) => `−${id}`), ...mutations.map((id) => `+${id}`), ...ideas].join(' ');
