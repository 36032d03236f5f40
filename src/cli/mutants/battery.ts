/**
 * What is looked at of a program beside the museum: captures to their rest with orders on the way and every rule looked at, what became
 * of each datagram and connection, and the thread choice's vectors. A figure counts only if it is the same whatever the steps cost and
 * whenever the orders come: a program that forgets something is not to be found by its speed.
 */
import { join } from 'node:path';
import { parseKeyLog, readCapture } from '../../capture/index.ts';
import { N } from '../../haproxy/model/flags.ts';
import { Mpring, QuicConn, Task } from '../../haproxy/model/layouts.ts';
import type { CompiledStep, Program } from '../../haproxy/step/compile.ts';
import { EV, silent } from '../../haproxy/step/events.ts';
import type { Exec } from '../../haproxy/step/exec.ts';
import type { Choice } from '../../machine/choice.ts';
import { Machine } from '../../machine/machine.ts';
import type { WorldOptions } from '../../machine/options.ts';
import { RuleChecker } from '../../machine/rules/checker.ts';
import { setUp } from '../../machine/setup.ts';
import { JournaledMem } from '../../memory/journaled.ts';
import { PlainMem } from '../../memory/plain.ts';
import { RunLog, runReport } from '../../report/run.ts';
import { beginning } from '../../scenario/beginning.ts';
import type { WorldData } from '../../scenario/data.ts';
import { makeWorld } from '../../scenario/make.ts';
import { partOf } from '../../scenario/part.ts';
import type { Made } from '../../scenario/world.ts';
import { readInput } from '../input.ts';
import type { Commuting } from './commute.ts';
import { Vectors } from './vectors.ts';

const CAPTURES = join(import.meta.dirname, '../../../public/captures');
/** Happenings of a scene that is longer than it may become. */
const MOST = 3;
/** As the moment of an order: when nothing but timers is left. */
const AT_REST = Number.POSITIVE_INFINITY;
/** Words of a journal that are kept before it begins anew. */
const JOURNAL = 1 << 20;

/** Two timers of a connection come to have one date, its loss timer's. */
type OneDate = { readonly kind: 'one-date'; readonly conn: number };
type Order = readonly [at: number, Choice | OneDate];

interface Scene {
  readonly name: string;
  readonly file: string;
  readonly conns?: readonly number[];
  readonly options: Partial<WorldOptions>;
  /** Byte rings in which so many bytes are left before their end when the run begins. */
  readonly bytesLeft?: number;
  /** Orders, by happenings from the beginning on. */
  readonly orders: (conns: number, threads: number) => readonly Order[];
}

/** A rebind of each connection in turn, so many happenings apart. */
const rebinds = (from: number, every: number, times: number) => (conns: number, threads: number) =>
  Array.from(
    { length: times },
    (_, i): Order => [from + i * every, { kind: 'rebind', conn: i % conns, tid: (i + 1) % threads }],
  );

const SCENES: readonly Scene[] = [
  {
    name: 'six clients, moved',
    file: 'v07-ngtcp2x20-haproxy29',
    conns: [3, 0, 6, 8, 13, 18],
    options: {},
    orders: (c, t) => [
      ...rebinds(2500, 700, 9)(c, t),
      [4000, { kind: 'show-quic', tid: 1, all: true }],
      [7000, { kind: 'close', conn: 1 }],
      [7300, { kind: 'close', conn: 0 }],
    ],
  },
  {
    name: 'six clients, sockets of their own',
    file: 'v07-ngtcp2x20-haproxy29',
    conns: [3, 0, 6, 8, 13, 18],
    options: { socketOwner: 'connection' },
    orders: (c, t) => [
      ...rebinds(2500, 700, 9)(c, t),
      [6000, { kind: 'close', conn: 2 }],
      [6500, { kind: 'show-quic', tid: 2, all: false }],
    ],
  },
  {
    name: 'one client, further CIDs, little memory',
    file: 'v08-chromium-haproxy34-dsb',
    options: { withholdPostHandshake: false },
    bytesLeft: 8,
    orders: () => [
      [900, { kind: 'fail-allocation', n: 1 }],
      [2000, { kind: 'fail-allocation', n: 2 }],
    ],
  },
  {
    name: 'an address that changes, a loss timer',
    file: 'v10-ngtcp2-gtlsserver-natrebind',
    options: { threads: 2 },
    orders: () => [
      [150, { kind: 'drop', dgram: 3 }],
      [500, { kind: 'rebind', conn: 0, tid: 1 }],
      [600, { kind: 'rebind', conn: 0, tid: 0 }],
      [900, { kind: 'rebind', conn: 0, tid: 1 }],
    ],
  },
  {
    name: 'keys that change, a session rejected',
    file: 'v09-ngtcp2-gtlsserver-keyupdate',
    options: { rejects: true },
    orders: () => [],
  },
  {
    name: 'a small ring, small batches',
    file: 'v07-ngtcp2x20-haproxy29',
    conns: [0, 1, 2, 4, 5, 7, 9, 10],
    options: { threads: 3, ringSize: 2, maxPollEvents: 2 },
    orders: rebinds(3000, 700, 8),
  },
  {
    // What is in flight is not acknowledged any more: only the loss timer that came along sends it again.
    name: 'moved while its answers are lost',
    file: 'v10-ngtcp2-gtlsserver-natrebind',
    options: { threads: 2 },
    orders: () => [
      ...[6, 7, 8, 9, 10, 11].map((dgram): Order => [1, { kind: 'drop', dgram }]),
      [AT_REST, { kind: 'rebind', conn: 0, tid: 0 }],
      [AT_REST, { kind: 'rebind', conn: 0, tid: 1 }],
    ],
  },
  {
    // As above; and its idle timer runs out with the loss timer. Timers of one date run in the order in which they were queued.
    name: 'moved while both its timers have one date',
    file: 'v10-ngtcp2-gtlsserver-natrebind',
    options: { threads: 2 },
    orders: () => [
      ...[6, 7, 8, 9, 10, 11].map((dgram): Order => [1, { kind: 'drop', dgram }]),
      [AT_REST, { kind: 'one-date', conn: 0 }],
      [AT_REST, { kind: 'rebind', conn: 0, tid: 0 }],
      [AT_REST, { kind: 'rebind', conn: 0, tid: 1 }],
    ],
  },
  {
    name: 'inboxes that fill',
    file: 'v07-ngtcp2x20-haproxy29',
    conns: [11, 12, 14, 15],
    options: { threads: 2, inboxRecords: 2 },
    orders: () => [
      [1500, { kind: 'hold', tid: 1 }],
      [2500, { kind: 'release', tid: 1 }],
      [3000, { kind: 'hold', tid: 0 }],
      [4000, { kind: 'release', tid: 0 }],
    ],
  },
];

/** What a run came to: figures by name. */
export type Figures = Readonly<Record<string, string>>;

interface Stage {
  readonly scene: Scene;
  readonly data: WorldData;
  readonly made: Made;
  /** Figures that do not depend on speed, and how long the run is. */
  figures: Figures;
  happenings: number;
}

/** Ways in which the same program is made to run otherwise: by what its steps cost, and when its orders come. */
const OTHERWISE = [1, 2, 3];

export class Battery {
  private readonly stages: Stage[];
  private readonly vectors: Vectors;
  private readonly answers: Readonly<Record<string, string>>;

  /** @param each told of the program as it is, for whoever wants to see it run: it may answer another */
  constructor(P: Program, each: (P: Program) => Program = (p) => p) {
    this.stages = SCENES.map((scene) => {
      const data = dataOf(scene);
      const made = makeWorld(data, optionsOf(scene));
      const stage: Stage = { scene, data, made, figures: {}, happenings: Number.POSITIVE_INFINITY };
      const first = runScene(stage, each(P), 0);
      stage.happenings = first.happenings;
      stage.figures = first.figures;
      for (const way of OTHERWISE) stage.figures = common(stage.figures, runScene(stage, P, way).figures);
      return stage;
    });
    this.vectors = new Vectors(this.stages[0]!.made);
    this.answers = this.vectors.of(each(P));
  }

  /** Names of the figures that are compared, by scene. */
  get compared(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries(this.stages.map((s) => [s.scene.name, Object.keys(s.figures)]));
  }

  /** What another program does otherwise, in words; empty when it does the same. */
  look(P: Program): string {
    for (const stage of this.stages) {
      const { figures } = runScene(stage, P, 0);
      const other = Object.keys(stage.figures).find((name) => figures[name] !== stage.figures[name]);
      if (other !== undefined)
        return `${stage.scene.name}: ${other} ${figures[other] ?? 'is missing'}, not ${stage.figures[other]}`;
    }
    const answers = this.vectors.of(P);
    const other = Object.keys(answers).find((asked) => answers[asked] !== this.answers[asked]);
    return other === undefined ? '' : `${other}: ${answers[other]}, not ${this.answers[other]}`;
  }

  /** Runs the scenes of the program as it is, and lets two of its steps be tried the other way round in each state. */
  beside(P: Program, pair: Commuting): void {
    for (const { scene, data, made } of this.stages) {
      const { W } = made;
      const m = new JournaledMem(new Int32Array(W.layout.words), W.layout.kinds);
      setUp(m, W, P);
      const x = new Machine(m, W, P, silent);
      begin(x, scene);
      const orders = [...scene.orders(data.conns.length, W.cfg.threads)].sort(byMoment);
      goOn(x, orders, Number.POSITIVE_INFINITY, () => {
        pair.look(x, m);
        if (m.mark() > JOURNAL) m.restart();
        return pair.differ;
      });
      if (pair.differ) return;
    }
  }
}

const optionsOf = ({ options }: Scene): WorldOptions => ({
  threads: 4,
  revision: 'newest',
  socketOwner: 'listener',
  withholdPostHandshake: true,
  ...options,
});

function dataOf({ file, conns }: Scene): WorldData {
  const ending = file.startsWith('v08') ? 'pcapng' : 'pcap';
  const r = readCapture(readInput(join(CAPTURES, `${file}.${ending}`)));
  if (!r.ok) throw new Error(r.error.text);
  const data = beginning(file, r.capture, parseKeyLog(readInput(join(CAPTURES, `${file}.keys`))));
  return conns ? partOf(data, conns) : data;
}

/** What is seen of a run beside its report. */
class Log extends RunLog {
  readonly seen = new Map<string, number>();
  /** Epoch of each connection when an order came last. */
  readonly epochs = new Map<number, number>();
  /** The first two timers of a connection that ran out with one date, in their order. */
  readonly oneDate = new Map<number, string>();
  private lastTimer = { qc: 0, date: 0, name: '' };

  private timer({ m }: Exec, qc: number, task: number): void {
    const { lastTimer: last } = this;
    const name = m.ld(qc + QuicConn.idleTask) === task ? 'idle' : 'loss';
    const date = m.ld(task + Task.key);
    const conn = m.ld(qc + QuicConn.capConn);
    if (last.qc === qc && last.date === date && !this.oneDate.has(conn))
      this.oneDate.set(conn, `${last.name}, ${name}`);
    this.lastTimer = { qc, date, name };
  }

  look(x: Machine): void {
    for (let index = 0; index < x.W.consts.clients.conns; index++) {
      const qc = x.findConn(index);
      if (qc) this.epochs.set(index, x.m.ld(qc + QuicConn.qcEpoch));
    }
  }

  override note(x: Exec, kind: number, qc: number, a = 0, b = 0): void {
    const name = SEEN.get(kind);
    if (name !== undefined) this.seen.set(name, (this.seen.get(name) ?? 0) + 1);
    if (kind === EV.TIMER && qc) this.timer(x, qc, a);
    super.note(x, kind, qc, a, b);
  }
}

const SEEN: ReadonlyMap<number, string> = new Map([
  [EV.CREATE, 'connections made'],
  [EV.RELEASE, 'connections released'],
  [EV.ACCEPT, 'accepted'],
  [EV.FINALIZE, 'finalized'],
  [EV.SHOW_END, 'shown'],
  [EV.NO_MEMORY, 'without memory'],
  [EV.TIMER, 'timers run out'],
  [EV.SEND, 'sent'],
  [EV.SHOWN, 'connections shown'],
  [EV.ACCEPT_PUSH, 'put into a ring'],
]);

/** Those that come at one moment stay as they are. */
const byMoment = (a: Order, b: Order): number => (a[0] === b[0] ? 0 : a[0] - b[0]);

function machineOf(W: Made['W'], P: Program, log: RunLog): Machine {
  const m = new PlainMem(new Int32Array(W.layout.words));
  setUp(m, W, P);
  return new Machine(m, W, P, log);
}

function runScene(stage: Stage, program: Program, way: number): { figures: Figures; happenings: number } {
  const { scene, data, made } = stage;
  const P = way === 0 ? program : { ...program, steps: program.steps.map((s) => slower(s, way)) };
  const log = new Log();
  const x = machineOf(made.W, P, log);
  const checker = new RuleChecker(x, made.revision, [], 8);
  const orders = [...scene.orders(data.conns.length, made.W.cfg.threads)]
    .map(([at, choice]) => [at + 17 * way, choice] as const)
    .sort(byMoment);
  let wrong = '';
  try {
    begin(x, scene);
    wrong = drive(x, checker, orders, MOST * stage.happenings, log);
  } catch (error) {
    wrong = error instanceof Error ? error.message : String(error);
  }
  return { figures: figuresOf(x, log, checker, wrong), happenings: x.happened };
}

function begin(x: Machine, { bytesLeft }: Scene): void {
  x.boot();
  if (bytesLeft === undefined) return;
  for (let t = 0; t < x.W.cfg.threads; t++)
    for (const end of [Mpring.head, Mpring.tail]) x.m.ast(x.W.mpring(t) + end, N.MPRING - bytesLeft);
}

function give(x: Machine, order: Choice | OneDate): void {
  if (order.kind !== 'one-date') return void x.apply(order);
  const qc = x.findConn(order.conn);
  const idle = qc ? x.m.ld(qc + QuicConn.idleTask) : 0;
  if (!idle) return;
  const date = x.m.ld(qc + QuicConn.timer);
  x.m.st(idle + Task.expire, date);
  x.m.st(qc + QuicConn.idleExpire, date);
}

/** Runs to where nothing is left to do. Answers why not, or what a rule found. */
function drive(x: Machine, checker: RuleChecker, orders: Order[], most: number, log: Log): string {
  const after = (tid: number): boolean => {
    checker.after(tid);
    return checker.broken.length > 0;
  };
  const ended = goOn(x, orders, most, after, () => log.look(x));
  const [first] = checker.broken;
  return first ? `${first.rule}: ${first.text}` : ended ? '' : 'it does not come to rest';
}

/** Runs until `after`, asked after each happening, says so, or nothing is left to do: then true. */
function goOn(
  x: Machine,
  orders: Order[],
  most: number,
  after: (tid: number) => boolean,
  ordered: () => void = () => {},
): boolean {
  while (x.happened < most) {
    const order = orders[0];
    if (order && (x.happened >= order[0] || (order[0] === AT_REST && x.quiet))) {
      orders.shift();
      ordered();
      give(x, order[1]);
      continue;
    }
    const p = x.pick();
    if (!p) return true;
    x.take(p);
    if (after(p.kind === 'deliver' ? -1 : p.tid)) return false;
  }
  return false;
}

function figuresOf(x: Machine, log: Log, checker: RuleChecker, wrong: string): Figures {
  const r = runReport(x, log, checker.broken, []);
  const { dropped, ...others } = r.datagrams;
  const out: Record<string, string> = {
    'goes wrong:': wrong || (r.aborted ?? 'nowhere'),
    'at rest:': String(x.idle),
    sessions: String(r.loads.listener),
    'sessions by threads': String(r.loads.threads.reduce((a, b) => a + b, 0)),
    'leaked packets': String(r.leakedPackets),
    'accepted connections': r.accepts
      .map((a) => a.conn)
      .sort((a, b) => a - b)
      .join(' '),
    'datagrams by connection': r.connections.map((c) => `${c.conn}: ${c.datagrams}`).join(', '),
    'rebinds by hand': r.rebinds
      .filter((b) => b.trigger === 'hand')
      .map((b) => `${b.conn} ${b.result}`)
      .join(', '),
  };
  const put = (name: string, of: Readonly<Record<string, number | string>>): void => {
    for (const [key, n] of Object.entries(of)) out[`${name} ${key}`] = String(n);
  };
  put('datagrams', others);
  put('datagrams dropped:', dropped);
  put('packets dropped:', r.packetsDropped);
  put('events:', Object.fromEntries(log.seen));
  put('timers of one date of connection', Object.fromEntries(log.oneDate));
  put('epoch of connection', Object.fromEntries(log.epochs));
  return out;
}

/** The figures that both have, and that are the same. */
function common(a: Figures, b: Figures): Figures {
  return Object.fromEntries(Object.entries(a).filter(([name, v]) => b[name] === v));
}

/** A step that costs another amount, by its number: half as much to four times. */
function slower(s: CompiledStep, way: number): CompiledStep {
  const factor = [0.5, 1, 2, 4][(s.pc * 7 + way * 3) % 4]!;
  return { ...s, cost: Math.max(1, Math.round(s.cost * factor)) };
}
