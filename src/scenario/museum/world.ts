/** What a museum world is: a recorded state shortly before the trouble, and how much may happen from there. */
import { FIXES } from '../../haproxy/revisions.ts';
import type { ExploreBounds } from '../../machine/explore/bounds.ts';
import type { BuiltDatagram } from './built.ts';
import type { Prelude } from './prelude.ts';

export interface MuseumWorld {
  id: string;
  title: string;
  /** What goes wrong, in a sentence. */
  trouble: string;
  /** The commit that ends it: before is the revision without it, after the one with it. Or the mutation. */
  fix?: string;
  mutation?: string;
  threads: number;
  conns: number;
  socketOwner: 'listener' | 'connection';
  /** The server announces further CIDs after the handshake; else it keeps one. */
  furtherCids?: boolean;
  /** A tcp-request rule rejects each connection. */
  rejects?: boolean;
  ringSize?: number;
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

/** Revision of a world: the prefix before its fix or with it; mutations change the newest. */
export function revisionOf(world: MuseumWorld, fixed: boolean): { revision: string; mutations: string[] } {
  if (world.mutation) return { revision: 'newest', mutations: fixed ? [] : [world.mutation] };
  const n = FIXES.findIndex((f) => f.id === world.fix);
  if (n < 1) throw new Error(`${world.id}: no fix ${world.fix}`);
  return { revision: FIXES[fixed ? n : n - 1]!.id, mutations: [] };
}
