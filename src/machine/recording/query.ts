/** Events that somebody is looking for: a filter over the columns, and the numbers of what passes it, kept as the line grows. */
import { EV } from '../../haproxy/step/events.ts';
import type { Column, EventLog } from './events.ts';

/** An event fits when it has one of any of these; a list that is not given fits nothing. */
export interface AnyOf {
  /** EV. */
  kinds?: readonly number[];
  /** Trace points, of trace lines. */
  points?: readonly number[];
  tids?: readonly number[];
  /** Capture connections, -1 for none. */
  conns?: readonly number[];
  /** Datagrams, from 0. */
  dgrams?: readonly number[];
  /** Pointers to connections. */
  qcs?: readonly number[];
  /** Flags of the connection. */
  flags?: readonly number[];
  /** Packet numbers, of trace lines. */
  pns?: readonly number[];
  others?: readonly number[];
}

export interface EventFilter {
  /** Each of them has to fit. */
  all: readonly AnyOf[];
  /** Events of these kinds pass whatever the rest says. */
  always?: readonly number[];
  /** Happenings [from, to) of the line; without: all. */
  from?: number;
  to?: number;
}

const COLUMN_OF: Record<Exclude<keyof AnyOf, 'points' | 'pns'>, Column> = {
  kinds: 'kind',
  tids: 'tid',
  conns: 'conn',
  dgrams: 'dgram',
  qcs: 'qc',
  flags: 'flags',
  others: 'other',
};

/** Values up to this one are looked up in a table; a set holds the others. */
const TABLE = 1 << 16;

/** One column, and the values that are wanted in it. */
interface Probe {
  column: Int32Array;
  /** By value + 1. */
  table: Uint8Array;
  beyond: ReadonlySet<number> | null;
  /** Only of trace lines. */
  ofTrace: boolean;
}

function probe(column: Int32Array, wanted: readonly number[], ofTrace: boolean): Probe {
  const near = wanted.filter((v) => v >= -1 && v < TABLE);
  const far = wanted.filter((v) => v < -1 || v >= TABLE);
  const table = new Uint8Array(near.reduce((n, v) => Math.max(n, v + 2), 0));
  for (const v of near) table[v + 1] = 1;
  return { column, table, beyond: far.length > 0 ? new Set(far) : null, ofTrace };
}

function probesOf(any: AnyOf, { columns }: EventLog): Probe[] {
  const probes: Probe[] = [];
  for (const [key, name] of Object.entries(COLUMN_OF) as [keyof typeof COLUMN_OF, Column][]) {
    const wanted = any[key];
    if (wanted) probes.push(probe(columns[name], wanted, false));
  }
  if (any.points) probes.push(probe(columns.a, any.points, true));
  if (any.pns) probes.push(probe(columns.pn, any.pns, true));
  return probes;
}

/** How many values fit: what fits least is looked at first. */
const breadth = (any: AnyOf): number =>
  Object.values(any).reduce((n, v: readonly number[]) => n + v.length, 0);

/** Puts the events of [from, end), or of the first `n` of `among`, for which a probe holds into `out`, which may be `among`; how many. */
function narrow(
  probes: readonly Probe[],
  kind: Int32Array,
  among: Int32Array | null,
  from: number,
  end: number,
  out: Int32Array,
): number {
  let found = 0;
  const [only] = probes;
  // One column with small values is what is nearly always asked for: it is worth a loop of its own.
  if (only && probes.length === 1 && !only.ofTrace && !only.beyond) {
    const { column, table } = only;
    if (among === null) {
      for (let i = from; i < end; i++) if (table[column[i]! + 1] === 1) out[found++] = i;
    } else
      for (let k = 0; k < end; k++) {
        const i = among[k]!;
        if (table[column[i]! + 1] === 1) out[found++] = i;
      }
    return found;
  }
  for (let k = among === null ? from : 0; k < end; k++) {
    const i = among === null ? k : among[k]!;
    for (const { column, table, beyond, ofTrace } of probes) {
      const v = column[i]!;
      if (table[v + 1] !== 1 && (beyond === null || !beyond.has(v))) continue;
      if (ofTrace && kind[i] !== EV.TRACE) continue;
      out[found++] = i;
      break;
    }
  }
  return found;
}

/** The numbers of [from, end) that pass, in order. */
function passing(filter: EventFilter, log: EventLog, from: number, end: number): Int32Array {
  const { kind } = log.columns;
  const out = new Int32Array(end - from);
  let n = -1;
  for (const any of [...filter.all].sort((a, b) => breadth(a) - breadth(b)))
    n = narrow(probesOf(any, log), kind, n < 0 ? null : out, from, n < 0 ? end : n, out);
  if (n < 0) {
    for (let i = from; i < end; i++) out[i - from] = i;
    n = end - from;
  }
  if (!filter.always || filter.always.length === 0) return out.subarray(0, n);
  const always = new Int32Array(end - from);
  const m = narrow([probe(kind, filter.always, false)], kind, null, from, end, always);
  return merged(out.subarray(0, n), always.subarray(0, m));
}

/** Two lists in order as one, each number once. */
function merged(a: Int32Array, b: Int32Array): Int32Array {
  const out = new Int32Array(a.length + b.length);
  let n = 0;
  for (let i = 0, j = 0; i < a.length || j < b.length; n++) {
    const x = i < a.length ? a[i]! : Number.POSITIVE_INFINITY;
    const y = j < b.length ? b[j]! : Number.POSITIVE_INFINITY;
    if (x <= y) i++;
    if (y <= x) j++;
    out[n] = Math.min(x, y);
  }
  return out.subarray(0, n);
}

/** The numbers of the events of one log that pass a filter, in order. */
export class EventView {
  private found = new Int32Array(64);
  length = 0;
  private scanned = 0;

  constructor(
    readonly filter: EventFilter,
    private readonly log: EventLog,
  ) {}

  /** Takes in what the log has got since the last time. */
  catchUp(): this {
    const { log, filter } = this;
    const end = filter.to === undefined ? log.length : log.firstAt(filter.to);
    if (filter.from !== undefined) this.scanned = Math.max(this.scanned, log.firstAt(filter.from));
    if (this.scanned >= end) return this;
    // A log that grew has other columns.
    const more = passing(filter, log, this.scanned, end);
    if (this.length + more.length > this.found.length) {
      const wider = new Int32Array(Math.max(this.found.length * 2, this.length + more.length));
      wider.set(this.found.subarray(0, this.length));
      this.found = wider;
    }
    this.found.set(more, this.length);
    this.length += more.length;
    this.scanned = end;
    return this;
  }

  /** The numbers [from, to) of the log, clamped to those found. */
  numbers(from: number, to: number): Int32Array {
    return this.found.subarray(Math.max(0, from), Math.max(0, Math.min(this.length, to)));
  }

  /** How many of them came about before position `position`: those can be seen there. */
  before(position: number): number {
    const { at } = this.log.columns;
    let low = 0;
    let high = this.length;
    while (low < high) {
      const half = (low + high) >> 1;
      if (at[this.found[half]!]! < position) low = half + 1;
      else high = half;
    }
    return low;
  }

  /** How many fall into each of `n` equal parts of the happenings [0, end). */
  spread(n: number, end: number): Int32Array {
    const out = new Int32Array(n);
    const { at } = this.log.columns;
    if (end > 0)
      for (let k = 0; k < this.length; k++)
        out[Math.min(n - 1, Math.floor((at[this.found[k]!]! * n) / end))]!++;
    return out;
  }
}
