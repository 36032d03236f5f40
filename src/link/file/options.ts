/** The program and the options of a frozen moment, and whether this program is the one it was frozen in. */
import { MOST_IDEA } from '../../haproxy/ideas.ts';
import { chooseRevision, programOf } from '../../haproxy/revisions.ts';
import type { WorldOptions } from '../../machine/options.ts';
import { revisionOf } from '../parts.ts';
import { bool, FileProblem, fields, int, list, oneOf, text } from './fields.ts';
import { MOST } from './format.ts';

const OWNERS = ['listener', 'connection'] as const;
const WHAT = 'the options';

/** The options that a head holds. Throws FileProblem. */
export function readOptions(v: unknown): WorldOptions {
  const o = fields(v, WHAT);
  const ids = (name: 'without' | 'mutations' | 'ideas') =>
    o[name] === undefined
      ? {}
      : { [name]: list(o[name], MOST.switches, WHAT).map((id) => text(id, MOST_IDEA, WHAT)) };
  return {
    threads: int(o.threads, 1, 64, 'the number of threads'),
    revision: revisionOf(text(o.revision, 200, WHAT)),
    ...ids('without'),
    ...ids('mutations'),
    ...ids('ideas'),
    socketOwner: oneOf(o.socketOwner, OWNERS, WHAT),
    withholdPostHandshake: bool(o.withholdPostHandshake, WHAT),
    ...(o.rejects === undefined ? {} : { rejects: bool(o.rejects, WHAT) }),
    ...(o.ringSize === undefined ? {} : { ringSize: int(o.ringSize, 2, 1023, WHAT) }),
    ...(o.maxPollEvents === undefined ? {} : { maxPollEvents: int(o.maxPollEvents, 1, 200, WHAT) }),
  };
}

/** The revision in words: its id, with what was taken out and put in. */
export function revisionName(o: WorldOptions): string {
  const chosen = chooseRevision(o);
  return typeof chosen === 'string' ? o.revision : chosen.id;
}

/**
 * Throws FileProblem unless the options name a program here and its fingerprint is `program`: of another, a place in a
 * procedure is another place. `named`: the revision as whoever froze it called it.
 */
export function sameProgram(options: WorldOptions, program: string, named: string): void {
  const advice = 'It can be opened in the edition of Rebind that saved it.';
  const revision = chooseRevision(options);
  if (typeof revision === 'string')
    throw new FileProblem(`The moment was frozen in revision “${named}”, which is not known here.`, advice);
  const here = programOf(revision).fingerprint;
  if (here === program) return;
  throw new FileProblem(
    `The moment was frozen in revision “${named}” as edition ${program} has it; here it is edition ${here}, whose steps have other numbers.`,
    advice,
  );
}
