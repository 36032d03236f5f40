/** What the chooser of the Program tab offers, and which programs there are to look at. */
import { PROCEDURES } from '../../haproxy/catalogue.ts';
import { namesOf, procedureNamed } from '../../haproxy/names.ts';
import { chooseRevision, REVISIONS, type Revision } from '../../haproxy/revisions.ts';
import type { AnyProcedure } from '../../haproxy/step/proc.ts';
import type { WorldOptions } from '../../hosts/engine.ts';
import { changesOf } from '../../report/changes.ts';
import type { RevisionChoice } from '../opening/contract.ts';
import { type ProgramChanges, UNCHANGED } from './changes.ts';

export interface NamedProcedure {
  /** What it is found by. */
  readonly key: string;
  readonly name: string;
  /** It is HAProxy's; else a function of ours, whose name stands in angle brackets. */
  readonly haproxys: boolean;
}

/** Every name that a procedure ever had, by the alphabet; one that is no longer its name says what is. */
export const NAMES: readonly NamedProcedure[] = PROCEDURES.flatMap((p) => {
  const names = namesOf(p);
  const last = names.at(-1)!;
  const before = names.slice(0, -1);
  return names.map((name) => ({
    key: p.key,
    name:
      name !== last
        ? `${name}, later ${last}`
        : before.length > 0
          ? `${last}, once ${before.join(', ')}`
          : last,
    haproxys: !name.startsWith('<'),
  }));
}).sort((a, b) => (a.name < b.name ? -1 : 1));

/** A revision, or one that was changed by hand, and how it is said. */
export interface Shown {
  readonly revision: Revision;
  /** Its fixes before anything was changed: lines in C are those of this one. */
  readonly base: ReadonlySet<string>;
  readonly name: string;
  readonly changes: readonly string[];
  /** What it was made of. */
  readonly options: ProgramChanges & { readonly revision: string };
}

/** The program that the options make; a sentence where they make none. */
export function shownOf(options: WorldOptions, names: readonly RevisionChoice[]): Shown | string {
  const revision = chooseRevision(options);
  if (typeof revision === 'string') return `There is no such program: ${revision}.`;
  const base = chooseRevision({ revision: options.revision });
  if (typeof base === 'string') return `There is no such program: ${base}.`;
  const name = names.find((n) => n.id === options.revision)?.name ?? base.id;
  return { revision, base: base.fixes, name, changes: changesOf(options), options };
}

/** Of two programs the earlier first: that of the earlier revision, or of one revision the one that nobody has changed. */
export const inOrder = (a: Shown, b: Shown): readonly [Shown, Shown] => {
  const place = (s: Shown): number => REVISIONS.findIndex((r) => r.fixes.size === s.base.size);
  const by = place(a) - place(b) || a.changes.length - b.changes.length;
  return by <= 0 ? [a, b] : [b, a];
};

/** Options for another revision: what is changed by hand stays if it can be changed there too, else the revision is as it is. */
export const toRevision = (
  options: ProgramChanges,
  revision: string,
): ProgramChanges & { revision: string } =>
  typeof chooseRevision({ ...options, revision }) === 'string' ? { ...UNCHANGED, revision } : { revision };

export const procedureOf = (key: string): AnyProcedure | undefined => procedureNamed(key);
