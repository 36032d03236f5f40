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

type Test = (i: number) => boolean;

function testOf(column: Int32Array, wanted: readonly number[]): Test {
  const one = wanted[0];
  if (wanted.length === 1) return (i) => column[i] === one;
  const set = new Set(wanted);
  return (i) => set.has(column[i]!);
}

function anyOf(any: AnyOf, log: EventLog): Test {
  const { columns } = log;
  const tests: Test[] = [];
  for (const [key, name] of Object.entries(COLUMN_OF) as [keyof typeof COLUMN_OF, Column][]) {
    const wanted = any[key];
    if (wanted) tests.push(testOf(columns[name], wanted));
  }
  for (const [key, name] of [
    ['points', 'a'],
    ['pns', 'pn'],
  ] as const) {
    const wanted = any[key];
    if (!wanted) continue;
    const { kind } = columns;
    const test = testOf(columns[name], wanted);
    tests.push((i) => kind[i] === EV.TRACE && test(i));
  }
  if (tests.length === 1) return tests[0]!;
  return (i) => tests.some((t) => t(i));
}

function compile(filter: EventFilter, log: EventLog): Test {
  const { kind } = log.columns;
  const all = filter.all.map((any) => anyOf(any, log));
  const always = new Set(filter.always ?? []);
  const fits: Test = all.length === 1 ? all[0]! : (i) => all.every((t) => t(i));
  return always.size > 0 ? (i) => always.has(kind[i]!) || fits(i) : fits;
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
    const test = compile(filter, log);
    for (let i = this.scanned; i < end; i++) if (test(i)) this.push(i);
    this.scanned = end;
    return this;
  }

  private push(i: number): void {
    if (this.length === this.found.length) {
      const wider = new Int32Array(this.length * 2);
      wider.set(this.found);
      this.found = wider;
    }
    this.found[this.length++] = i;
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
