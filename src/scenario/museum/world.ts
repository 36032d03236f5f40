/** What a museum world is: a recorded state shortly before the trouble, and how much may happen from there. */
import { FIXES, MUTATIONS, newestFor } from '../../haproxy/revisions.ts';
import type { ExploreBounds } from '../../machine/explore/bounds.ts';
import type { BuiltDatagram } from './built.ts';
import type { Prelude } from './prelude.ts';

/** What is supposed of HAProxy as it is, and no more: no fix and no report of it is known. */
export interface Hypothesis {
  /** The mutation of ours that would end it. */
  readonly cure: string;
  /** Whether anything but this model has shown it. */
  readonly standing:
    | 'seen in the model, not confirmed in HAProxy'
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
  /** The commit that ends it: before is the revision without it, after the one with it. Or the mutation. Or a hypothesis about the newest. */
  fix?: string;
  mutation?: string;
  hypothesis?: Hypothesis;
  threads: number;
  conns: number;
  socketOwner: 'listener' | 'connection';
  /** The server announces further CIDs after the handshake; else it keeps one. */
  furtherCids?: boolean;
  /** and draws the same for each connection, as chance may. */
  sameCids?: boolean;
  /** A tcp-request rule rejects each connection. */
  rejects?: boolean;
  ringSize?: number;
  /** Records that a byte ring has room for. */
  inboxRecords?: number;
  maxPollEvents?: number;
  datagrams: readonly BuiltDatagram[];
  bounds: ExploreBounds;
  /**
   * Rules, and 'poison', 'owner', 'race', that are not looked at before the fix or with the mutation, each with the reason: it
   * would end the search on the first step of what the world is to show. After or without it nothing is spared.
   */
  spared: Readonly<Record<string, string>>;
  /** What the shortest run breaks where nothing is spared; absent where nothing is. */
  unspared?: string;
  /** Rules looked at before the fix although the revision is known to break them: the world is about that bug. */
  on: readonly string[];
  /** What the shortest run before the fix, or with the mutation, breaks: a rule, HAProxy’s assertion, or a symptom. */
  breaks: string;
  /** Leads to where the search begins. */
  prelude(p: Prelude): void;
}

/** Revision of a world: the prefix before its fix or with it; a mutation changes the newest that it can, what would end a hypothesis the newest. */
export function revisionOf(world: MuseumWorld, fixed: boolean): { revision: string; mutations: string[] } {
  const { mutation, hypothesis } = world;
  if (mutation) return { revision: newestFor(mutation), mutations: fixed ? [] : [mutation] };
  if (hypothesis) return { revision: 'newest', mutations: fixed ? [hypothesis.cure] : [] };
  const n = FIXES.findIndex((f) => f.id === world.fix);
  if (n < 1) throw new Error(`${world.id}: no fix ${world.fix}`);
  return { revision: FIXES[fixed ? n : n - 1]!.id, mutations: [] };
}

/** Which revision a mutation's world runs on, and why; empty for any other world. */
export function mutationRunsOn({ mutation }: Pick<MuseumWorld, 'mutation'>): string {
  if (!mutation) return '';
  const until = MUTATIONS.find((m) => m.id === mutation)?.until;
  return until
    ? `The last revision that ${mutation} can be put into: ${until} took away what it changes.`
    : `The newest revision, which ${mutation} can be put into.`;
}

/** The two sides of a world, in words that stand behind its name. */
export function sidesOf({
  mutation,
  hypothesis,
}: Pick<MuseumWorld, 'mutation' | 'hypothesis'>): readonly [before: string, after: string] {
  if (mutation) return ['with the mutation', 'without the mutation'];
  if (hypothesis) return ['as HAProxy is', 'with what would end it'];
  return ['before its fix', 'with its fix'];
}

/** What stands beside a hypothesis' world, its standing first; empty for any other world. */
export const aboutHypothesis = ({ hypothesis: h }: Pick<MuseumWorld, 'hypothesis'>): string =>
  h === undefined
    ? ''
    : `A hypothesis, ${h.standing}. What rescues it: ${h.rescue} What ${h.standing.startsWith('confirmed') ? 'confirmed' : 'would confirm'} it: ${h.confirm}`;
