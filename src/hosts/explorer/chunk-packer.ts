import type { Explorable } from '../../machine/explorable.ts';
import type { Budget } from './budget.ts';
import { CHUNK, Chunks, chunkOf } from './chunks.ts';
import type { Packer } from './packer.ts';

/** Words of a chunk as it is sent: its number, and its words. */
const SENT_CHUNK = 1 + CHUNK;

/**
 * Packs by chunks. A packed state names the chunks that differ from the world's beginning, by their ids here, in the order of their
 * numbers; to another worker the chunks themselves are sent.
 */
export class ChunkPacker implements Packer {
  private readonly chunks: Chunks;
  /** Ids of the chunks in which the present state differs, and their numbers, ascending, `n` of them. */
  private here = new Int32Array(64);
  private hereNos = new Int32Array(64);
  private n = 0;
  /** Where the next state's go. */
  private nextIds = new Int32Array(64);
  private nextNos = new Int32Array(64);
  /** Numbers of chunks that the steps since `go` have touched, ascending. */
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
    this.blind = new Uint8Array(n);
    for (let i = 0; i < w.length; i++) if (kinds[i] === 0) this.blind[chunkOf(i)] = 1;
  }

  go(from: Int32Array, at: number, n: number, a: number, b: number): void {
    const { x, here, hereNos } = this;
    let k = 0;
    for (; k < n && k < this.n; k++) {
      const id = from[at + k]!;
      // Mostly the same chunks in the same order: what stands here already is told by its id alone.
      if (id === here[k]) continue;
      if (this.chunks.nos[id] !== hereNos[k]) break;
      here[k] = id;
      this.set(hereNos[k]!, id);
    }
    this.goOn(from, at, n, k);
    x.mem.adopt(a, b);
    x.moved?.();
  }

  /** Goes to the rest of a state, from its `k`-th chunk on: other ones stand here. */
  private goOn(from: Int32Array, at: number, n: number, first: number): void {
    const { here, hereNos, n: oldN } = this;
    const { nos } = this.chunks;
    if (first === n && first === oldN) return;
    if (n > this.nextIds.length) {
      this.nextIds = new Int32Array(2 * n);
      this.nextNos = new Int32Array(2 * n);
    }
    const { nextIds, nextNos } = this;
    for (let k = 0; k < first; k++) {
      nextIds[k] = here[k]!;
      nextNos[k] = hereNos[k]!;
    }
    let old = first;
    for (let k = first; k < n; k++) {
      const id = from[at + k]!;
      nextIds[k] = id;
      if (old < oldN && here[old] === id) {
        nextNos[k] = hereNos[old++]!;
        continue;
      }
      const no = nos[id]!;
      nextNos[k] = no;
      for (; old < oldN && hereNos[old]! < no; old++) this.reset(hereNos[old]!);
      if (old < oldN && hereNos[old] === no) old++;
      this.set(no, id);
    }
    for (; old < oldN; old++) this.reset(hereNos[old]!);
    this.nextIds = here;
    this.here = nextIds;
    this.nextNos = hereNos;
    this.hereNos = nextNos;
    this.n = n;
  }

  private set(no: number, id: number): void {
    put(this.x.mem.w, no * CHUNK, this.chunks.words, id * CHUNK);
  }

  private reset(no: number): void {
    put(this.x.mem.w, no * CHUNK, this.base, no * CHUNK);
  }

  room(): number {
    return this.n + (this.x.mem.mark() >> 1);
  }

  sentRoom(): number {
    return SENT_CHUNK * this.room();
  }

  pack(to: Int32Array, at: number): number {
    const m = this.touch();
    const { here, hereNos, n, touched, chunks } = this;
    const start = at;
    let k = 0;
    for (let j = 0; j < m; j++) {
      const no = touched[j]!;
      for (const end = this.placeOf(no, k); k < end; k++) to[at++] = here[k]!;
      if (k < n && hereNos[k] === no) k++;
      if (!this.read(no)) continue;
      const id = chunks.id(no, this.scratch, 0);
      if (id === 0) return -1;
      to[at++] = id;
    }
    for (; k < n; k++) to[at++] = here[k]!;
    return at - start;
  }

  /** Where chunk `no` stands in `here`, or would; not in front of `low`. */
  private placeOf(no: number, low: number): number {
    const { hereNos } = this;
    let first = low;
    let behind = this.n;
    while (first < behind) {
      const half = (first + behind) >> 1;
      if (hereNos[half]! < no) first = half + 1;
      else behind = half;
    }
    return first;
  }

  unfold(to: Int32Array, at: number): number {
    const m = this.touch();
    const { here, hereNos, n, touched, chunks } = this;
    const start = at;
    let k = 0;
    for (let j = 0; j <= m; j++) {
      const no = j < m ? touched[j]! : Number.POSITIVE_INFINITY;
      for (; k < n && hereNos[k]! < no; k++, at += SENT_CHUNK) {
        to[at] = hereNos[k]!;
        put(to, at + 1, chunks.words, here[k]! * CHUNK);
      }
      if (k < n && hereNos[k] === no) k++;
      if (j === m || !this.read(no)) continue;
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

  /** Lists the chunks that were stored to since `go`, ascending, each once; returns how many there are. */
  private touch(): number {
    const { kinds, log } = this.x.mem;
    const end = this.x.mem.mark();
    if (end > this.touched.length) this.touched = new Int32Array(2 * end);
    const { touched } = this;
    let m = 0;
    for (let k = 0; k < end; k += 2) {
      const i = log[k]!;
      const no = chunkOf(i);
      if (kinds[i] === 0) continue;
      let at = m;
      while (at > 0 && touched[at - 1]! > no) at--;
      if (at > 0 && touched[at - 1] === no) continue;
      for (let j = m++; j > at; j--) touched[j] = touched[j - 1]!;
      touched[at] = no;
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
