/**
 * Steps that were compiled to WebAssembly, over one memory: tables that say which program and which world it is, what the module asks of
 * its host, and the same program with compiled bodies in the place of closures. A body that is not compiled stays a closure.
 */
import { BUG, BUG_NULL } from '../../haproxy/model/bugs.ts';
import type { World } from '../../haproxy/model/world.ts';
import type { CompiledStep, Program } from '../../haproxy/step/compile.ts';
import type { Exec } from '../../haproxy/step/exec.ts';
import { Stop } from '../../haproxy/step/guarded.ts';
import { orderOf, spoken, typeOf } from '../../haproxy/step/packets.ts';
import type { Edge } from '../../haproxy/step/proc.ts';
import type { Pool } from '../../memory/pool.ts';
import {
  ABSENT,
  CFG_WORDS,
  MOST_EDGES,
  MOST_STEPS,
  PLACE,
  POOL_BYTES,
  POOL_NAMES,
  POOL_WORDS,
  ROW,
  WORLD_WORDS,
} from './layout.ts';

/** What a compiler run leaves beside the module. */
export interface StepList {
  /** `author procedure label` of each body. */
  readonly bodies: readonly string[];
  /** For each inline function by its id: the authors of its bodies; null where one is not compiled. */
  readonly inlines: Readonly<Record<string, readonly (string | null)[]>>;
  /** Bodies that stay closures, each with the reason. */
  readonly closures: readonly string[];
  readonly faults: readonly (readonly (string | { readonly pool: boolean })[])[];
}

export interface StepModule {
  readonly module: WebAssembly.Module;
  readonly list: StepList;
  /** It was compiled for memory that several threads touch at once. */
  readonly shared: boolean;
  /** And for programs that somebody has changed: a step that follows NULL stops the run. */
  readonly careful: boolean;
}

/** Finds the module for programs that are as HAProxy's are, or for those that somebody has changed; undefined where there is none. */
export type StepsFor = (careful: boolean) => Promise<StepModule | undefined>;

/** What the module gives. Numbers are whole, places are bytes. */
export interface StepExports {
  be(t: number): void;
  stretch(most: number): number;
  one(): number;
  takeWoken(): number;
  rescheduled(): number;
  standsAt(): number;
  tell(how: number, from: number, bytes: number, counted: number, atOnce: number, point: number): void;
  told(): number;
  storeAt(bytes: number, offset: number, length: number, source: number, conn: number, order: number): void;
  scriptsAt(rows: number, count: number, bytes: number, roleOf: number, withoutKeys: boolean): void;
}

/** The block of a memory for compiled steps, `words` long. */
export const blockIn = (memory: WebAssembly.Memory, words: number): Int32Array =>
  new Int32Array(memory.buffer, PLACE.block, words);

/** Bytes of a memory that has room for a block and `more` bytes behind it. */
export const bytesFor = (words: number, more = 0): number => PLACE.block + words * 4 + more;

const PAGE = 65_536;
/** Pages that the shared module says a memory may have. */
export const MOST_PAGES = 65_536;

/** A memory for a block; undefined where there is none so large. */
export function memoryFor(words: number, shared: boolean, more = 0): WebAssembly.Memory | undefined {
  const pages = Math.ceil(bytesFor(words, more) / PAGE);
  if (pages > MOST_PAGES) return undefined;
  return new WebAssembly.Memory({ initial: pages, maximum: shared ? MOST_PAGES : pages, shared });
}

/** Writes the tables. `leave`: addresses of steps that are not to be taken here. Answers for each step whether its body is compiled. */
export function writeTables(
  memory: WebAssembly.Memory,
  W: World,
  P: Program,
  list: StepList,
  leave: readonly number[] = [],
): boolean[] {
  const words = (at: number): Int32Array => new Int32Array(memory.buffer, at);
  const world: Record<(typeof WORLD_WORDS)[number], number> = {
    global: W.global,
    fdCount: W.fdCount,
    epWords: W.epWords,
    perGroup: W.perGroup,
    ownFds: W.ownFds,
    stacks: W.stack(0),
    stackWords: W.stack(1) - W.stack(0),
    ownSockets: W.cfg.socketOwner === 'connection' ? 1 : 0,
    anyFixedBit: W.consts.anyFixedBit ? 1 : 0,
    forceRetry: W.consts.forceRetry ? 1 : 0,
    words: W.layout.words,
    groups: W.cfg.groups,
    cidLength: W.consts.cidLengths ? -1 : W.consts.cidLength,
  };
  words(PLACE.world).set(WORLD_WORDS.map((name) => world[name]));
  words(PLACE.cfg).set(CFG_WORDS.map((name) => Number(W.cfg[name] ?? 0)));
  words(PLACE.bases).set(W.base);
  words(PLACE.strides).set(W.stride);
  POOL_NAMES.forEach((name, i) => {
    const pool: Pool = W.pools[name];
    words(PLACE.pools + i * POOL_BYTES).set(POOL_WORDS.map((f) => Number(pool[f])));
  });
  const lacking = writeInlines(words(PLACE.inlines), P, list);
  words(PLACE.entries).set(P.entry);
  return writeRows(words(PLACE.rows), P, list, (pc) => lacking || leave.includes(pc));
}

/** True where an inline function of this program has no compiled body: then nothing is, since any step may call it. */
function writeInlines(at: Int32Array, P: Program, list: StepList): boolean {
  let lacking = false;
  [...P.inlineBy.values()].forEach((wrote, id) => {
    const i = list.inlines[id]?.indexOf(wrote) ?? -1;
    if (i < 0) lacking = true;
    at[id] = i;
  });
  return lacking;
}

function writeRows(at: Int32Array, P: Program, list: StepList, leave: (pc: number) => boolean): boolean[] {
  const bodyOf = new Map(list.bodies.map((key, i) => [key, i]));
  if (P.steps.length > MOST_STEPS) throw new Error(`a program of ${P.steps.length} steps`);
  return P.steps.map((s, pc) => {
    const edges = Object.keys(s.def.to).sort();
    const body = bodyOf.get(`${s.wrote} ${s.proc.key} ${s.label}`);
    const i = body === undefined || leave(pc) || edges.length >= MOST_EDGES ? -1 : body;
    const row = (pc * ROW.bytes) / 4;
    at[row] = i;
    at[row + ROW.cost / 4] = s.cost;
    at[row + ROW.frame / 4] = s.frameSize;
    at[row + ROW.edges / 4] = s.at.next ?? 0;
    edges.forEach((e, k) => {
      at[row + ROW.edges / 4 + 1 + k] = s.at[e]!;
    });
    return i >= 0;
  });
}

/**
 * An instance of the module for one realm. `x`: the executor of that realm, which answers what the module asks. `before` is called in front
 * of whatever is told at once.
 */
export function instantiate(
  steps: StepModule,
  memory: WebAssembly.Memory,
  x: Exec,
  before: () => void = () => {},
): StepExports {
  const { faults } = steps.list;
  const { W } = x;
  const dg = W.consts.datagrams;
  const host = {
    fault: (site: number, a: number, b: number): never => {
      if (site === -1) throw new Stop(BUG_NULL);
      if (site === -2) throw new Error(`stack of T${a} is full`);
      if (site === -3) throw new Stop(BUG.FREED_OBJECT);
      throw new Error(textOf(faults[site]!, [a, b]));
    },
    note: (kind: number, qc: number, a: number, b: number): void => {
      before();
      x.sink.note(x, kind, qc, a, b);
    },
    trace: (point: number, qc: number, pkt: number): void => {
      before();
      x.sink.trace(x, point, qc, pkt);
    },
    called: (id: number): void => x.sink.called(x, id),
    datagram: (column: number, d: number): number => {
      switch (column) {
        case 0:
          return dg.offset[d]!;
        case 1:
          return dg.length[d]!;
        case 2:
          return dg.saddr[d]!;
        case 3:
          return dg.conn[d]!;
        case 4:
          return orderOf(W, d);
        default:
          return x.cidLengthOf(d);
      }
    },
    byte: (at: number): number => x.byte(at),
    loadKey: (at: number, len: number): void => x.loadKey(at, len),
    loadDerived: (d: number, saddr: number): void => x.loadDerived(d, saddr),
    loadScripted: (conn: number, seq: number, salt: number): void => x.loadScripted(conn, seq, salt),
    key: (i: number): number => [x.k0, x.k1, x.k2, x.k3, x.k4, x.klen][i]!,
    parse: (d: number, pos: number): number => x.parse(d, pos),
    header: (field: number): number => {
      const h = x.header;
      switch (field) {
        case 0:
          return h.pnOff;
        case 1:
          return h.scidOff;
        case 2:
          return h.dcidOff;
        case 3:
          return h.dcidLen;
        case 4:
          return h.tokenOff;
        case 5:
          return h.tokenLen;
        case 6:
          return h.version;
        case 7:
          return typeOf(h);
        default:
          return spoken(h) ? 1 : 0;
      }
    },
    beginsScript: (d: number, saddr: number): number => (x.beginsScript(d, saddr) ? 1 : 0),
    script: (field: number, conn: number): number => x.script(field, conn),
    send: (field: number, conn: number, n: number): number => x.send(field, conn, n),
    sentPacket: (field: number, conn: number, n: number, k: number): number =>
      x.sentPacket(field, conn, n, k),
    packetNumber: (d: number, o: number, level: number, largest: number): number =>
      x.packetNumber(d, o, level, largest),
    keyPhase: (d: number, o: number): number => x.keyPhase(d, o),
    hasKeys: (d: number, level: number): number => (x.hasKeys(d, level) ? 1 : 0),
    openPacket: (d: number, o: number, level: number, pn: number, gen: number): number =>
      x.openPacket(d, o, level, pn, gen),
    frames: (): number => x.frames,
    frame: (i: number, field: number): number => x.frame(i, field),
    ackRange: (i: number, n: number): number => x.ackRange(i, n),
  };
  const { exports } = new WebAssembly.Instance(steps.module, { env: { memory }, host });
  return exports as unknown as StepExports;
}

/** What the module says cannot be, in words. */
function textOf(parts: StepList['faults'][number], values: readonly number[]): string {
  let i = 0;
  return parts
    .map((p) => {
      if (typeof p === 'string') return p;
      const v = values[i++]!;
      return p.pool ? POOL_NAMES[(v - PLACE.pools) / POOL_BYTES] : String(v);
    })
    .join('');
}

/**
 * The same program with compiled bodies, taken one step at a time by whoever runs programs: what is held against closures, word for word.
 * `exports`: made for the executor that the machine over this program will have.
 */
export function withCompiled(P: Program, compiled: readonly boolean[], exports: () => StepExports): Program {
  const run = (x: Exec): Edge => {
    const e = exports();
    e.be(x.t);
    const r = e.one();
    if (r === ABSENT) throw new Error('no body is compiled');
    if (e.rescheduled()) x.resched = true;
    const woken = e.takeWoken();
    if (woken >= 0) x.woken = woken;
    return r as Edge;
  };
  const guarded = (x: Exec): Edge => {
    try {
      return run(x);
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      x.bugOn(true, error.bug);
      return x.halt();
    }
  };
  const steps = P.steps.map(
    (s, pc): CompiledStep => (compiled[pc] ? { ...s, run: P.guard ? guarded : run } : s),
  );
  return { ...P, steps };
}
