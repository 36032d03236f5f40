import type { Explorable } from '../../machine/explorable.ts';
import type { Budget } from './budget.ts';
import { CHUNK, Chunks, chunkOf } from './chunks.ts';
import type { Packer } from './packer.ts';

/** Words of a chunk as it is sent: its number, and its words. */
const SENT_CHUNK = 1 + CHUNK;

/**
 * Packs by chunks. A packed state is the ids of the chunks in which it differs from the state packed before it, the first one of a level
 * from the world's beginning: those that follow each other mostly have one parent, so there are few. To another worker all chunks that
 * differ from the beginning are sent.
 */
export class ChunkPacker implements Packer {
  readonly light = false;
  private readonly chunks: Chunks;
  /** Numbers of the chunks that any state differed in so far, `usedN` of them, each once: few of a block's. */
  private readonly used: Int32Array;
  private usedN = 0;
  private readonly isUsed: Uint8Array;
  /** The words at the beginning, and the chunks' ids, 0 where they have none yet. */
  private readonly base: Int32Array;
  private readonly baseIds: Int32Array;
  /** Chunks with words of which the hash knows nothing: those are as at the beginning. */
  private readonly blind: Uint8Array;
  /** By chunk: its id in the state gone to, and in the one packed last; 0: as at the beginning. */
  private readonly here: Int32Array;
  private readonly last: Int32Array;
  /** Chunks that may differ in these two, `apartN` of them, each once: those with `isApart` set. */
  private readonly apart: Int32Array;
  private apartN = 0;
  private readonly isApart: Uint8Array;
  /** The level that is gone through has not been begun: its first state differs from the beginning. */
  private begins = false;
  /** Chunks that the steps since `go` have touched; `touch` gives each of them the same mark. */
  private readonly touched: Int32Array;
  private readonly marks: Int32Array;
  private mark = 0;
  private readonly scratch = new Int32Array(CHUNK);

  constructor(
    private readonly x: Explorable,
    budget: Budget,
  ) {
    const { w, kinds } = x.mem;
    const n = Math.ceil(w.length / CHUNK);
    this.used = new Int32Array(n);
    this.isUsed = new Uint8Array(n);
    this.chunks = new Chunks(budget);
    this.base = new Int32Array(n * CHUNK);
    this.base.set(w);
    this.baseIds = new Int32Array(n);
    this.here = new Int32Array(n);
    this.last = new Int32Array(n);
    this.apart = new Int32Array(n);
    this.isApart = new Uint8Array(n);
    this.touched = new Int32Array(n);
    this.marks = new Int32Array(n);
    this.blind = new Uint8Array(n);
    for (let i = 0; i < n * CHUNK; i++) if (i >= w.length || kinds[i] === 0) this.blind[chunkOf(i)] = 1;
  }

  turn(): void {
    const { used, last } = this;
    this.begins = true;
    for (let j = 0; j < this.usedN; j++) last[used[j]!] = 0;
    this.lookApart();
  }

  go(from: Int32Array, at: number, n: number, a: number, b: number): void {
    const { here, chunks } = this;
    const { w } = this.x.mem;
    if (this.begins) this.begin();
    for (const end = at + n; at < end; at++) {
      const id = from[at]!;
      const no = chunks.nos[id]!;
      if (here[no] === id) continue;
      here[no] = id;
      put(w, no * CHUNK, chunks.words, id * CHUNK);
      if (this.isApart[no] === 0) this.part(no);
    }
    this.x.mem.adopt(a, b);
    this.x.moved?.();
  }

  /** Back to the world's beginning. */
  private begin(): void {
    const { here, base, used } = this;
    this.begins = false;
    for (let j = 0; j < this.usedN; j++) {
      const no = used[j]!;
      if (here[no] === 0) continue;
      here[no] = 0;
      put(this.x.mem.w, no * CHUNK, base, no * CHUNK);
    }
    this.lookApart();
  }

  private use(no: number): void {
    this.isUsed[no] = 1;
    this.used[this.usedN++] = no;
  }

  private part(no: number): void {
    this.isApart[no] = 1;
    this.apart[this.apartN++] = no;
  }

  /** Finds out anew in which chunks the state gone to and the one packed last may differ. */
  private lookApart(): void {
    const { here, last, isApart, used } = this;
    this.apartN = 0;
    for (let j = 0; j < this.usedN; j++) {
      const no = used[j]!;
      isApart[no] = 0;
      if (here[no] !== last[no]) this.part(no);
    }
  }

  room(): number {
    return this.apartN + (this.x.mem.mark() >> 1);
  }

  sentRoom(): number {
    return SENT_CHUNK * (this.usedN + (this.x.mem.mark() >> 1));
  }

  pack(to: Int32Array, at: number): number {
    const m = this.touch();
    const { here, last, touched, marks, mark, apart, isApart } = this;
    const start = at;
    const n = this.apartN;
    this.apartN = 0;
    for (let j = 0; j < n; j++) {
      const no = apart[j]!;
      isApart[no] = 0;
      if (marks[no] === mark) continue;
      const id = here[no]! || this.baseId(no);
      if (id === 0) return -1;
      here[no] = id;
      if (last[no] !== id) to[at++] = id;
      last[no] = id;
    }
    for (let j = 0; j < m; j++) {
      const no = touched[j]!;
      const id = this.idOf(no);
      if (id === 0) return -1;
      if (last[no] !== id) {
        to[at++] = id;
        last[no] = id;
        if (this.isUsed[no] === 0) this.use(no);
      }
      if (here[no] !== id) this.part(no);
    }
    return at - start;
  }

  unfold(to: Int32Array, at: number): number {
    const m = this.touch();
    const { here, baseIds, touched, marks, mark, chunks, used } = this;
    const start = at;
    for (let j = 0; j < m; j++) {
      const no = touched[j]!;
      if (!this.read(no)) continue;
      to[at] = no;
      put(to, at + 1, this.scratch, 0);
      at += SENT_CHUNK;
    }
    for (let j = 0; j < this.usedN; j++) {
      const no = used[j]!;
      const id = here[no]!;
      if (id === 0 || id === baseIds[no] || marks[no] === mark) continue;
      to[at] = no;
      put(to, at + 1, chunks.words, id * CHUNK);
      at += SENT_CHUNK;
    }
    return at - start;
  }

  foldRoom(words: number): number {
    return this.usedN + words / SENT_CHUNK;
  }

  fold(from: Int32Array, at: number, words: number, to: Int32Array, toAt: number): number {
    const { chunks, last, marks, used, isUsed } = this;
    const start = toAt;
    const mark = ++this.mark;
    for (const end = at + words; at < end; at += SENT_CHUNK) {
      const no = from[at]!;
      const id = chunks.id(no, from, at + 1);
      if (id === 0) return -1;
      marks[no] = mark;
      if (isUsed[no] === 0) this.use(no);
      if (this.follow(no, id)) to[toAt++] = id;
    }
    for (let j = 0; j < this.usedN; j++) {
      const no = used[j]!;
      if (marks[no] === mark || last[no] === 0) continue;
      const id = this.baseId(no);
      if (id === 0) return -1;
      if (this.follow(no, id)) to[toAt++] = id;
    }
    return toAt - start;
  }

  /** The state packed last has chunk `no` as `id`; false when the one before it had too. */
  private follow(no: number, id: number): boolean {
    const { last } = this;
    if (last[no] === id) return false;
    last[no] = id;
    if (this.isApart[no] === 0) this.part(no);
    return true;
  }

  /** Lists the chunks that were stored to since `go`, each once; returns how many there are. */
  private touch(): number {
    const { kinds, log } = this.x.mem;
    const { touched, marks } = this;
    const end = this.x.mem.mark();
    const mark = ++this.mark;
    let m = 0;
    for (let k = 0; k < end; k += 2) {
      const i = log[k]!;
      const no = chunkOf(i);
      if (marks[no] === mark || kinds[i] === 0) continue;
      marks[no] = mark;
      touched[m++] = no;
    }
    return m;
  }

  /** Id of a chunk as it was at the beginning; 0: no memory. */
  private baseId(no: number): number {
    const { baseIds } = this;
    if (baseIds[no] === 0) baseIds[no] = this.chunks.id(no, this.base, no * CHUNK);
    return baseIds[no]!;
  }

  /** Id of a chunk as it is now; 0: no memory. */
  private idOf(no: number): number {
    if (this.blind[no] === 0) return this.chunks.id(no, this.x.mem.w, no * CHUNK);
    this.read(no);
    return this.chunks.id(no, this.scratch, 0);
  }

  /** Reads chunk `no` as it is now into `scratch`; false when it is as at the beginning. */
  private read(no: number): boolean {
    const { base, scratch, blind } = this;
    const { w, kinds } = this.x.mem;
    const at = no * CHUNK;
    let differs = false;
    for (let k = 0; k < CHUNK; k++) {
      const v = blind[no] === 0 || kinds[at + k] ? w[at + k]! : base[at + k]!;
      scratch[k] = v;
      if (v !== base[at + k]) differs = true;
    }
    return differs;
  }
}

function put(to: Int32Array, at: number, from: Int32Array, fromAt: number): void {
  for (let k = 0; k < CHUNK; k++) to[at + k] = from[fromAt + k]!;
}
