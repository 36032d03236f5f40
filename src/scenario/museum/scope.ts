/** What an answer of a search covers, and what it does not: said beside every verdict. */
import { FIXES } from '../../haproxy/fixes/index.ts';
import { type Lacking, lackingAt } from '../../haproxy/lacking.ts';
import { chooseRevision } from '../../haproxy/revisions.ts';
import type { WorldSpec } from '../explore.ts';
import { boundsIn, museumOptions, museumWorld } from './index.ts';

/** Something that was not looked at, and why. */
export interface NotLooked {
  /** Number of a rule, or 'poison', 'owner', 'race', 'deadlock'. */
  readonly rule: string;
  readonly why: string;
}

export interface Scope {
  /** Id of the newest fix, and the newest date that is known of one: YYYY-MM-DD. */
  readonly newest: string;
  readonly date: string;
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
  readonly lacks: readonly Lacking[];
}

/** The scope of a search. Throws RangeError on a spec that names no world, or whose switches cannot stand together. */
export function scopeOf(spec: WorldSpec): Scope {
  const options = museumOptions(spec);
  const world = museumWorld(spec.world)!;
  const revision = chooseRevision(options);
  if (typeof revision === 'string') throw new RangeError(revision);
  const fixes = FIXES.filter((f) => revision.fixes.has(f.id));
  const date = fixes.findLast((f) => f.date !== null)?.date ?? '';
  const chosenOff = spec.rulesOff ?? [];
  const about = spec.fixed ? [] : world.on;
  const b = boundsIn(world, spec);
  const spares = spec.fixed || spec.unspared ? {} : world.spared;
  return {
    date,
    newest: fixes.at(-1)!.id,
    rulesOff: Object.entries(revision.knownBroken)
      .filter(([rule]) => !about.includes(rule))
      .map(([rule, why]) => ({ rule, why })),
    spared: Object.entries(spares).map(([rule, why]) => ({ rule, why })),
    unspared: Object.keys(spares).length > 0 ? (world.unspared ?? '') : '',
    chosenOff,
    bounds: {
      threads: options.threads,
      connections: world.conns,
      datagrams: b.deliver.length,
      rebinds: b.rebinds.length,
      timerFirings: b.timerFirings,
      allocationFailures: b.allocationFailures,
      socketFailures: b.socketFailures,
    },
    lacks: lackingAt(date),
  };
}
