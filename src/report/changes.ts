/** What a person has changed of a revision, in words. */
import { FIXES, MUTATIONS } from '../haproxy/revisions.ts';
import type { Program } from '../haproxy/step/compile.ts';
import { blindIn, blindText } from '../machine/rules/index.ts';

/** What is chosen beside the revision; see `Switches`. */
export interface Changed {
  readonly without?: readonly string[] | undefined;
  readonly mutations?: readonly string[] | undefined;
  readonly ideas?: readonly string[] | undefined;
}

/** Each change in a few words, with its number: nothing where the program is the revision's own. */
export function changesOf({ without = [], mutations = [], ideas = [] }: Changed): string[] {
  return [
    ...without.map((id) => `without ${id}${titled(FIXES.find((f) => f.id === id))}`),
    ...mutations.map((id) => `with mutation ${id}${titled(MUTATIONS.find((m) => m.id === id))}`),
    ...ideas.map((words) => `tried: ${words}`),
  ];
}

/** For a run's notes: what was changed, and which rules have nothing to look at by it. */
export function changeNotes(of: Changed, P: Program): string[] {
  return [
    ...changesOf(of).map((c) => `The program is changed: ${c}.`),
    ...blindIn(P).map((b) => `${b.rule}: ${blindText(b)}.`),
  ];
}

const titled = (of: { title: string } | undefined): string => (of ? `, ${of.title}` : '');
