/**
 * Events as the rows of a list in which what one run of a callback told (a tasklet, a task, an fd's handler: one thread's way
 * from its loop and back) is one row until it is opened. Worked out over the columns; a million events take some 10 ms.
 */
import { EV } from '../../haproxy/step/events.ts';
import type { EventLog } from './events.ts';
import type { EventView } from './query.ts';

/** What is told by nobody's callback: by the loop itself, and by choices. */
export const OUTSIDE: ReadonlySet<number> = new Set([EV.TIMER, EV.NETWORK]);

/** The call in which each event of a log was told, kept as the log grows. */
export class Calls {
  /** By number in the log: number of the CALL in which it was told; -1 none, or none that was recorded. */
  of = new Int32Array(0);
  private scanned = 0;
  /** The call that each thread is in. */
  private readonly inside = new Int32Array(64).fill(-1);

  constructor(private readonly log: EventLog) {}

  catchUp(): this {
    const { log, inside } = this;
    if (this.of.length < log.length) {
      const wider = new Int32Array(Math.max(log.length, 2 * this.of.length)).fill(-1);
      wider.set(this.of);
      this.of = wider;
    }
    const { kind, tid } = log.columns;
    for (let i = this.scanned; i < log.length; i++) {
      const t = tid[i]!;
      if (kind[i] === EV.CALL) inside[t] = i;
      else if (!OUTSIDE.has(kind[i]!) && t >= 0) this.of[i] = inside[t]!;
    }
    this.scanned = log.length;
    return this;
  }
}

/** Which callbacks are open, each named by the happening that called it. */
export interface Open {
  /** By hand; what was shut by hand stays shut whatever the rest says. */
  opened: readonly number[];
  shut: readonly number[];
  /** Whoever told one of these. */
  hits: EventView | null;
}

/** Words of one row of a `Folded`. */
export const FOLD = {
  /** Its first event, or the only one: number among those found. */
  first: 0,
  /** Happening that called the callback, -1 none. */
  call: 1,
  /** Events of this callback that were found; how many of them can be seen at the playhead. */
  size: 2,
  seen: 3,
  /** 1: it stands for all of them. */
  shut: 4,
  /** Procedure that was called, by its id; -1 none. */
  proc: 5,
  /** Number in the log of the event that says most of it, and how many are of its kind. */
  telling: 6,
  alike: 7,
  /** 1: what was told last before the playhead is in this row. */
  here: 8,
  /** Which of the callback's events it begins with, from 1. */
  nth: 9,
} as const;
export const FOLD_WORDS = 10;

/** What says most of a callback, the most first. */
const WEIGHT: readonly number[] = [
  EV.BUG,
  EV.COMMIT,
  EV.REFUSED,
  EV.REBIND_ERROR,
  EV.REDISPATCH,
  EV.PKT_DROP,
  EV.DROP,
  EV.RELEASE,
  EV.CLOSE,
  EV.FINALIZE,
  EV.ACCEPT,
  EV.CREATE,
  EV.SHOW_END,
];

/** The events that a view has found, folded, as they stand at one position. */
export class Folded {
  /** For each row the number of its first event among those found. */
  private readonly rows: Int32Array;
  private readonly sizes: Int32Array;
  private readonly shut: Uint8Array;
  private readonly found: Int32Array;
  private readonly of: Int32Array;
  /** Events before the position. */
  readonly before: number;

  constructor(
    private readonly log: EventLog,
    view: EventView,
    calls: Calls,
    open: Open,
    position: number,
  ) {
    const { of } = calls.catchUp();
    const n = view.length;
    const found = view.numbers(0, n);
    const sizes = new Int32Array(log.length);
    for (let k = 0; k < n; k++) {
      const c = of[found[k]!]!;
      if (c >= 0) sizes[c]!++;
    }
    this.before = view.before(position);
    const here = this.before > 0 ? of[found[this.before - 1]!]! : -1;
    const shut = shutCalls(log, of, open, here);
    const rows = new Int32Array(n);
    const begun = new Uint8Array(log.length);
    let r = 0;
    for (let k = 0; k < n; k++) {
      const c = of[found[k]!]!;
      if (c >= 0 && shut[c] === 1 && sizes[c]! > 1) {
        if (begun[c] === 1) continue;
        begun[c] = 1;
      }
      rows[r++] = k;
    }
    this.found = found;
    this.of = of;
    this.sizes = sizes;
    this.shut = shut;
    this.rows = rows.subarray(0, r);
  }

  get length(): number {
    return this.rows.length;
  }

  /** Rows up to the one that holds what was told last before the position. */
  get upTo(): number {
    return this.before === 0 ? 0 : this.rowOf(this.before - 1) + 1;
  }

  /** Rows [from, to): the events they begin with, by their numbers in the log, and FOLD_WORDS for each. */
  window(from: number, to: number): { firsts: Int32Array; words: Int32Array } {
    const rows = this.rows.subarray(Math.max(0, from), Math.max(0, Math.min(to, this.rows.length)));
    const firsts = rows.map((k) => this.found[k]!);
    const words = new Int32Array(rows.length * FOLD_WORDS);
    const here = this.upTo - 1;
    rows.forEach((k, i) => {
      this.describe(k, words.subarray(i * FOLD_WORDS, (i + 1) * FOLD_WORDS));
      words[i * FOLD_WORDS + FOLD.here] = from + i === here ? 1 : 0;
    });
    return { firsts, words };
  }

  private describe(k: number, out: Int32Array): void {
    const { found, of, log, before } = this;
    const event = found[k]!;
    const call = of[event]!;
    const size = call < 0 ? 1 : this.sizes[call]!;
    const shut = call >= 0 && size > 1 && this.shut[call] === 1;
    out[FOLD.first] = k;
    out[FOLD.call] = call < 0 ? -1 : log.columns.at[call]!;
    out[FOLD.size] = size;
    out[FOLD.seen] = k < before ? 1 : 0;
    out[FOLD.shut] = shut ? 1 : 0;
    out[FOLD.proc] = call < 0 ? -1 : log.columns.a[call]!;
    out[FOLD.telling] = event;
    out[FOLD.alike] = 1;
    out[FOLD.nth] = 1;
    if (call < 0) return;
    for (let j = k - 1; j >= 0 && found[j]! > call; j--) if (of[found[j]!] === call) out[FOLD.nth]!++;
    if (!shut) return;
    const { kind } = log.columns;
    let most = WEIGHT.length;
    let left = size;
    out[FOLD.seen] = 0;
    out[FOLD.alike] = 0;
    for (let j = k; left > 0; j++) {
      if (of[found[j]!] !== call) continue;
      left--;
      if (j < before) out[FOLD.seen]!++;
      const at = WEIGHT.indexOf(kind[found[j]!]!);
      const weight = at < 0 ? WEIGHT.length : at;
      if (weight < most) {
        most = weight;
        out[FOLD.telling] = found[j]!;
        out[FOLD.alike] = 0;
      }
      if (weight === most) out[FOLD.alike]!++;
    }
  }

  /** The row that holds the k-th event found. */
  private rowOf(k: number): number {
    const { rows, of, found, shut } = this;
    const call = of[found[k]!]!;
    let first = k;
    if (call >= 0 && shut[call] === 1)
      for (let j = k; j >= 0 && found[j]! > call; j--) if (of[found[j]!] === call) first = j;
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const half = (low + high) >> 1;
      if (rows[half]! < first) low = half + 1;
      else high = half;
    }
    return low;
  }
}

/** By number of the call: 1 where it is shut. */
function shutCalls(log: EventLog, of: Int32Array, { opened, shut, hits }: Open, here: number): Uint8Array {
  const out = new Uint8Array(log.length).fill(1);
  if (hits) for (const i of hits.numbers(0, hits.length)) if (of[i]! >= 0) out[of[i]!] = 0;
  for (const at of opened) put(out, log, at, 0);
  if (here >= 0) out[here] = 0;
  for (const at of shut) put(out, log, at, 1);
  return out;
}

function put(out: Uint8Array, log: EventLog, at: number, value: 0 | 1): void {
  const { columns } = log;
  for (let i = log.firstAt(at); i < log.length && columns.at[i] === at; i++)
    if (columns.kind[i] === EV.CALL) out[i] = value;
}
