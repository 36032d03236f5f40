/** The lists of steps while patches are applied to them, and what is wrong with a patch. */
import type { AnyInline, InlineBody } from './inline.ts';
import { ANYBODY, type Op, SEED_BODY, type Spot } from './patch.ts';
import { type AnyProcedure, RET, type StepDef } from './proc.ts';

/** A patch that does not fit the steps there are; the message says why. */
export class PatchError extends Error {}

/** A step in a list, with where its named edges lead now. */
export interface PlacedStep {
  label: string;
  def: StepDef;
  /** Whose body it is. */
  wrote: string;
  to: Record<string, string>;
  /** Who last set an edge elsewhere than its step says, by edge. */
  readonly edgeBy: Record<string, string>;
  /** Reached by named edges only. */
  aside: boolean;
  /** Procedure that it was written for. */
  home: AnyProcedure;
}

type Rank = 'fix' | 'mutation' | 'idea';

interface Body {
  run: InlineBody;
  wrote: string;
}

/** A step that was there and is no longer: what patches that come too late are told. */
interface Gone {
  by: string;
  now: string | null;
}

const keyOf = (p: AnyProcedure, label: string): string => `${p.key}/${label}`;

export class Listings {
  private readonly lists = new Map<string, PlacedStep[]>();
  private readonly names = new Map<string, string>();
  private readonly inlines = new Map<string, Body>();
  private readonly gone = new Map<string, Gone>();
  /** For mutations and ideas: who has worked on a step, since two of one rank at one step have no order. */
  private readonly touched = new Map<string, string>();
  private by = '';
  private rank: Rank = 'fix';

  constructor(
    private readonly source: { procedures: readonly AnyProcedure[]; inlines: readonly AnyInline[] },
  ) {
    for (const p of source.procedures) {
      if (p.firstName !== p.key) this.names.set(p.key, p.firstName);
      this.lists.set(
        p.key,
        p.steps.map((s) => placed(s, SEED_BODY, p)),
      );
      this.check(p, SEED_BODY);
    }
    for (const i of source.inlines) this.inlines.set(i.key, { run: i.seed as InlineBody, wrote: SEED_BODY });
  }

  of(p: AnyProcedure): readonly PlacedStep[] {
    return this.lists.get(p.key) ?? [];
  }

  /** What steps are called now that have been replaced, by `procedure/label`. */
  get renamed(): ReadonlyMap<string, string> {
    const out = new Map<string, string>();
    for (const [key, { now }] of this.gone) if (now !== null) out.set(key, now);
    return out;
  }

  private nameOf(p: AnyProcedure): string {
    return this.names.get(p.key) ?? p.key;
  }

  /** What is called otherwise than by its key: procedures, and flags of a connection. */
  get called(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.names);
  }

  inlineOf(i: AnyInline): Body {
    return this.inlines.get(i.key)!;
  }

  /** Applies a whole patch, then looks at every procedure that it touched. */
  patch(by: string, rank: Rank, ops: readonly Op[]): void {
    this.by = by;
    this.rank = rank;
    const changed = new Set<AnyProcedure>();
    for (const op of ops) {
      this.apply(op);
      if ('at' in op) changed.add(op.at.proc);
      if ('target' in op && typeof op.target === 'object') changed.add(op.target.proc);
      if ('proc' in op) changed.add(op.proc);
    }
    for (const p of changed) this.check(p, by);
  }

  /** The step as named, or the one of that label in another procedure of the rebind: S8, S13 and S14 move by 95f624540. */
  locate(s: Spot): Spot {
    const has = (key: string): boolean => this.lists.get(key)?.some((p) => p.label === s.label) ?? false;
    if (has(s.proc.key)) return s;
    const moved = this.source.procedures.find(
      (p) => (p.roles.has('rebind') || p.roles.has('commit')) && has(p.key),
    );
    const rebinds = s.proc.roles.has('rebind') || s.proc.roles.has('commit');
    return moved && rebinds ? { proc: moved, label: s.label } : s;
  }

  private fail(why: string): never {
    throw new PatchError(`${this.by}: ${why}`);
  }

  private list({ proc }: Spot): PlacedStep[] {
    return this.lists.get(proc.key) ?? this.fail(`there is no procedure ${proc.key}`);
  }

  /** Where a step stands; refuses one that is not there, and one that another patch of this rank has worked on. */
  private find(at: Spot): number {
    const list = this.list(at);
    const i = list.findIndex((s) => s.label === at.label);
    if (i < 0) this.fail(this.whyNot(at, list));
    if (this.rank !== 'fix') {
      const key = `${this.rank} ${at.proc.key}/${at.label}`;
      const other = this.touched.get(key);
      if (other !== undefined && other !== this.by)
        this.fail(
          `${other} changes step ${at.label} of ${this.nameOf(at.proc)} too, and neither comes first`,
        );
      this.touched.set(key, this.by);
    }
    return i;
  }

  private whyNot(at: Spot, list: readonly PlacedStep[]): string {
    const gone = this.gone.get(keyOf(at.proc, at.label));
    if (gone)
      return gone.now === null
        ? `step ${at.label} of ${this.nameOf(at.proc)} is no longer there: ${gone.by} takes it out`
        : `step ${at.label} of ${this.nameOf(at.proc)} is now ${gone.now}, by ${gone.by}`;
    if (list.length === 0) return `${this.nameOf(at.proc)} is not part of this program`;
    return `${this.nameOf(at.proc)} has no step ${at.label}`;
  }

  private apply(op: Op): void {
    switch (op.op) {
      case 'before':
      case 'after':
      case 'aside':
        this.insert(op.at, op.op, op.steps);
        return;
      case 'replace':
        this.replace(op.at, op.step, op.over);
        return;
      case 'remove':
        this.take(op.at);
        return;
      case 'move':
        this.move(op.at, op.where, op.target);
        return;
      case 'swap':
        this.swap(op.at, op.target);
        return;
      case 'edge':
        this.turn(op.at, op.edge, op.target, op.over);
        return;
      case 'procedure':
        if (this.of(op.proc).length > 0) this.fail(`${this.nameOf(op.proc)} is there already`);
        this.write(op.proc, op.steps);
        return;
      case 'procedureAnew':
        for (const s of this.of(op.proc)) this.gone.set(keyOf(op.proc, s.label), { by: this.by, now: null });
        this.write(op.proc, op.steps);
        return;
      case 'inline': {
        const body = this.inlines.get(op.inline.key);
        if (!body) this.fail(`there is no function ${op.inline.key}`);
        this.wroteOver(op.inline.key, body.wrote, op.over);
        this.inlines.set(op.inline.key, { run: op.run as InlineBody, wrote: this.by });
        return;
      }
      case 'name':
        this.names.set(op.proc.key, op.name);
        return;
      case 'flag':
        this.names.set(op.flag, op.name);
    }
  }

  private write(proc: AnyProcedure, steps: readonly StepDef[]): void {
    this.lists.set(
      proc.key,
      steps.map((s) => placed(s, this.by, proc)),
    );
  }

  private wroteOver(what: string, wrote: string, over: string): void {
    if (wrote !== over && over !== ANYBODY)
      this.fail(`it writes over ${over}'s version of ${what}, and what stands there is ${wrote}'s`);
  }

  private insert(at: Spot, where: 'before' | 'after' | 'aside', steps: readonly StepDef[]): void {
    const list = this.list(at);
    const i = this.find(at);
    const brought = steps.map((s) => placed(s, this.by, at.proc));
    if (where === 'aside') brought[0]!.aside = true;
    if (where === 'before') {
      retarget(list, at.label, brought[0]!.label);
      brought[0]!.aside = list[i]!.aside;
      list[i]!.aside = false;
    }
    list.splice(where === 'after' ? i + 1 : i, 0, ...brought);
  }

  private replace(at: Spot, step: StepDef, over: string): void {
    const list = this.list(at);
    const i = this.find(at);
    const old = list[i]!;
    this.wroteOver(`step ${at.label} of ${this.nameOf(at.proc)}`, old.wrote, over);
    if (step.label === at.label)
      this.fail(`step ${at.label} of ${this.nameOf(at.proc)} keeps its label with another meaning`);
    retarget(list, at.label, step.label);
    list[i] = { ...placed(step, this.by, at.proc), aside: old.aside };
    this.gone.set(keyOf(at.proc, at.label), { by: this.by, now: step.label });
  }

  /** Takes a step out; edges to it lead to what stood below. */
  private take(at: Spot): PlacedStep {
    const list = this.list(at);
    const i = this.find(at);
    const s = list[i]!;
    const below = list[i + 1];
    const above = list[i - 1];
    if (!s.def.down && above?.def.down)
      this.fail(
        `without step ${at.label} of ${this.nameOf(at.proc)}, which never goes on, ${above.label} would`,
      );
    const jumped = list.some((o) => Object.values(o.to).includes(at.label));
    if (jumped && !below)
      this.fail(`step ${at.label} of ${this.nameOf(at.proc)} has nothing below it to lead to`);
    if (below) retarget(list, at.label, below.label);
    if (s.aside && below) below.aside = true;
    list.splice(i, 1);
    this.gone.set(keyOf(at.proc, at.label), { by: this.by, now: null });
    return s;
  }

  private move(at: Spot, where: 'before' | 'after', target: Spot): void {
    if (at.proc === target.proc && at.label === target.label)
      this.fail(`step ${at.label} cannot stand beside itself`);
    this.find(target);
    const s = this.take(at);
    const list = this.list(target);
    const i = this.find(target);
    if (at.proc !== target.proc) this.fits(s, target.proc);
    this.gone.delete(keyOf(target.proc, s.label));
    const moved = { ...s, to: { ...s.to }, aside: false };
    if (where === 'before') {
      retarget(list, target.label, s.label);
      moved.aside = list[i]!.aside;
      list[i]!.aside = false;
    }
    list.splice(where === 'after' ? i + 1 : i, 0, moved);
  }

  /** Refuses a step in a procedure that lacks what it works on or where it leads. */
  private fits(s: PlacedStep, into: AnyProcedure): void {
    const list = this.of(into);
    if (list.some((o) => o.label === s.label)) this.fail(`${into.key} has a step ${s.label} already`);
    const missing = usesOf(s).find((l) => !into.locals.includes(l));
    if (missing) this.fail(`step ${s.label} works on ${missing}, which ${into.key} has not`);
    const lost = Object.values(s.to).find((l) => l !== RET && !list.some((o) => o.label === l));
    if (lost) this.fail(`step ${s.label} leads to ${lost}, which is not in ${into.key}`);
  }

  private swap(a: Spot, b: Spot): void {
    const [from, into] = [this.list(a), this.list(b)];
    const [i, k] = [this.find(a), this.find(b)];
    const [one, other] = [from[i]!, into[k]!];
    if (one === other) this.fail(`step ${a.label} cannot change places with itself`);
    if (a.proc !== b.proc) {
      this.fits(one, b.proc);
      this.fits(other, a.proc);
    }
    for (const s of new Set([...from, ...into]))
      for (const [name, label] of Object.entries(s.to)) {
        if (label === a.label) s.to[name] = b.label;
        else if (label === b.label) s.to[name] = a.label;
      }
    [one.aside, other.aside] = [other.aside, one.aside];
    from[i] = other;
    into[k] = one;
  }

  private turn(at: Spot, edge: string, target: string, over: string): void {
    const s = this.list(at)[this.find(at)]!;
    if (s.to[edge] === undefined)
      this.fail(`step ${at.label} of ${this.nameOf(at.proc)} has no edge ${edge}`);
    this.wroteOver(`edge ${edge} of step ${at.label}`, s.edgeBy[edge] ?? s.wrote, over);
    s.to[edge] = target;
    s.edgeBy[edge] = this.by;
  }

  /** After a whole patch: nothing leads nowhere, nothing is out of reach, nothing falls where only edges may lead. */
  private check(p: AnyProcedure, by: string): void {
    this.by = by;
    const list = this.lists.get(p.key)!;
    const index = new Map<string, number>();
    list.forEach((s, i) => {
      if (index.has(s.label)) this.fail(`${p.key} has two steps ${s.label}`);
      index.set(s.label, i);
    });
    list.forEach((s, i) => {
      for (const [name, label] of Object.entries(s.to))
        if (label !== RET && !index.has(label))
          this.fail(`edge ${name} of step ${s.label} of ${p.key} leads to ${label}, which is not there`);
      const below = list[i + 1];
      if (s.def.down && !below) this.fail(`${p.key} falls off its end after step ${s.label}`);
      if (s.def.down && below?.aside)
        this.fail(`step ${s.label} of ${p.key} would fall into ${below.label}, which only edges may reach`);
    });
    const reached = reach(list, index);
    const lost = list.find((_, i) => !reached.has(i));
    if (lost) this.fail(`no way leads to step ${lost.label} of ${p.key}`);
  }
}

const placed = (def: StepDef, wrote: string, home: AnyProcedure): PlacedStep => ({
  label: def.label,
  def,
  wrote,
  to: { ...def.to },
  edgeBy: {},
  aside: false,
  home,
});

function retarget(list: readonly PlacedStep[], from: string, to: string): void {
  for (const s of list) for (const [name, label] of Object.entries(s.to)) if (label === from) s.to[name] = to;
}

function reach(list: readonly PlacedStep[], index: ReadonlyMap<string, number>): Set<number> {
  const seen = new Set<number>();
  const open = list.length > 0 ? [0] : [];
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    if (seen.has(i)) continue;
    seen.add(i);
    const s = list[i]!;
    if (s.def.down) open.push(i + 1);
    for (const label of Object.values(s.to)) if (label !== RET) open.push(index.get(label)!);
  }
  return seen;
}

/** Names of the locals that a step's body works on: those its text names, and those it says it hands on. */
export function usesOf({ def, home }: PlacedStep): string[] {
  const source = def.run.toString();
  const params = /^\(?\s*([^)=]*?)\s*\)?\s*=>/.exec(source)?.[1]?.split(',') ?? [];
  const l = params[1]?.trim();
  const named = l
    ? home.locals.filter((name) =>
        new RegExp(`(?<![\\w$.])${escaped(l)}\\.${escaped(name)}(?![\\w$])`).test(source),
      )
    : [];
  return [...new Set([...named, ...def.uses])];
}

const escaped = (s: string): string => s.replace(/[$]/g, '\\$&');
