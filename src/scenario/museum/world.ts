/** What a museum world is: a recorded state shortly before the trouble, and how much may happen from there. */

import type { ScriptedSend } from '../../haproxy/model/script.ts';
import { FIXES, MUTATIONS, newestFor } from '../../haproxy/revisions.ts';
import type { ExploreBounds } from '../../machine/explore/bounds.ts';
import type { WorldOptions } from '../../machine/options.ts';
import type { BuiltDatagram } from './built.ts';
import type { Prelude } from './prelude.ts';

/** What is supposed of HAProxy as it is, and no more: no fix and no report of it is known. */
export interface Hypothesis {
  /** The mutation of ours that would end it; none: `until` did. */
  readonly cure?: string;
  /** The commit since which it is otherwise: what is told is about HAProxy before it. None: it is so in the newest. */
  readonly until?: string;
  /** Whether anything but this model has shown it. */
  readonly standing:
    | 'seen in the model, not confirmed in HAProxy'
    | 'confirmed on a build of our own'
    | 'confirmed on a build of our own, order forced';
  /** What ends the trouble where it has come, in a sentence. */
  readonly rescue: string;
  /** What would show it in HAProxy, or has shown it, in a sentence. */
  readonly confirm: string;
}

export interface MuseumWorld {
  id: string;
  title: string;
  /** What goes wrong, in a sentence. */
  trouble: string;
  /**
   * The commit that ends it: before is the revision without it, after the one with it. Or the mutation. Or a hypothesis. A commit and a mutation: the
   * mutation is on both sides, since HAProxy has nothing that would show what the commit ends.
   */
  fix?: string;
  mutation?: string;
  hypothesis?: Hypothesis;
  threads: number;
  /** The first half of the threads is one group, the others are a second. */
  threadGroups?: 2;
  conns: number;
  socketOwner: 'listener' | 'connection';
  /** The server announces further CIDs after the handshake; else it keeps one. */
  furtherCids?: boolean;
  /** and draws the same for each connection, as chance may. */
  sameCids?: boolean;
  /** What the server sends to each connection, as a recording would have it; nothing when absent. */
  sends?: readonly ScriptedSend[];
  /** What is set otherwise here. */
  settings?: Pick<
    WorldOptions,
    'rejects' | 'muxStays' | 'runqueueDepth' | 'earlyData' | 'ownFdTables' | 'maxconn'
  >;
  ringSize?: number;
  /** Records that a byte ring has room for. */
  inboxRecords?: number;
  maxPollEvents?: number;
  datagrams: readonly BuiltDatagram[];
  bounds: ExploreBounds;
  /**
   * Rules, and 'poison', 'owner', 'race', that are not looked at before the fix or with the mutation, each with the reason: it
   * would end the search on the first step of what the world is to show. After or without it nothing is spared, but where a mutation is on both sides.
   */
  spared: Readonly<Record<string, string>>;
  /** What the shortest run breaks where nothing is spared; absent where nothing is. */
  unspared?: string;
  /** Rules looked at before the fix although the revision is known to break them: the world is about that bug; see `aboutOn`. */
  on: readonly string[];
  /** What the shortest run before the fix, or with the mutation, breaks: a rule, HAProxy’s assertion, or a symptom. */
  breaks: string;
  /** Leads to where the search begins. */
  prelude(p: Prelude): void;
}

/**
 * Revision of a world: the prefix before its fix or with it; a mutation changes the newest that it can, what would end a hypothesis the newest that
 * has it.
 */
export function revisionOf(world: MuseumWorld, fixed: boolean): { revision: string; mutations: string[] } {
  const { fix, mutation, hypothesis } = world;
  if (fix) return { revision: around(fix, fixed), mutations: mutation ? [mutation] : [] };
  if (mutation) return { revision: newestFor(mutation), mutations: fixed ? [] : [mutation] };
  if (!hypothesis) throw new Error(`${world.id} is about nothing`);
  const { cure, until } = hypothesis;
  const revision = until === undefined ? 'newest' : around(until, fixed && cure === undefined);
  return { revision, mutations: fixed && cure !== undefined ? [cure] : [] };
}

/** The revision that ends with a fix, or with the one before it. */
function around(fix: string, withIt: boolean): string {
  const n = FIXES.findIndex((f) => f.id === fix);
  if (n < 1) throw new Error(`no fix ${fix}`);
  return FIXES[withIt ? n : n - 1]!.id;
}

/** Whether what a world spares is spared on this side of it. */
export const sparesOn = ({ fix, mutation }: MuseumWorld, fixed: boolean): boolean =>
  !fixed || (fix !== undefined && mutation !== undefined);

/** Rules that are looked at on this side although they are known to break: on both where a hypothesis is otherwise since a commit. */
export const aboutOn = ({ on, hypothesis }: MuseumWorld, fixed: boolean): readonly string[] =>
  !fixed || (hypothesis !== undefined && hypothesis.cure === undefined) ? on : [];

/** Which revision a mutation's world runs on, and why; empty for any other world. */
export function mutationRunsOn({ fix, mutation }: Pick<MuseumWorld, 'fix' | 'mutation'>): string {
  if (!mutation) return '';
  if (fix)
    return `Before ${fix} and with it, on both sides with ${mutation}: nothing in HAProxy does what that does.`;
  const until = MUTATIONS.find((m) => m.id === mutation)?.until;
  return until
    ? `The last revision that ${mutation} can be put into: ${until} took away what it changes.`
    : `The newest revision, which ${mutation} can be put into.`;
}

/** The two sides of a world, in words that stand behind its name. */
export function sidesOf({
  fix,
  mutation,
  hypothesis,
}: Pick<MuseumWorld, 'fix' | 'mutation' | 'hypothesis'>): readonly [before: string, after: string] {
  if (mutation && !fix) return ['with the mutation', 'without the mutation'];
  if (hypothesis) {
    const { cure, until } = hypothesis;
    if (until === undefined) return ['as HAProxy is', 'with what would end it'];
    return [
      `as HAProxy was before ${until}`,
      cure === undefined ? `with ${until}` : 'with what would end it',
    ];
  }
  return ['before its fix', 'with its fix'];
}

/** What stands beside a hypothesis' world, its standing first; empty for any other world. */
export const aboutHypothesis = ({ hypothesis: h }: Pick<MuseumWorld, 'hypothesis'>): string =>
  h === undefined
    ? ''
    : `A hypothesis, ${h.standing}. What rescues it: ${h.rescue} What ${h.standing.startsWith('confirmed') ? 'confirmed' : 'would confirm'} it: ${h.confirm}`;
