/** From procedures and patches to a program: which steps there are, in which order, and where every edge leads. */

import { called } from './called.ts';
import type { Exec } from './exec.ts';
import { FRAME_HEAD, type FramePlan, planFrames } from './frame.ts';
import type { AnyInline, InlineBody } from './inline.ts';
import type { PlacedStep } from './listing.ts';
import { Listings } from './listing.ts';
import type { Fix, Mutation, Op, Spot } from './patch.ts';
import { type AnyProcedure, type Edge, RET, RETRY_STEP, RETURN, type StepDef, type Touches } from './proc.ts';
import { type Operand, type ProcRole, ROLE, type Role } from './roles.ts';

/** A procedure as it is in one program. */
export interface ProgramProc {
  readonly id: number;
  readonly key: string;
  /** What it is called in this program. */
  readonly name: string;
  readonly verb: string;
  readonly locals: readonly string[];
  /** What each points to: a struct's name, null for a number, `either` where that depends. */
  readonly leads: readonly (string | null)[];
  readonly roles: ReadonlySet<ProcRole>;
  readonly worksOnConn: boolean;
  readonly means: boolean;
  readonly short: string | undefined;
  /** Which of its locals is the connection it works on; -1 when it names none. */
  readonly qc: number;
}

/** A step as it runs in one program. Every one has the same fields in the same order: the machine reads them at each step. */
export interface CompiledStep {
  readonly run: (x: Exec, l: object, at: object) => Edge;
  /** Where its edges lead: `next`, `retry` and the named ones. */
  readonly at: Readonly<Record<string, Edge>>;
  readonly cost: number;
  readonly frameSize: number;
  /** Where its procedure's locals lie that have more than one place; see `frame.ts`. */
  readonly slots: Int32Array;
  readonly pc: number;
  readonly procId: number;
  readonly proc: ProgramProc;
  readonly label: string;
  readonly text: string;
  readonly ref: string;
  readonly verb: string | undefined;
  readonly touches: Touches;
  /** Bits of ROLE. */
  readonly roles: number;
  /** Its procedure has handed the connection over on the way here: what its locals name is another thread’s. */
  readonly handedOver: boolean;
  /** Offsets in the frame of the locals that a role's readers need. */
  readonly operands: Readonly<Partial<Record<Role, Readonly<Record<string, number>>>>>;
  /** Who wrote its body: `seed`, or the id of a fix, a mutation, or `idea`. */
  readonly wrote: string;
  readonly def: StepDef;
  /** Named edges, by the labels they lead to. */
  readonly to: Readonly<Record<string, string>>;
}

/** How a program that somebody has changed is run with care (`guarded.ts`); brought along by whoever changes programs. */
export interface Guard {
  readonly Exec: typeof Exec;
  readonly run: (run: CompiledStep['run']) => CompiledStep['run'];
}

/** What readers ask of a program as a whole. */
export interface Traits {
  /** The new thread finishes a rebind. */
  readonly finalizes: boolean;
  /** It also puts the connection in its own list. */
  readonly joinsOnFinalize: boolean;
  /** Handing over is a procedure of its own, which a full ring can prevent. */
  readonly commits: boolean;
  /** A datagram that is passed on leaves no packet behind. */
  readonly freesOnRedispatch: boolean;
  /** A connection that is accepted may go to another thread. */
  readonly rebindsAtAccept: boolean;
  /** `actconn` counts connections, not sessions. */
  readonly countsConns: boolean;
  /** The listener counts handshakes, and connections in accept lists. */
  readonly countsHandshakes: boolean;
  readonly countsAccepts: boolean;
  /** Datagrams wait in a byte ring of each thread. */
  readonly byteRings: boolean;
  /** Nothing is called twice in one round of the loop. */
  readonly runsOnce: boolean;
  /** A call of a connection on a socket can be told to fail. */
  readonly socketsFail: boolean;
  /** A smaller object stands for a connection that has closed. */
  readonly closedObjects: boolean;
}

export interface Program {
  readonly steps: readonly CompiledStep[];
  /** First step of each procedure, by procedure id; 0 where it has none. */
  readonly entry: Int32Array;
  readonly procedures: readonly ProgramProc[];
  readonly frames: FramePlan;
  readonly inlines: readonly InlineBody[];
  /** Who wrote the body of each inline function, by HAProxy's name. */
  readonly inlineBy: ReadonlyMap<string, string>;
  readonly fixes: ReadonlySet<string>;
  readonly mutations: ReadonlySet<string>;
  /** What a person changed, in words of `ideas.ts`. */
  readonly ideas: readonly string[];
  readonly traits: Traits;
  /** Somebody has changed it: a NULL pointer that a step follows stops the run. */
  readonly guard: Guard | undefined;
  /** What HAProxy calls otherwise here: names of procedures and of flags, by their first. */
  readonly names: Readonly<Record<string, string>>;
  /** Labels that steps have now which once had another, by `procedure/label`: for places named by an earlier edition. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Changes whenever a step, its label, edge, cost, local or body's author does. */
  readonly fingerprint: string;
}

/** Raised by hand when what a body does changes and nothing else of it. */
const EDITION = 3;

export interface Source {
  readonly procedures: readonly AnyProcedure[];
  readonly inlines: readonly AnyInline[];
  readonly frames: FramePlan;
}

/** What programs are compiled from. */
export const sourceOf = (procedures: readonly AnyProcedure[], inlines: readonly AnyInline[]): Source => ({
  procedures,
  inlines,
  frames: planFrames(procedures),
});

/** What is to be compiled: patches in order, each with the name it goes by. */
export interface Wanted {
  readonly fixes: readonly Fix[];
  readonly mutations: readonly Mutation[];
  /** It is no revision of the line. */
  readonly guard?: Guard | undefined;
  /** A person's own operations, and their words. */
  readonly ideas?: {
    readonly words: readonly string[];
    readonly ops: (where: (s: Spot) => Spot) => readonly Op[];
  };
}

/** Applies the patches in their order and numbers the steps. Throws PatchError with the reason where they do not fit. */
export function compile(source: Source, wanted: Wanted): Program {
  const ids = new Set(wanted.fixes.map((f) => f.id));
  const listings = new Listings(source);
  for (const fix of wanted.fixes) listings.patch(fix.id, 'fix', fix.ops);
  for (const m of wanted.mutations) listings.patch(m.id, 'mutation', opsOf(m, ids));
  if (wanted.ideas)
    listings.patch(
      'idea',
      'idea',
      wanted.ideas.ops((s) => listings.locate(s)),
    );
  return number(source, listings, wanted);
}

/** The operations of a mutation's form for these fixes. */
export const opsOf = (m: Mutation, fixes: ReadonlySet<string>): readonly Op[] =>
  m.forms.findLast((f) => f.from === undefined || fixes.has(f.from))?.ops ?? [];

function number(source: Source, listings: Listings, wanted: Wanted): Program {
  const steps: CompiledStep[] = [];
  const entry = new Int32Array(source.procedures.length);
  const print = new Fingerprint(EDITION);
  const names = listings.called;
  const procedures = source.procedures.map((proc, id) => {
    if (proc.id !== id) throw new Error(`procedure ${proc.key} stands in no catalogue`);
    return programProc(proc, called(names, proc.key));
  });
  procedures.forEach((proc, id) => {
    const list = listings.of(source.procedures[id]!);
    entry[id] = list.length > 0 ? steps.length : 0;
    const first = steps.length;
    const pcOf = new Map(list.map((s, i) => [s.label, (first + i) as Edge]));
    print.mix(`${proc.key} ${proc.name} ${proc.locals.join(' ')}\n`);
    const over = afterCommit(list);
    for (const s of list) {
      const compiled = compiledStep(
        s,
        steps.length,
        proc,
        pcOf,
        over.has(s.label),
        wanted.guard,
        source.frames.slots[id]!,
      );
      print.mix(`${s.label} ${s.def.cost} ${s.wrote} ${JSON.stringify(s.to)} ${s.def.down}\n`);
      steps.push(compiled);
    }
  });
  const inlines = source.inlines.map((i) => listings.inlineOf(i));
  print.mix(source.inlines.map((i) => `${i.key} ${inlines[i.id]!.wrote}`).join('\n'));
  return {
    steps,
    entry,
    procedures,
    frames: source.frames,
    inlines: inlines.map((i) => i.run),
    inlineBy: new Map(source.inlines.map((i) => [i.key, inlines[i.id]!.wrote])),
    fixes: new Set(wanted.fixes.map((f) => f.id)),
    mutations: new Set(wanted.mutations.map((m) => m.id)),
    ideas: wanted.ideas?.words ?? [],
    traits: traitsOf(steps),
    guard: wanted.guard,
    names,
    renamed: listings.renamed,
    fingerprint: print.text,
  };
}

function programProc(p: AnyProcedure, name: string): ProgramProc {
  return {
    id: p.id,
    key: p.key,
    name,
    verb: p.verb,
    locals: p.locals,
    leads: p.leads,
    roles: p.roles,
    worksOnConn: p.worksOnConn,
    means: p.means,
    short: p.short,
    qc: p.locals.indexOf('qc'),
  };
}

function compiledStep(
  s: PlacedStep,
  pc: number,
  proc: ProgramProc,
  pcOf: ReadonlyMap<string, Edge>,
  handedOver: boolean,
  guard: Guard | undefined,
  slots: Int32Array,
): CompiledStep {
  const at: Record<string, Edge> = { next: (pc + 1) as Edge, retry: RETRY_STEP };
  for (const [name, label] of Object.entries(s.to)) at[name] = label === RET ? RETURN : pcOf.get(label)!;
  let roles = 0;
  for (const r of Object.keys(s.def.roles)) roles |= ROLE[r as Role];
  const run = s.def.run as unknown as CompiledStep['run'];
  return {
    run: guard ? guard.run(run) : run,
    at,
    cost: s.def.cost,
    frameSize: FRAME_HEAD + proc.locals.length,
    slots,
    pc,
    procId: proc.id,
    proc,
    label: s.label,
    text: s.def.text,
    ref: s.def.ref,
    verb: s.def.verb,
    touches: s.def.touches,
    roles,
    handedOver,
    operands: operandsOf(s, proc),
    wrote: s.wrote,
    def: s.def,
    to: s.to,
  };
}

/** FNV-1a over text, 8 hex digits. */
class Fingerprint {
  private print: number;

  constructor(edition: number) {
    this.print = 0x811c9dc5 ^ edition;
  }

  mix(s: string): void {
    for (let i = 0; i < s.length; i++) this.print = Math.imul(this.print ^ s.charCodeAt(i), 0x01000193);
  }

  get text(): string {
    return (this.print >>> 0).toString(16).padStart(8, '0');
  }
}

/** Labels of the steps that lie behind a commit. */
function afterCommit(list: readonly PlacedStep[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const follow = (i: number): void => {
    const s = list[i]!;
    const below = s.def.down ? list[i + 1] : undefined;
    for (const label of [...Object.values(s.to), ...(below ? [below.label] : [])]) {
      if (label === RET || seen.has(label)) continue;
      seen.add(label);
      follow(list.findIndex((o) => o.label === label));
    }
  };
  list.forEach((s, i) => {
    if (s.def.roles.commit) follow(i);
  });
  return seen;
}

function operandsOf(s: PlacedStep, proc: ProgramProc): CompiledStep['operands'] {
  const out: Partial<Record<Role, Record<string, number>>> = {};
  for (const [role, names] of Object.entries(s.def.roles)) {
    const offsets: Record<string, number> = {};
    for (const [operand, local] of Object.entries(names))
      offsets[operand] = FRAME_HEAD + proc.locals.indexOf(local);
    out[role as Role] = offsets;
  }
  return out;
}

function traitsOf(steps: readonly CompiledStep[]): Traits {
  const any = (is: (s: CompiledStep) => boolean): boolean => steps.some(is);
  return {
    finalizes: any((s) => s.proc.roles.has('finalize')),
    joinsOnFinalize: any((s) => s.proc.roles.has('finalize') && hasRole(s, 'listJoin')),
    commits: any((s) => s.proc.roles.has('commit')),
    freesOnRedispatch: any((s) => hasRole(s, 'redispatchFree')),
    rebindsAtAccept: any((s) => s.proc.roles.has('accept') && hasRole(s, 'ringPush')),
    countsConns: any((s) => hasRole(s, 'countsConn')),
    countsHandshakes: any((s) => hasRole(s, 'countsHandshake')),
    countsAccepts: any((s) => hasRole(s, 'countsAccept')),
    runsOnce: any((s) => hasRole(s, 'runsOnce')),
    byteRings: any((s) => hasRole(s, 'mpringFull')),
    socketsFail: any((s) => hasRole(s, 'socketCall')),
    closedObjects: any((s) => hasRole(s, 'makesClosed')),
  };
}

/** Whether a step has a role. */
export const hasRole = (s: CompiledStep, role: Role): boolean => (s.roles & ROLE[role]) !== 0;

/** Offset in its frame of the local that holds an operand of a role that the step has. */
export const operand = <R extends Role>(s: CompiledStep, role: R, name: Operand<R>): number =>
  s.operands[role]![name]!;
