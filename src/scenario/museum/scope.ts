/** What an answer of a search covers, and what it does not: said beside every verdict. */
import { chooseRevision } from '../../haproxy/revisions.ts';
import { type HaproxyState, stateOf } from '../../haproxy/state.ts';
import type { WorldSpec } from '../explore.ts';
import { boundsIn, museumOptions, museumWorld } from './index.ts';
import { aboutOn, mutationRunsOn, sparesOn } from './world.ts';

/** Something that was not looked at, and why. */
export interface NotLooked {
  /** Number of a rule, or 'poison', 'owner', 'race', 'deadlock'. */
  readonly rule: string;
  readonly why: string;
}

export interface Scope {
  /** Which state of HAProxy was searched, and what the model lacks of it. */
  readonly haproxy: HaproxyState;
  /** Why a mutation's world is searched on that; empty for any other world, and where another revision was chosen. */
  readonly because: string;
  /** Not meant to hold in this revision: the bugs that break it. */
  readonly rulesOff: readonly NotLooked[];
  /** Not looked at so that the world shows what it is about. */
  readonly spared: readonly NotLooked[];
  /** What the shortest run breaks where nothing is spared; empty where nothing is. */
  readonly unspared: string;
  /** Rules that were switched off by hand. */
  readonly chosenOff: readonly string[];
  /** How much may happen. */
  readonly bounds: Readonly<Record<string, number>>;
}

/** The scope of a search. Throws RangeError on a spec that names no world, or whose switches cannot stand together. */
export function scopeOf(spec: WorldSpec): Scope {
  const options = museumOptions(spec);
  const world = museumWorld(spec.world)!;
  const revision = chooseRevision(options);
  if (typeof revision === 'string') throw new RangeError(revision);
  const chosenOff = spec.rulesOff ?? [];
  const about = aboutOn(world, spec.fixed);
  const b = boundsIn(world, spec);
  const spares = !sparesOn(world, spec.fixed) || spec.unspared ? {} : world.spared;
  return {
    haproxy: stateOf(revision.fixes),
    because: spec.revision ? '' : mutationRunsOn(world),
    rulesOff: Object.entries(revision.knownBroken)
      .filter(([rule]) => !about.includes(rule))
      .map(([rule, why]) => ({ rule, why })),
    spared: Object.entries(spares).map(([rule, why]) => ({ rule, why })),
    unspared: Object.keys(spares).length > 0 ? (world.unspared ?? '') : '',
    chosenOff,
    bounds: {
      threads: options.threads,
      ...(options.threadGroups ? { threadGroups: options.threadGroups } : {}),
      connections: world.conns,
      datagrams: b.deliver.length,
      rebinds: b.rebinds.length,
      timerFirings: b.timerFirings,
      allocationFailures: b.allocationFailures,
      socketFailures: b.socketFailures,
    },
  };
}
