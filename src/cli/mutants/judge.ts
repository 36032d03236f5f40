/** Puts mutants before the worlds that run their steps, then before the battery. */

import { CATALOGUE, PROCEDURES } from '../../haproxy/catalogue.ts';
import { ThreadCtx } from '../../haproxy/model/layouts.ts';
import type { World } from '../../haproxy/model/world.ts';
import { mutantsOf } from '../../haproxy/mutants/make.ts';
import type { Mutant } from '../../haproxy/mutants/mutant.ts';
import { DOES, Seen, watched } from '../../haproxy/mutants/seen.ts';
import { chooseRevision, FIXES, programOf } from '../../haproxy/revisions.ts';
import { type CompiledStep, compile, type Program } from '../../haproxy/step/compile.ts';
import { GUARD } from '../../haproxy/step/guarded.ts';
import { PatchError } from '../../haproxy/step/listing.ts';
import type { ExploreBounds } from '../../machine/explore/bounds.ts';
import { MachineWorld } from '../../machine/explore/machine-world.ts';
import { worldWith } from '../../scenario/museum/patched.ts';
import { Alone } from './alone.ts';
import { Battery } from './battery.ts';
import { BY_HAND } from './by-hand.ts';
import { Commuting, type Onlooker } from './commute.ts';
import { type Come, comeTo, type Ground, groundOf } from './grounds.ts';
import { ALL, hunt } from './hunt.ts';

/** How long is looked: states of each world, at first and before a mutant is given up. */
export interface Depth {
  readonly first: number;
  readonly last: number;
  /** It is looked often: what is shown to be no other program is not searched any deeper. */
  readonly often: boolean;
}

/** What became of a mutant. `refused`: its patch fits no program. */
export type Fate =
  | { readonly fate: 'killed'; readonly by: string }
  | { readonly fate: 'equivalent'; readonly why: string }
  | { readonly fate: 'unreached' | 'survivor' | 'refused' };

/** What was seen of the program as it is. */
export interface Known {
  readonly comes: readonly Come[];
  readonly seen: { readonly times: Float64Array; readonly does: Uint8Array };
}

const IDLE = 'it changes no word in any state that was met, and leads nowhere else';

/** Today's program. */
export function today(): Program {
  const newest = chooseRevision({ revision: 'newest' });
  if (typeof newest === 'string') throw new Error(newest);
  return programOf(newest);
}

export class Judge {
  readonly P = today();
  private readonly grounds = new Map<string, Ground>();
  private made: Battery | undefined;
  private mutants: ReadonlyMap<string, Mutant> = new Map();
  private comes: readonly Come[] = [];

  constructor(private readonly depth: Depth) {}

  /** What one world comes to on the program as it is; undefined where there is no way to its beginning. */
  come(id: string): Come | undefined {
    const ground = groundOf(id);
    return ground && fits(ground, this.P) ? comeTo(ground, this.P, this.depth.first) : undefined;
  }

  /** What the battery's runs come to. */
  battery(): { times: Float64Array; does: Uint8Array } {
    const seen = new Seen(this.P.steps.length);
    this.made = new Battery(this.P, (P) => watched(P, seen));
    return { times: seen.times, does: seen.does };
  }

  /** Takes what was seen, by whoever it was, and answers which mutants there are. */
  take(known: Known): Mutant[] {
    this.comes = apart(known.comes);
    const seen = new Seen(this.P.steps.length);
    seen.add(known.seen.times, known.seen.does);
    for (const c of known.comes) seen.add(c.times, c.does);
    const all = mutantsOf(this.P, PROCEDURES, seen);
    this.mutants = new Map(all.map((m) => [m.id, m]));
    this.seen = seen;
    return all;
  }

  private seen = new Seen(0);

  judge(id: string): Fate {
    const m = this.mutants.get(id)!;
    const program = put(m);
    if (!program) return { fate: 'refused' };
    const steps = this.P.steps.filter((s) => s.proc.key === m.proc && m.labels.includes(s.label));
    if (steps.every((s) => this.seen.times[s.pc] === 0)) return { fate: 'unreached' };
    const ran = (c: Come): number => Math.max(...steps.map((s) => c.times[s.pc]!));
    const comes = this.comes.filter((c) => ran(c) > 0).sort((a, b) => a.states / ran(a) - b.states / ran(b));
    const { first, last, often } = this.depth;
    if (often) {
      const known = this.known(m, steps);
      if (known) return { fate: 'equivalent', why: known };
    }
    const by = this.search(m, program, comes, first) || this.theBattery().look(program);
    if (by) return { fate: 'killed', by };
    const early = often ? this.same(m, steps, comes) : '';
    if (early) return { fate: 'equivalent', why: early };
    const deep = last > first ? this.search(m, program, comes, last) : '';
    if (deep) return { fate: 'killed', by: deep };
    const why = often ? '' : this.same(m, steps, comes);
    return why ? { fate: 'equivalent', why } : { fate: 'survivor' };
  }

  /** Why a mutant that nothing has noticed is no other program; empty where that is not known. */
  private same(m: Mutant, steps: readonly CompiledStep[], comes: readonly Come[]): string {
    // What changes nothing has no place either, as long as nothing minds what it reads there.
    const idle = m.kind === 'swap' && steps.some((s) => this.idle(s)) ? IDLE : '';
    return idle || this.known(m, steps) || this.noDifference(m, steps[0]!.pc, comes);
  }

  /** What kills it in a world, in words; empty where nothing does. */
  private search(m: Mutant, program: Program, comes: readonly Come[], states: number): string {
    for (const c of comes) {
      const x = this.worldOf(c.id, m, program);
      if (!x) continue;
      const { found } = hunt(x, states, new Set(c.broken));
      if (found)
        return `${c.id}: ${found.symptom === 'race' ? 'race' : found.rule || found.symptom}: ${found.text}`;
    }
    return '';
  }

  /** Undefined where a thread stands at a step that is gone, or amid two that change places, when the search begins. */
  private worldOf(id: string, m: Mutant, program: Program): MachineWorld | undefined {
    if ((m.kind === 'swap' || m.kind === 'flag') && standsAt(this.ground(id), m)) return undefined;
    try {
      return worldWith(this.ground(id).run, program, m.id, m.kind === 'plain' ? 'everywhere' : 'named');
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  private ground(id: string): Ground {
    const had = this.grounds.get(id) ?? groundOf(id)!;
    this.grounds.set(id, had);
    return had;
  }

  private theBattery(): Battery {
    this.made ??= new Battery(this.P);
    return this.made;
  }

  /** Why a mutant is no other program, as far as that is known without looking. */
  private known(m: Mutant, steps: readonly CompiledStep[]): string {
    return m.kind === 'drop' && this.idle(steps[0]!) ? IDLE : (BY_HAND[m.id] ?? '');
  }

  /** Why a mutant that nothing noticed is no other program, by going through the states of the program as it is; empty where that is not known. */
  private noDifference(m: Mutant, first: number, comes: readonly Come[]): string {
    if (m.kind === 'plain') return this.alone(first, comes);
    if (m.kind !== 'swap') return '';
    const pair = new Commuting(first);
    for (const { id } of comes) {
      this.goThrough(id, pair);
      if (pair.differ) return '';
    }
    this.theBattery().beside(this.P, pair);
    return pair.holds
      ? `both orders lead to one state in the ${pair.states} states that were met, and of one of the two no other thread touches what it touches`
      : '';
  }

  private idle({ pc, to }: CompiledStep): boolean {
    const { times, does } = this.seen;
    return times[pc]! > 0 && (does[pc]! & (DOES.change | DOES.edge)) === 0 && Object.keys(to).length === 0;
  }

  private alone(pc: number, comes: readonly Come[]): string {
    let states = 0;
    for (const { id } of comes) {
      const alone = new Alone(pc);
      this.goThrough(id, alone);
      if (!alone.holds) return '';
      states += alone.states;
    }
    return states > 0
      ? `no other thread ever touches a word that it accesses atomically, in the worlds of the ${states} states in which it was met`
      : '';
  }

  /** Goes through the states of a world as it is. */
  private goThrough(id: string, onlooker: Onlooker): void {
    const { run } = this.ground(id);
    const { W, mem, bounds } = run.explorable;
    hunt(new Beside(W, this.P, mem.w, bounds, run.off, onlooker), this.depth.first, ALL);
  }
}

/** A world in whose states somebody looks on. */
export class Beside extends MachineWorld {
  constructor(
    W: World,
    P: Program,
    block: Int32Array,
    bounds: ExploreBounds,
    off: ReadonlySet<string>,
    private readonly onlooker: Onlooker,
  ) {
    super(W, P, block, bounds, off);
  }

  override opened(): void {
    this.onlooker.look(this.x, this.mem);
    super.opened();
  }
}

/** Whether each step that a thread stands at, or is to come back to, where the search begins is one of `today`: a mutation may have steps of its own. */
function fits(ground: Ground, today: Program): boolean {
  return [...standingAt(ground)].every((s) =>
    today.steps.some((other) => other.proc.key === s.proc.key && other.label === s.label),
  );
}

/** Whether a thread stands at a step of the mutant, or is to come back to one, where the search begins. */
export function standsAt(ground: Ground, m: Mutant): boolean {
  return [...standingAt(ground)].some((s) => s.proc.key === m.proc && m.labels.includes(s.label));
}

function* standingAt({ run }: Ground): Generator<CompiledStep> {
  const { W, P, mem } = run.explorable;
  for (let t = 0; t < W.cfg.threads; t++)
    for (let fp = mem.w[W.th(t) + ThreadCtx.fp]!; fp !== 0; fp = mem.w[fp + 1]!) yield P.steps[mem.w[fp]!]!;
}

/** The worlds but for those in which the same steps run as often as in one before: of one world under two names. */
function apart(comes: readonly Come[]): Come[] {
  const had = new Set<string>();
  return comes.filter((c) => {
    const key = `${c.states} ${c.broken.join()} ${c.times.join(' ')}`;
    const first = !had.has(key);
    had.add(key);
    return first;
  });
}

/** The program with a mutant in it; undefined where the patch is refused. */
export function put(m: Mutant): Program | undefined {
  try {
    return compile(CATALOGUE, {
      fixes: FIXES,
      mutations: [],
      guard: GUARD,
      ideas: { words: [m.id], ops: () => m.ops },
    });
  } catch (error) {
    if (error instanceof PatchError) return undefined;
    throw error;
  }
}
