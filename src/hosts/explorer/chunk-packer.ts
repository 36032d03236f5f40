import type { Explorable } from '../../machine/explorable.ts';
import type { Budget } from './budget.ts';
import { CHUNK, Chunks, chunkOf } from './chunks.ts';
import type { Packer } from './packer.ts';

/** Words of a chunk as it is sent: its number, and its words. */
const SENT_CHUNK = 1 + CHUNK;

/**
 * Packs by chunks. A packed state names the chunks that differ from the world's beginning, by their ids here; to another worker the
 * chunks themselves are sent.
 */
export class ChunkPacker implements Packer {
  private readonly chunks: Chunks;
  /** Ids of the chunks in which the present state differs, and their numbers, `n` of them. */
  private here = new Int32Array(64);
  private hereNos = new Int32Array(64);
  private n = 0;
  /** Where the next state's go. */
  private nextIds = new Int32Array(64);
  private nextNos = new Int32Array(64);
  /** By number: the id of the chunk that stands in the block, 0 as at the beginning. */
  private readonly stands: Int32Array;
  /** By number: when it was last met, as `epoch` has it. */
  private readonly met: Int32Array;
  private epoch = 0;
  /** Numbers of chunks that the steps since `go` have touched. */
  private touched = new Int32Array(64);
  /** The words at the beginning, and words of which the hash knows nothing: in chunks they are as at the beginning. */
  private readonly base: Int32Array;
  private readonly blind: Uint8Array;
  private readonly scratch = new Int32Array(CHUNK);

  constructor(
    private readonly x: Explorable,
    budget: Budget,
  ) {
    const { w, kinds } = x.mem;
    const n = Math.ceil(w.length / CHUNK);
    this.chunks = new Chunks(budget);
    this.base = new Int32Array(n * CHUNK);
    this.base.set(w);
    this.stands = new Int32Array(n);
    this.met = new Int32Array(n);
    this.blind = new Uint8Array(n);
    for (let i = 0; i < w.length; i++) if (kinds[i] === 0) this.blind[chunkOf(i)] = 1;
  }

  go(from: Int32Array, at: number, n: number, a: number, b: number): void {
    const { chunks, x, stands, met } = this;
    const { nos, words } = chunks;
    const { w } = x.mem;
    const epoch = ++this.epoch;
    const old = this.hereNos;
    const oldN = this.n;
    this.makeRoom(n);
    const ids = this.nextIds;
    const hereNos = this.nextNos;
    for (let k = 0; k < n; k++) {
      const id = from[at + k]!;
      const no = nos[id]!;
      ids[k] = id;
      hereNos[k] = no;
      met[no] = epoch;
      if (stands[no] === id) continue;
      stands[no] = id;
      put(w, no * CHUNK, words, id * CHUNK);
    }
    for (let k = 0; k < oldN; k++) {
      const no = old[k]!;
      if (met[no] === epoch) continue;
      stands[no] = 0;
      put(w, no * CHUNK, this.base, no * CHUNK);
    }
    this.nextIds = this.here;
    this.here = ids;
    this.nextNos = old;
    this.hereNos = hereNos;
    this.n = n;
    x.mem.adopt(a, b);
    x.moved?.();
  }

  private makeRoom(n: number): void {
    if (n > this.nextIds.length) this.nextIds = new Int32Array(2 * n);
    if (n > this.nextNos.length) this.nextNos = new Int32Array(2 * n);
  }

  room(): number {
    return this.n + (this.x.mem.mark() >> 1);
  }

  sentRoom(): number {
    return SENT_CHUNK * this.room();
  }

  pack(to: Int32Array, at: number): number {
    const m = this.touch();
    const { here, hereNos, n, met, touched, chunks } = this;
    const epoch = this.epoch;
    const start = at;
    for (let k = 0; k < n; k++) if (met[hereNos[k]!] !== epoch) to[at++] = here[k]!;
    for (let k = 0; k < m; k++) {
      const no = touched[k]!;
      if (!this.read(no)) continue;
      const id = chunks.id(no, this.scratch, 0);
      if (id === 0) return -1;
      to[at++] = id;
    }
    return at - start;
  }

  unfold(to: Int32Array, at: number): number {
    const m = this.touch();
    const { here, hereNos, n, met, touched, chunks } = this;
    const epoch = this.epoch;
    const start = at;
    for (let k = 0; k < n; k++) {
      const no = hereNos[k]!;
      if (met[no] === epoch) continue;
      to[at] = no;
      put(to, at + 1, chunks.words, here[k]! * CHUNK);
      at += SENT_CHUNK;
    }
    for (let k = 0; k < m; k++) {
      const no = touched[k]!;
      if (!this.read(no)) continue;
      to[at] = no;
      put(to, at + 1, this.scratch, 0);
      at += SENT_CHUNK;
    }
    return at - start;
  }

  foldRoom(words: number): number {
    return words / SENT_CHUNK;
  }

  fold(from: Int32Array, at: number, words: number, to: Int32Array, toAt: number): number {
    const { chunks } = this;
    const n = words / SENT_CHUNK;
    for (let k = 0; k < n; k++, at += SENT_CHUNK) {
      const id = chunks.id(from[at]!, from, at + 1);
      if (id === 0) return -1;
      to[toAt + k] = id;
    }
    return n;
  }

  /** Lists the chunks that were stored to since `go` and marks them as met in a new epoch; returns how many there are. */
  private touch(): number {
    const { met } = this;
    const { kinds, log } = this.x.mem;
    const end = this.x.mem.mark();
    const epoch = ++this.epoch;
    if (end > this.touched.length) this.touched = new Int32Array(2 * end);
    const { touched } = this;
    let m = 0;
    for (let k = 0; k < end; k += 2) {
      const i = log[k]!;
      const no = chunkOf(i);
      if (met[no] === epoch || kinds[i] === 0) continue;
      met[no] = epoch;
      touched[m++] = no;
    }
    return m;
  }

  /** Reads chunk `no` as it is now into `scratch`; false when it is as at the beginning. */
  private read(no: number): boolean {
    const { base, scratch } = this;
    const { w, kinds } = this.x.mem;
    const at = no * CHUNK;
    let differs = false;
    if (this.blind[no] === 0) {
      for (let k = 0; k < CHUNK; k++) {
        const v = w[at + k]!;
        scratch[k] = v;
        if (v !== base[at + k]) differs = true;
      }
      return differs;
    }
    for (let k = 0; k < CHUNK; k++) {
      const v = at + k < w.length && kinds[at + k] !== 0 ? w[at + k]! : base[at + k]!;
      scratch[k] = v;
      if (v !== base[at + k]) differs = true;
    }
    return differs;
  }
}

function put(to: Int32Array, at: number, from: Int32Array, fromAt: number): void {
  for (let k = 0; k < CHUNK; k++) to[at + k] = from[fromAt + k]!;
}
