/**
 * Every event of a line as columns, each with the position it can be seen from: what stories, the ledger, hops, search and
 * the trace are read from. Appended to while the line is recorded, never changed; in order of `at`.
 */

/** The columns, in the order of a row's words. */
export const COLUMNS = [
  /** The happening (from 0) in which it came about: it can be seen from position `at + 1` on. */
  'at',
  /** One of EV. */
  'kind',
  'tid',
  /** Capture connection: its own, or that of the datagram in hand; -1 for none or one that the capture does not know. */
  'conn',
  /** Datagram (from 0) it is about, or that was in the thread's hands; -1 none. */
  'dgram',
  /** The other thread concerned, -1 none. */
  'other',
  /** Clock of the thread when the step began. */
  'ms',
  'ns',
  /** The rest is what the ring's records hold: see EVENT_WORDS. */
  'qc',
  'a',
  'b',
  'flags',
  /** Of a trace line two in one word: `packetTypeIn`, `idleTaskIn`. */
  'type',
  'pn',
  'version',
] as const;

export type Column = (typeof COLUMNS)[number];
export const ROW = COLUMNS.length;

/** One event, read out of the columns. */
export type EventRow = Record<Column, number>;

/** Rows as they travel: `ROW` words each, one after the other. */
export type Rows = Int32Array<ArrayBuffer>;

export function rowAt(rows: Int32Array, i: number): EventRow {
  const out = {} as EventRow;
  for (const [k, name] of COLUMNS.entries()) out[name] = rows[i * ROW + k]!;
  return out;
}

const FIRST = 256;

export class EventLog {
  length = 0;
  private room = 0;
  readonly columns: Record<Column, Int32Array>;

  constructor() {
    this.columns = Object.fromEntries(COLUMNS.map((c) => [c, new Int32Array(0)])) as typeof this.columns;
  }

  /** Takes in rows from the first on that lies at `from` or later. */
  append(rows: Int32Array, from = 0): void {
    const n = rows.length / ROW;
    let i = 0;
    while (i < n && rows[i * ROW]! < from) i++;
    if (i === n) return;
    this.grow(this.length + n - i);
    for (const [k, name] of COLUMNS.entries()) {
      const column = this.columns[name];
      for (let r = i, to = this.length; r < n; r++, to++) column[to] = rows[r * ROW + k]!;
    }
    this.length += n - i;
  }

  /** Index of the first event at `position` or later. */
  firstAt(position: number): number {
    const { at } = this.columns;
    let low = 0;
    let high = this.length;
    while (low < high) {
      const half = (low + high) >> 1;
      if (at[half]! < position) low = half + 1;
      else high = half;
    }
    return low;
  }

  /** The events numbered so, as rows. */
  rows(numbers: ArrayLike<number>): Rows {
    const out = new Int32Array(numbers.length * ROW);
    for (const [k, name] of COLUMNS.entries()) {
      const column = this.columns[name];
      for (let i = 0; i < numbers.length; i++) out[i * ROW + k] = column[numbers[i]!]!;
    }
    return out;
  }

  /** A log of its own of the events [from, to). */
  slice(from: number, to = this.length): EventLog {
    const out = new EventLog();
    out.grow(to - from);
    for (const name of COLUMNS) out.columns[name].set(this.columns[name].subarray(from, to));
    out.length = to - from;
    return out;
  }

  /** This log's events and then those of `next`. */
  with(next: EventLog): EventLog {
    const out = new EventLog();
    out.grow(this.length + next.length);
    for (const name of COLUMNS) {
      out.columns[name].set(this.columns[name].subarray(0, this.length));
      out.columns[name].set(next.columns[name].subarray(0, next.length), this.length);
    }
    out.length = this.length + next.length;
    return out;
  }

  private grow(least: number): void {
    if (least <= this.room) return;
    this.room = Math.max(least, FIRST, this.room * 2);
    for (const name of COLUMNS) {
      const wider = new Int32Array(this.room);
      wider.set(this.columns[name].subarray(0, this.length));
      this.columns[name] = wider;
    }
  }
}
