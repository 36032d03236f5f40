import type { Explorable } from '../../machine/explorable.ts';
import { Budget } from './budget.ts';
import { before, type Find } from './find.ts';
import { type Packer, packerFor } from './packer.ts';
import { Pieces, StateQueue } from './queue.ts';
import { keyOf, Ranks } from './ranks.ts';
import { EARLIER, NEW, Recent } from './recent.ts';
import { stuck } from './retrace.ts';
import { settle } from './settle.ts';
import { countFacts } from './solo.ts';
import { Visited } from './visited.ts';

/** Of a packed state: id, hash, words that follow. */
const HEAD = 4;
/** Of a state sent to another shard: hash, parent's id, its rank, code, words that follow. */
const SENT_HEAD = 6;
/** Words of a shard's own states that are gathered before they are looked for: some hundreds of states, which stay in the cache meanwhile. */
const GATHERED = 1 << 12;
/** States that are looked for together, at most. */
const TOGETHER = 1 << 12;

export interface ShardOptions {
  /** Which of how many; a state belongs to the shard that its part names, or its fingerprint where a world has no parts. */
  me: number;
  of: number;
  /** Bytes. */
  memory: number;
  reduction: boolean;
}

/** Takes a packed state for shard `to`: the first `words` of `from`, which it must copy. */
export type Outbox = (to: number, from: Int32Array, words: number) => void;

/**
 * One part of a level-by-level search: keeps the states whose fingerprint is its own, takes all their choices, and
 * hands on what belongs to others. States are named over all shards by `id * of + shard`.
 */
export class Shard {
  readonly budget: Budget;
  readonly visited: Visited;
  readonly ranks: Ranks;
  transitions = 0;
  /** Choices from the beginning to the states that are being expanded. */
  depth = -1;
  /** The first find in the order of schedules. */
  find: Find | null = null;
  /** States that had each fact. */
  readonly facts: number[];
  /** Everything that broke, by symptom and rule. */
  readonly broken = new Set<string>();
  /** Transitions to a state that is no further from the beginning, and states in which no thread's step leads elsewhere. A cycle has at least one. */
  back = 0;
  private frontier: StateQueue;
  private next: StateQueue;
  private readonly packer: Packer;
  private readonly codes: Int32Array;
  private readonly saved = new Int32Array(5);
  private readonly recent = new Recent();
  /** Choices of the present state that leave it as it is. */
  private still = 0;
  private parcel = new Int32Array(1024);
  /** Where packing costs less than a look in a large table: its own states that wait to be looked for, as they would be sent. */
  private own = new Int32Array(GATHERED);
  private gathered = 0;
  private readonly lanes = new Int32Array(TOGETHER);
  /** By choice of the present state: whether it was foretold where it leads, and the lanes of that. */
  private readonly told: Uint8Array;
  private readonly foretold: Int32Array;

  /** @param x as it stands it is the beginning */
  constructor(
    private readonly x: Explorable,
    private readonly o: ShardOptions,
    private readonly send: Outbox,
  ) {
    this.budget = new Budget(o.memory);
    this.visited = new Visited(this.budget);
    this.ranks = new Ranks(o.of === 1, this.budget);
    const pieces = new Pieces(this.budget);
    this.frontier = new StateQueue(pieces);
    this.next = new StateQueue(pieces);
    this.codes = new Int32Array(x.maxEnabled);
    this.told = new Uint8Array(x.maxEnabled);
    this.foretold = new Int32Array(2 * x.maxEnabled);
    this.facts = x.factNames.map(() => 0);
    x.mem.restart();
    const broken = o.reduction ? settle(x) : null;
    x.mem.restart();
    this.packer = packerFor(x, this.budget);
    const a = x.mem.lane(0, false);
    if (this.owner(a) !== o.me) return;
    if (broken) this.found({ length: 0, key: 0, state: -1, code: -1, inState: false, broken });
    this.idOf();
    this.meet(a, x.mem.lane(1, false), -1, -1, 0);
  }

  /** States of this level not expanded yet. */
  get open(): number {
    return this.frontier.length;
  }

  /** States of the next level found so far. */
  get met(): number {
    return this.next.length;
  }

  /**
   * All shards have expanded this level and received what was theirs: the next one begins. Returns its keys, sorted, for
   * `ranks.exchange`.
   */
  level(): Float64Array {
    this.frontier.clear();
    [this.frontier, this.next] = [this.next, this.frontier];
    this.packer.turn();
    this.depth++;
    return this.ranks.turn(this.visited.count);
  }

  /** Takes the choices of states of this level until about `limit` transitions are done. False: the level has no more. */
  expand(limit: number): boolean {
    const { x, frontier, packer, codes } = this;
    const end = this.transitions + limit;
    while (this.transitions < end) {
      if (this.budget.full || !frontier.next()) break;
      const { piece, at } = frontier;
      const id = piece[at]!;
      const words = piece[at + 3]!;
      packer.go(piece, at + HEAD, words, piece[at + 1]!, piece[at + 2]!);
      frontier.pass(HEAD + words);
      countFacts(this.facts, x.facts());
      const rank = this.ranks.of(id);
      x.mem.save(this.saved);
      x.opened?.();
      const n = x.enabled(codes);
      this.still = 0;
      this.foretell(n);
      let steps = 0;
      for (let k = 0; k < n; k++) {
        if (x.threadOf(codes[k]!) >= 0) steps++;
        this.transitions++;
        if (this.told[k] !== 0 && this.leadsBack(id, rank, k)) x.pass!(codes[k]!);
        else this.choose(id, rank, codes[k]!);
      }
      if (this.still > 0 && this.still === steps) this.back++;
      const broken = (n === 0 ? stuck(x) : null) ?? x.closed?.() ?? null;
      if (broken)
        this.found({
          length: this.depth,
          key: keyOf(rank, 0),
          state: id * this.o.of + this.o.me,
          code: -1,
          inState: true,
          broken,
        });
    }
    this.lookForOwn();
    return frontier.length > 0 && !this.budget.full;
  }

  /** States that shard `sender` found and that belong here: `words` words of `from`. */
  receive(sender: number, from: Int32Array, words: number): void {
    const { next, packer } = this;
    this.touch(from, words);
    for (let at = 0; at < words; ) {
      const a = from[at]!;
      const b = from[at + 1]!;
      const parent = from[at + 2]! * this.o.of + sender;
      const rank = from[at + 3]! >>> 0;
      const code = from[at + 4]!;
      const sent = from[at + 5]!;
      const body = at + SENT_HEAD;
      at = body + sent;
      const id = this.visited.find(a, b);
      if (id >= 0) {
        this.again(id, parent, code, rank);
        continue;
      }
      if (!next.reserve(HEAD + packer.foldRoom(sent))) return;
      const packed = packer.fold(from, body, sent, next.piece, next.at + HEAD);
      if (packed < 0 || !this.keep(a, b, parent, code, rank, packed)) return;
    }
  }

  /** Of the present state's `n` choices, those of which it is known where they lead: their states' places are looked at together. */
  private foretell(n: number): void {
    const { x, codes, told, foretold, lanes } = this;
    if (!x.foretell || this.o.reduction) return;
    let m = 0;
    for (let k = 0; k < n; k++) {
      told[k] = x.foretell(codes[k]!, foretold, 2 * k) ? 1 : 0;
      if (told[k] !== 0) lanes[m++] = foretold[2 * k + 1]!;
    }
    this.visited.touch(lanes, m);
  }

  /** Whether choice `k`, which was foretold, leads to a state that is known, or was sent lately: then that is all that is to be told of it. */
  private leadsBack(id: number, rank: number, k: number): boolean {
    const a = this.foretold[2 * k]!;
    const b = this.foretold[2 * k + 1]!;
    const code = this.codes[k]!;
    const { x } = this;
    if (this.o.of > 1 && this.ownerOf(x.partAfter?.(code) ?? a) !== this.o.me) {
      const was = this.recent.was(a, b, this.depth, keyOf(rank, code));
      if (was === EARLIER) this.back++;
      return was !== NEW;
    }
    const found = this.visited.find(a, b);
    // The beginning is known before anything was asked of it.
    if (found <= 0) return false;
    if (found === id) this.still++;
    else this.again(found, id * this.o.of + this.o.me, code, rank);
    return true;
  }

  private choose(id: number, rank: number, code: number): void {
    const { x, o, packer } = this;
    x.take(code);
    const state = id * o.of + o.me;
    let found = packer.light ? -1 : this.idOf();
    // The beginning is known before anything was asked of it.
    let broken = x.broken(found > 0);
    if (!broken && o.reduction) {
      broken = settle(x);
      if (!packer.light) found = this.idOf();
    }
    if (broken)
      this.found({ length: this.depth + 1, key: keyOf(rank, code), state, code, inState: false, broken });
    else {
      const a = x.mem.lane(0, false);
      const b = x.mem.lane(1, false);
      const owner = this.owner(a);
      // A step that changes nothing is a cycle of its own, where no other thread can step elsewhere.
      if (a === this.saved[1] && b === this.saved[2]) this.still++;
      else if (owner !== o.me) this.post(owner, a, b, id, code, rank);
      else if (packer.light) this.gather(a, b, id, code, rank);
      else if (found >= 0) this.again(found, state, code, rank);
      else this.meet(a, b, state, code, rank);
    }
    x.mem.restore(this.saved);
  }

  /** Id of the state that the world stands in, -1 where it is another shard's or not known. `meet` goes by what was looked for last. */
  private idOf(): number {
    const { mem } = this.x;
    const a = mem.lane(0, false);
    return this.owner(a) === this.o.me ? this.visited.find(a, mem.lane(1, false)) : -1;
  }

  /** The world stands in a state of this shard that is not known: it was just looked for. */
  private meet(a: number, b: number, parent: number, code: number, rank: number): void {
    const { next, packer } = this;
    if (!next.reserve(HEAD + packer.room())) return;
    const words = packer.pack(next.piece, next.at + HEAD);
    if (words >= 0) this.keep(a, b, parent, code, rank, words);
  }

  /** A state is come to again; if it is one of the next level, the smaller of its two schedules stays. */
  private again(id: number, parent: number, code: number, rank: number): void {
    if (id < this.ranks.start) this.back++;
    else if (this.ranks.better(id, keyOf(rank, code))) this.visited.reparent(id, parent, code);
  }

  /** Keeps a state that was looked for last and not found, and that lies packed in its place already. */
  private keep(a: number, b: number, parent: number, code: number, rank: number, words: number): boolean {
    const id = this.visited.add(a, b, parent, code);
    if (id < 0) return false;
    const { piece, at } = this.next;
    piece[at] = id;
    piece[at + 1] = a;
    piece[at + 2] = b;
    piece[at + 3] = words;
    this.next.keep(HEAD + words);
    this.ranks.first(id, keyOf(rank, code));
    return true;
  }

  /** The world stands in a state of shard `to`. */
  private post(to: number, a: number, b: number, id: number, code: number, rank: number): void {
    const sent = this.recent.sent(a, b, this.depth, keyOf(rank, code));
    if (sent === EARLIER) this.back++;
    if (sent !== NEW) return;
    const room = SENT_HEAD + this.packer.sentRoom();
    if (room > this.parcel.length) this.parcel = new Int32Array(2 * room);
    const words = this.packer.unfold(this.parcel, SENT_HEAD);
    this.send(to, this.parcel, head(this.parcel, 0, a, b, id, code, rank, words));
  }

  /** The world stands in a state of this shard that is to be looked for together with others: their misses of the cache then overlap. */
  private gather(a: number, b: number, id: number, code: number, rank: number): void {
    const room = SENT_HEAD + this.packer.sentRoom();
    if (this.gathered + room > this.own.length) {
      this.lookForOwn();
      if (room > this.own.length) this.own = new Int32Array(2 * room);
    }
    const words = this.packer.unfold(this.own, this.gathered + SENT_HEAD);
    this.gathered += head(this.own, this.gathered, a, b, id, code, rank, words);
  }

  /** The states of a parcel are about to be looked for. */
  private touch(from: Int32Array, words: number): void {
    const { lanes } = this;
    let n = 0;
    for (let at = 0; at < words && n < TOGETHER; at += SENT_HEAD + from[at + 5]!) lanes[n++] = from[at + 1]!;
    this.visited.touch(lanes, n);
  }

  private lookForOwn(): void {
    const words = this.gathered;
    this.gathered = 0;
    this.receive(this.o.me, this.own, words);
  }

  private found(f: Find): void {
    this.broken.add(`${f.broken.symptom} ${f.broken.rule}`);
    if (this.find === null || before(f, this.find)) this.find = f;
  }

  /** Whose the state is that the world stands in, and whose hash begins with `a`. */
  private owner(a: number): number {
    return this.o.of === 1 ? 0 : this.ownerOf(this.x.part?.() ?? a);
  }

  private ownerOf(part: number): number {
    return (part >>> 0) % this.o.of;
  }
}

/** Writes what is sent before a state's `words` words; returns how many there are together. */
function head(
  to: Int32Array,
  at: number,
  a: number,
  b: number,
  id: number,
  code: number,
  rank: number,
  words: number,
): number {
  to[at] = a;
  to[at + 1] = b;
  to[at + 2] = id;
  to[at + 3] = rank;
  to[at + 4] = code;
  to[at + 5] = words;
  return SENT_HEAD + words;
}
