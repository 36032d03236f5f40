/** Reads frames of one world: the stage, the sentence, the program, trace and happenings, the hash. */

import { ledgerState } from '../haproxy/lib/kernel.ts';
import { DROP, LEDGER } from '../haproxy/model/flags.ts';
import { Fdtab, Global, ThreadCtx } from '../haproxy/model/layouts.ts';
import { LISTENER_FD, type World } from '../haproxy/model/world.ts';
import type { Revision } from '../haproxy/revisions.ts';
import type { Program } from '../haproxy/step/compile.ts';
import { census } from '../machine/census.ts';
import { NS_PER_MS } from '../machine/machine.ts';
import { inFlight } from '../machine/network.ts';
import type { EventRow } from '../machine/recording/events.ts';
import { Hashing, hashWords } from '../memory/hash.ts';
import { readCids, readConns } from './conns.ts';
import { EventReader, type UntoldLine } from './events.ts';
import { Look, nameOf } from './look.ts';
import { Moves } from './moves.ts';
import { fatalOf, nextOf } from './next.ts';
import { RuleEye } from './rules.ts';
import { GONE, LEFT, sentenceOf } from './sentence.ts';
import { stepWords } from './step-words.ts';
import { readThreads } from './threads.ts';
import type {
  ClientView,
  FlightView,
  Happening,
  Sentence,
  SocketView,
  StageView,
  StepWords,
  ThreadView,
} from './view.ts';

/** A datagram is drawn in flight for so long before it arrives, virtual ns. */
const FLIGHT = 2_000_000;
const FLIGHTS_SHOWN = 24;
/** Kept waiting for longer than this, a datagram's client would have reacted; the recorded one can't. Virtual ns. */
const STALL = 5_000_000;
/** Datagrams of a socket that are looked at one by one. */
const SOCKET_SHOWN = 64;

/** Whose blocks are read. */
export interface BlocksOf {
  /** From a file: what is read of them may end in an error, but it ends. */
  foreign?: boolean;
  /** Their datagrams are made as the run goes on: no recorded client waits for anything. */
  generated?: boolean;
}

export class WorldReader {
  /** Reads the block that was turned to last. */
  readonly look: Look;
  /** What it has seen of rebinds. */
  readonly moves = new Moves();
  private readonly events: EventReader;
  private readonly rules: RuleEye;

  constructor(
    private readonly W: World,
    P: Program,
    revision: Revision,
    private readonly notes: readonly string[],
    private readonly of: BlocksOf = {},
  ) {
    this.look = new Look(W, P, of.foreign ?? false);
    this.rules = new RuleEye(this.look, revision);
    this.events = new EventReader(this.look, this.moves, () => this.rules.clear());
  }

  /** Turns to a block: for readers of what is not always shown. What it gives reads that block until the next is turned to. */
  at(block: Int32Array): Look {
    this.look.at(block);
    this.moves.now = this.look.machine.now();
    this.events.catchUp();
    return this.look;
  }

  /** Connections that stand in a picture: all of them, see `sample` for more than can be told apart. */
  protected shown(all: number[], _threads: readonly ThreadView[]): number[] {
    return all;
  }

  stage(block: Int32Array): StageView {
    this.at(block);
    const { look, W } = this;
    const owners = new Map<number, number>();
    const all = look.conns();
    for (const qc of all) owners.set(look.index(qc), look.owner(qc));
    const ownerOf = (conn: number): number => owners.get(conn) ?? -1;
    const pick = look.machine.pick();
    const next = nextOf(look, pick);
    const threads = readThreads(look, next.tid, ownerOf);
    const conns = readConns(look, this.moves, threads, this.shown(all, threads));
    const now = look.machine.now();
    return {
      clock: { ms: Math.floor(now / NS_PER_MS), ns: now % NS_PER_MS },
      steps: threads.reduce((n, t) => n + look.ld(W.th(t.tid) + ThreadCtx.steps), 0),
      names: look.P.names,
      choosesAtAccept: this.look.P.fixes.has('1acbbca17'),
      conditions: {
        gate: look.ld(W.global + Global.gate) !== 0,
        failNext: look.ld(W.failWord) > 0,
        acceptTarget: look.ld(W.global + Global.acceptTarget) - 1,
      },
      threads,
      clients: this.clients(),
      flights: this.flights(now, ownerOf),
      sockets: this.sockets(ownerOf),
      cids: readCids(look, this.moves, conns),
      conns,
      next,
      fatal: fatalOf(look),
      rules: this.rules.read(),
      ...this.totals(threads),
      idle: look.machine.quiet,
      notes: [...this.notes, ...this.stalls(now)],
    };
  }

  sentence(stage: StageView, conn: number): Sentence {
    return sentenceOf(stage, conn);
  }

  step(pc: number): StepWords | null {
    return stepWords(this.look, pc);
  }

  /** Lines with `seq` above `since` that are still known, oldest first; `report/trace` makes their texts. */
  lines(block: Int32Array, since: number): UntoldLine[] {
    this.at(block);
    return this.events.linesSince(since);
  }

  /** An event out of a recording's columns as a line of the trace. */
  line(row: EventRow): UntoldLine {
    return this.events.lineOf(row.at, row);
  }

  happenings(block: Int32Array, since: number): Happening[] {
    this.at(block);
    return this.events.happenings(since);
  }

  hash(block: Int32Array): string {
    return hashWords(block, this.W.layout.kinds, false);
  }

  /** The same of blocks that follow one another. */
  hashing(): Hashing {
    return new Hashing(this.W.layout.kinds, false);
  }

  private clients(): ClientView[] {
    const { look, W } = this;
    const s = W.consts.datagrams;
    const { clients } = W.consts;
    const sent = new Int32Array(clients.conns);
    const total = new Int32Array(clients.conns);
    for (let d = 0; d < s.count; d++) {
      const c = s.conn[d]!;
      if (c < 0) continue;
      total[c]!++;
      const state = ledgerState(look.ld(W.ledger(d)));
      if (state !== LEDGER.FUTURE && state !== LEDGER.ASIDE) sent[c]!++;
    }
    return Array.from(sent, (_, i) => ({
      addr: clients.address(clients.conn(i)!.saddr)?.text ?? '',
      conn: nameOf(i),
      connIndex: i,
      sent: sent[i]!,
      total: total[i]!,
    }));
  }

  private flights(now: number, ownerOf: (c: number) => number): FlightView[] {
    const { look, W } = this;
    const s = W.consts.datagrams;
    const out: FlightView[] = [];
    const add = (d: number, at: number, keptBack: boolean): void => {
      out.push({
        dgram: look.dgram(d, ownerOf),
        clientAddr: W.consts.clients.address(s.saddr[d]!)?.text ?? '',
        connIndex: s.conn[d]!,
        toServer: true,
        progress: Math.min(1, Math.max(0, 1 - (at - now) / FLIGHT)),
        keptBack,
      });
    };
    let at = 0;
    for (const d of inFlight(look.mem, W, FLIGHTS_SHOWN)) {
      // One that others have passed comes after them, whenever it left.
      at = Math.max(at, s.ms[d]! * NS_PER_MS + s.ns[d]!);
      // The next to arrive is always there: something can be done to it.
      if (at - now > FLIGHT && out.length > 0) break;
      add(d, at, false);
    }
    for (let d = 0; d < W.rows && out.length < 2 * FLIGHTS_SHOWN; d++)
      if (ledgerState(look.ld(W.ledger(d))) === LEDGER.ASIDE) add(d, now, true);
    return out;
  }

  private sockets(ownerOf: (c: number) => number): SocketView[] {
    const { look, W } = this;
    const out: SocketView[] = [];
    for (let n = LISTENER_FD; n < W.fdCount; n++) {
      const at = W.fd(n);
      // The listener of a second group has a number for the first one's socket.
      if (!look.ld(at + Fdtab.iocb) || W.queueOf(n) !== n) continue;
      const waiting = [];
      let count = 0;
      // A block that is not of our making may have a queue without an end.
      for (let d = look.ld(at + Fdtab.kqHead); d && count < W.rows; d = look.ld(W.kqNext(d - 1)))
        if (++count <= SOCKET_SHOWN) waiting.push(look.dgram(d - 1, ownerOf));
      const listener = n === LISTENER_FD;
      out.push({
        kind: listener ? 'listener' : 'connection',
        fd: n,
        conn: listener ? null : look.nameAt(look.ld(at + Fdtab.owner)),
        waiting,
        count,
        addr: listener
          ? W.consts.serverAddress
          : (W.consts.clients.address(look.ld(at + Fdtab.peer) - 1)?.text ?? ''),
      });
    }
    return out;
  }

  private totals(threads: readonly ThreadView[]): Pick<StageView, 'totals' | 'dropped'> {
    const { look, W } = this;
    const counted = census((i) => look.ld(i), W);
    return {
      totals: {
        received: counted.received,
        handled: counted.handled,
        dropped: counted.dropped,
        queued: counted.queued,
        lost: counted.lost,
        redispatches: threads.reduce((s, t) => s + t.redispatched, 0),
        sent: threads.reduce((n, t) => n + look.ld(W.th(t.tid) + ThreadCtx.sent), 0),
      },
      dropped: [...counted.reasons].map(([r, c]) => ({ reason: DROP[r] ?? '', count: c })),
    };
  }

  /** The recorded clients cannot react to what a person does to the threads: say when that matters. */
  private stalls(now: number): string[] {
    const { look, W } = this;
    if (this.of.generated) return [];
    const s = W.consts.datagrams;
    for (let d = 0; d < W.rows; d++) {
      const state = ledgerState(look.ld(W.ledger(d)));
      if (state === LEDGER.LOST) return [GONE];
      const waits = state === LEDGER.KERNEL || state === LEDGER.READ;
      if (waits && now - (s.ms[d]! * NS_PER_MS + s.ns[d]!) > STALL) {
        return [LEFT];
      }
    }
    return [];
  }
}
