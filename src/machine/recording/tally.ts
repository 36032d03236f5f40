/**
 * What every thread did, added up along a line: in buckets of so many happenings each, which double when there are too many, so that a
 * line of any length has a picture of bounded size. Sums over whole buckets are exact; a span's ends are counted row by row.
 */
import { SLICE, type Slices } from './mark.ts';

/** Buckets a line has at most, and happenings in one of them at first. */
const MOST = 4096;
const FIRST = 64;
/** Stretches in which something was done, of a bucket; more are joined where the pause between them is the shortest. */
const STRETCHES = 6;
/** A pause that is shorter does not part a stretch, virtual ns. */
const PAUSE = 2000;
/** Up to this depth a thread looks for work: the scheduler's own procedures. */
const LOOP_DEPTH = 1;

/** Of one procedure on one thread. */
export interface Tallied {
  tid: number;
  /** A step of the procedure. */
  pc: number;
  steps: number;
  /** Virtual ns. */
  ns: number;
  /** First position from which a step of it can be seen. */
  at: number;
}

interface Bucket {
  /** From, to, from, to …, virtual ns. */
  stretches: number[];
  arrivals: number;
  /** By thread and procedure. */
  done: Map<number, Tallied>;
  /** By thread, without looking for work, virtual ns. */
  busy: Float64Array;
}

/** A picture of a line as far as it has been added up. */
export interface TallyRead {
  /** Happenings a bucket, and how far the line has been added up. */
  size: number;
  upTo: number;
  threads: number;
  /** Busy ns, `threads` a bucket. */
  busy: Float64Array<ArrayBuffer>;
  /** Stretches in which something was done: from, to, virtual ns, and the bucket of each. */
  spans: Float64Array<ArrayBuffer>;
  of: Uint16Array<ArrayBuffer>;
}

export interface Sum {
  steps: number;
  arrivals: number;
  done: Tallied[];
}

export class Tally {
  private buckets: Bucket[] = [];
  private size = FIRST;
  upTo = 0;

  /** @param procOf number of the procedure that a step is of */
  constructor(
    private readonly threads: number,
    private readonly procOf: (pc: number) => number,
  ) {}

  /** Forgets what lies at `at` or later. */
  cut(at: number): void {
    const whole = Math.min(this.buckets.length, Math.floor(at / this.size));
    this.buckets.length = whole;
    this.upTo = Math.min(this.upTo, whole * this.size);
  }

  /** Takes in the rows that follow: `rows.from` is `upTo`. */
  add(rows: Slices): void {
    for (let i = 0; i < rows.to - rows.from; i++) {
      const n = Math.floor(this.upTo / this.size);
      this.buckets[n] ??= this.bucket();
      this.row(this.buckets[n]!, rows, i);
      this.upTo++;
      if (this.buckets.length > MOST) this.double();
    }
  }

  read(): TallyRead {
    const { threads } = this;
    const busy = new Float64Array(this.buckets.length * threads);
    const spans: number[] = [];
    const of: number[] = [];
    for (const [n, b] of this.buckets.entries()) {
      busy.set(b.busy, n * threads);
      spans.push(...b.stretches);
      for (let k = 0; k < b.stretches.length; k += 2) of.push(n);
    }
    return {
      size: this.size,
      upTo: this.upTo,
      threads,
      busy,
      spans: Float64Array.from(spans),
      of: Uint16Array.from(of),
    };
  }

  /** The sum over happenings [from, to), which have been added up; `rowsOf` reads those of the buckets that are cut. */
  sum(from: number, to: number, rowsOf: (from: number, to: number) => Slices): Sum {
    const { size } = this;
    const [first, last] = [Math.ceil(from / size), Math.floor(to / size)];
    const all = this.bucket();
    const count = (a: number, b: number): void => {
      if (a >= b) return;
      const rows = rowsOf(a, b);
      for (let i = 0; i < rows.to - rows.from; i++) this.row(all, rows, i);
    };
    if (first >= last) count(from, to);
    else {
      count(from, first * size);
      for (let n = first; n < last; n++) join(all, this.buckets[n]!);
      count(last * size, to);
    }
    const done = [...all.done.values()];
    return { steps: done.reduce((n, t) => n + t.steps, 0), arrivals: all.arrivals, done };
  }

  private bucket(): Bucket {
    return { stretches: [], arrivals: 0, done: new Map(), busy: new Float64Array(this.threads) };
  }

  private row(b: Bucket, rows: Slices, i: number): void {
    const tid = rows.tid[i]!;
    const start = rows.start[i]!;
    if (rows.kind[i] === SLICE.DELIVER || tid < 0) {
      b.arrivals++;
      return;
    }
    const cost = rows.cost[i]!;
    const pc = rows.pc[i]!;
    const key = this.procOf(pc) * this.threads + tid;
    const t = b.done.get(key);
    if (t) {
      t.steps++;
      t.ns += cost;
    } else b.done.set(key, { tid, pc, steps: 1, ns: cost, at: rows.from + i + 1 });
    if (rows.depth[i]! > LOOP_DEPTH) b.busy[tid]! += cost;
    if (cost > 0) stretch(b.stretches, start, start + cost);
  }

  private double(): void {
    const { buckets } = this;
    const half: Bucket[] = [];
    for (let n = 0; n < buckets.length; n += 2) {
      const b = buckets[n]!;
      const next = buckets[n + 1];
      if (next) {
        join(b, next);
        for (let k = 0; k < next.stretches.length; k += 2)
          stretch(b.stretches, next.stretches[k]!, next.stretches[k + 1]!);
      }
      half.push(b);
    }
    this.buckets = half;
    this.size *= 2;
  }
}

/** What `b` adds up is added to `a`, which is the earlier one. */
function join(a: Bucket, b: Bucket): void {
  a.arrivals += b.arrivals;
  for (const [key, t] of b.done) {
    const sum = a.done.get(key);
    if (sum) {
      sum.steps += t.steps;
      sum.ns += t.ns;
    } else a.done.set(key, { ...t });
  }
  for (let tid = 0; tid < a.busy.length; tid++) a.busy[tid]! += b.busy[tid]!;
}

/** Puts [from, to] into a list of stretches in order. */
function stretch(list: number[], from: number, to: number): void {
  const last = list.length - 1;
  if (last < 0 || from > list[last]! + PAUSE) list.push(from, to);
  else if (from >= list[last - 1]! - PAUSE) {
    list[last - 1] = Math.min(list[last - 1]!, from);
    list[last] = Math.max(list[last]!, to);
  } else {
    // Threads' clocks may stand the other way round after orders by hand.
    list.splice(0, list.length, Math.min(list[0]!, from), Math.max(list[last]!, to));
  }
  if (list.length <= 2 * STRETCHES) return;
  let least = 2;
  for (let k = 4; k < list.length; k += 2)
    if (list[k]! - list[k - 1]! < list[least]! - list[least - 1]!) least = k;
  list.splice(least - 1, 2);
}
