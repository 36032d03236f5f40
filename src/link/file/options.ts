/** The options of a frozen moment, and the revision that they named when it was saved. */
import { MOST_IDEA } from '../../haproxy/kept.ts';
import { chooseRevision, findRevision } from '../../haproxy/revisions.ts';
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
    ...(o.threadGroups === undefined ? {} : { threadGroups: int(o.threadGroups, 2, 2, WHAT) as 2 }),
    socketOwner: oneOf(o.socketOwner, OWNERS, WHAT),
    withholdPostHandshake: bool(o.withholdPostHandshake, WHAT),
    ...(o.rejects === undefined ? {} : { rejects: bool(o.rejects, WHAT) }),
    ...(o.ringSize === undefined ? {} : { ringSize: int(o.ringSize, 2, 1023, WHAT) }),
    ...(o.inboxRecords === undefined ? {} : { inboxRecords: int(o.inboxRecords, 1, 4, WHAT) }),
    ...(o.maxPollEvents === undefined ? {} : { maxPollEvents: int(o.maxPollEvents, 1, 200, WHAT) }),
  };
}

/** The revision in words: its id, with what was taken out and put in. */
export function revisionName(o: WorldOptions): string {
  const chosen = chooseRevision(o);
  return typeof chosen === 'string' ? o.revision : chosen.id;
}

/**
 * The options with the revision that they stood for, `named` by whoever froze the moment as `revisionName` does: "newest" of then may be
 * another than today's. Throws FileProblem where it is not known here.
 */
export function revisionThen(options: WorldOptions, named: string): WorldOptions {
  const base = named.split(' ')[0]!;
  const then = findRevision(base) ?? findRevision(base.slice(base.lastIndexOf('+') + 1));
  const revision = findRevision(options.revision) === then ? options.revision : then?.id;
  const out = revision === undefined ? null : { ...options, revision };
  if (out && typeof chooseRevision(out) !== 'string') return out;
  throw new FileProblem(
    `The moment was frozen in revision “${named}”, which is not known here.`,
    'It can be opened in the edition of Rebind that saved it.',
  );
}
