/**
 * Watches a step's loads and stores: use of a freed object, a connection touched by a thread that does not own it, and,
 * over the next steps of one state, two threads at one plain word.
 */
import { QuicCid, QuicConn } from '../../haproxy/model/layouts.ts';
import type { World } from '../../haproxy/model/world.ts';
import { Access, type AccessKind, type JournaledMem, type Watch } from '../../memory/journaled.ts';
import { WORD, type Words } from './words.ts';

/** What a step did that it must not. `word`: index in the block. */
export interface Fault {
  kind: 'poison' | 'owner' | 'list';
  tid: number;
  word: number;
  write: boolean;
  /** Owner of the connection, for `owner`; the thread whose list it is, for `list`. */
  owner: number;
}

export interface Race {
  word: number;
  tid: number;
  write: boolean;
  other: number;
  otherWrites: boolean;
}

/** Most threads of a world whose races are looked for: a word keeps a byte for each sort of access. */
export const RACING_THREADS = 8;
const isWrite = (kind: AccessKind): boolean => kind === Access.st || kind === Access.ast;
const PLAIN_READ = 0;
const PLAIN_WRITE = 8;
const ATOMIC_READ = 16;
const ATOMIC_WRITE = 24;

export class Watcher {
  /** Of the step watched last. */
  fault: Fault | null = null;
  /** Between two next steps of the present state. */
  race: Race | null = null;
  readonly hook: Watch = (kind, i) => this.see(kind, i);
  private tid = 0;
  private racing = false;
  private epoch = 0;
  private readonly epochs: Int32Array;
  /** Who has touched a word in this epoch: a byte of thread bits each for plain and atomic reads and writes. */
  private readonly touched: Int32Array;

  constructor(
    private readonly m: JournaledMem,
    W: World,
    private readonly words: Words,
    private readonly off: { poison: boolean; owner: boolean; list: boolean; race: boolean },
  ) {
    this.epochs = new Int32Array(W.layout.words);
    this.touched = new Int32Array(W.layout.words);
    this.every = m.watched;
    this.canRace = !off.race && W.cfg.threads <= RACING_THREADS;
  }

  /** Accesses of the step that is being learned that count for races: pairs of kind and word. */
  readonly touches: number[] = [];
  private readonly canRace: boolean;
  /** Whoever watches at other times is told of every word. */
  private readonly every: Uint8Array;

  /** The next steps of one state come, each taken back again. */
  open(): void {
    this.epoch++;
    this.race = null;
    this.racing = this.canRace;
  }

  close(): void {
    this.racing = false;
  }

  begin(tid: number): void {
    this.tid = tid;
    this.fault = null;
    this.m.watch = this.hook;
    this.m.watched = this.words.of;
  }

  /** As `begin`; `look` is told of every word that the step hangs on, those that are looked at to watch it too, and `touches` filled. */
  beginLearning(tid: number, look: (i: number) => void): void {
    const { touches } = this;
    this.begin(tid);
    touches.length = 0;
    this.m.watched = this.every;
    this.m.watch = (kind, i) => {
      look(i);
      const of = this.words.of[i]!;
      if (of & WORD.SLOT) look(this.words.freeWord[i]!);
      if (of & WORD.CONN && !this.off.owner) this.lookAtOwner(this.words.home[i]!, look);
      if (of & WORD.SHARED) this.count(kind, i);
      this.see(kind, i);
    };
  }

  private lookAtOwner(qc: number, look: (i: number) => void): void {
    const head = qc + QuicConn.cids;
    look(head);
    const first = this.m.w[head]!;
    if (first !== head && first !== 0) look(first - QuicCid.byQc + QuicCid.tid);
  }

  /** A word that is touched in the same way once more says nothing new. */
  private count(kind: AccessKind, i: number): void {
    const { touches } = this;
    for (let k = 0; k < touches.length; k += 2) if (touches[k] === kind && touches[k + 1] === i) return;
    touches.push(kind, i);
  }

  /** Thread `tid` takes a step that is known and breaks nothing by itself. */
  knows(tid: number): void {
    this.tid = tid;
    this.fault = null;
  }

  /** Accesses as `touches` has them, of the step that is taken. */
  touch(accesses: Int32Array, from: number, to: number): void {
    if (!this.racing) return;
    for (let k = from; k < to; k += 2) this.meet(accesses[k] as AccessKind, accesses[k + 1]!);
  }

  end(): void {
    this.m.watch = null;
    this.m.watched = this.every;
  }

  private see(kind: AccessKind, i: number): void {
    const of = this.words.of[i]!;
    if (of & WORD.SLOT && this.m.w[this.words.freeWord[i]!]! & this.words.freeBit[i]!) {
      if (!this.off.poison) this.found('poison', kind, i, -1);
      return;
    }
    if (of & WORD.CONN && !this.off.owner) {
      const owner = this.ownerOf(this.words.home[i]!);
      if (owner >= 0 && owner !== this.tid) this.found('owner', kind, i, owner);
    }
    if (of & WORD.LIST && !this.off.list && this.words.home[i] !== this.tid && isWrite(kind))
      this.found('list', kind, i, this.words.home[i]!);
    if (this.racing && of & WORD.SHARED) this.meet(kind, i);
  }

  private found(what: Fault['kind'], kind: AccessKind, word: number, owner: number): void {
    const write = isWrite(kind);
    this.fault ??= { kind: what, tid: this.tid, word, write, owner };
  }

  /** `tid` of the connection's first CID; -1 while it has none. Reads past the watch. */
  private ownerOf(qc: number): number {
    const { w } = this.m;
    const head = qc + QuicConn.cids;
    const first = w[head]!;
    return first === head || first === 0 ? -1 : w[first - QuicCid.byQc + QuicCid.tid]!;
  }

  private meet(kind: AccessKind, i: number): void {
    if (this.epochs[i] !== this.epoch) {
      this.epochs[i] = this.epoch;
      this.touched[i] = 0;
    }
    const before = this.touched[i]!;
    const me = 1 << this.tid;
    const plain = kind === Access.ld || kind === Access.st;
    const write = isWrite(kind);
    const sort = plain ? (write ? PLAIN_WRITE : PLAIN_READ) : write ? ATOMIC_WRITE : ATOMIC_READ;
    this.touched[i] = before | (me << sort);
    if (this.race) return;
    const others = ~me & 0xff;
    const writers = ((before >>> PLAIN_WRITE) | (plain ? before >>> ATOMIC_WRITE : 0)) & others;
    const readers = write ? (before | (plain ? before >>> ATOMIC_READ : 0)) & others : 0;
    const who = writers || readers;
    if (who === 0) return;
    this.race = {
      word: i,
      tid: this.tid,
      write,
      other: 31 - Math.clz32(who),
      otherWrites: writers !== 0,
    };
  }
}
