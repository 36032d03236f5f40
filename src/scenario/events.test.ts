/** The events of a recording as columns: the same however a line came about, and found by filters and by name. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EV } from '../haproxy/step/events.ts';
import { dgramNamed } from '../machine/network.ts';
import { COLUMNS, type EventLog, type EventRow, rowAt } from '../machine/recording/events.ts';
import { positionOf } from '../machine/recording/find.ts';
import { record } from '../machine/recording/make.ts';
import { EVENT_NAMES, namedText, parseNamed } from '../machine/recording/named.ts';
import { type AnyOf, type EventFilter, EventView } from '../machine/recording/query.ts';
import type { Recording } from '../machine/recording/recording.ts';
import { RowReader } from '../machine/recording/rows.ts';
import { positionAtMs } from '../machine/recording/times.ts';
import { recording as ring } from '../machine/sink.ts';
import { NS_PER_MS } from '../machine/time.ts';
import { PlainMem } from '../memory/plain.ts';
import { makeWorld } from './make.ts';
import { dataOf, OPTIONS } from './testing/worlds.ts';

const many = dataOf('v07');

function recordingOf(): Recording {
  const { W, P } = makeWorld(many, OPTIONS);
  return record(new PlainMem(new Int32Array(W.layout.words)), W, P, ring, { every: 2000 });
}

/** Every connection is rebound while datagrams of all are on their way, and those of one thread wait. */
function rebound(r = recordingOf()): Recording {
  r.run(9000);
  const held = r.machine.owners()[0]![1];
  r.choose({ kind: 'hold', tid: held });
  r.run(1500);
  for (const [conn, owner] of r.machine.owners())
    if (owner >= 0) r.choose({ kind: 'rebind', conn, tid: (owner + 1) % 4 });
  r.choose({ kind: 'release', tid: held });
  r.run(9000);
  return r;
}

const rowsOf = (log: EventLog): EventRow[] => {
  const rows = log.rows(Array.from({ length: log.length }, (_, i) => i));
  return Array.from({ length: log.length }, (_, i) => rowAt(rows, i));
};

describe('the event log', () => {
  test('tells the same of a line, whichever way it was come by', () => {
    const straight = rebound();
    const { departures, end } = straight.line;
    const wandering = recordingOf();
    wandering.run(9000);
    wandering.seek(4000);
    wandering.run(2000);
    wandering.choose({ kind: 'hold', tid: 1 });
    wandering.run(3000);
    wandering.bringBack();
    wandering.seek(9000);
    rebound(wandering);
    wandering.seek(1234);
    wandering.back();
    wandering.run(5000);
    const loaded = recordingOf();
    expect(loaded.load(departures, end)).toEqual([]);
    expect(rowsOf(loaded.line.events)).toEqual(rowsOf(straight.line.events));
    const same = rowsOf(wandering.line.events).filter((r) => r.at < 9000);
    expect(same).toEqual(rowsOf(straight.line.events).filter((r) => r.at < 9000));
  });

  test('is in order, and a choice that is taken back and made again is told once', () => {
    const r = recordingOf();
    r.run(9000);
    const d = r.machine.nextArrival() > 0 ? r.machine.W.consts.datagrams.count - 1 : 0;
    expect(r.choose({ kind: 'duplicate', dgram: d })).toBe('');
    const told = rowsOf(r.line.events).filter((e) => e.kind === EV.NETWORK);
    expect(told).toMatchObject([{ at: 9000, dgram: d, tid: -1 }]);
    r.back();
    r.followDue();
    r.run(50);
    expect(rowsOf(r.line.events).filter((e) => e.kind === EV.NETWORK)).toEqual(told);
    const { at } = r.line.events.columns;
    for (let i = 1; i < r.line.events.length; i++) expect(at[i]!).toBeGreaterThanOrEqual(at[i - 1]!);
  });

  test('a branch keeps what lies before it, and the old future comes back with its events', () => {
    const r = rebound();
    const all = rowsOf(r.line.events);
    r.seek(9000);
    r.choose({ kind: 'hold', tid: 2 });
    r.run(100);
    const branch = rowsOf(r.line.events);
    expect(branch.filter((e) => e.at < 9000)).toEqual(all.filter((e) => e.at < 9000));
    expect(branch.length).toBeLessThan(all.length);
    expect(r.bringBack()).toBe(true);
    expect(rowsOf(r.line.events)).toEqual(all);
  });

  test('redispatches know datagram, connection and both threads', () => {
    const rows = rowsOf(rebound().line.events);
    const sent = rows.filter((e) => e.kind === EV.REDISPATCH);
    expect(sent.length).toBeGreaterThan(0);
    for (const e of sent) {
      expect(many.datagrams.conn[e.dgram]).toBe(e.conn);
      expect(e.other).not.toBe(e.tid);
    }
  });
});

describe('a view', () => {
  const anyOf = fc.record(
    {
      kinds: fc.array(fc.constantFrom(...Object.values(EV)), { maxLength: 4 }),
      points: fc.array(fc.nat(120), { maxLength: 6 }),
      tids: fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 3 }),
      conns: fc.array(fc.integer({ min: -1, max: 19 }), { maxLength: 4 }),
      dgrams: fc.array(fc.integer({ min: -1, max: 100 }), { maxLength: 9 }),
    },
    { requiredKeys: [] },
  );
  const filters = fc.record(
    {
      all: fc.array(anyOf, { maxLength: 3 }),
      always: fc.array(fc.constantFrom(EV.COMMIT, EV.REDISPATCH)),
      from: fc.nat(19_500),
      to: fc.nat(19_500),
    },
    { requiredKeys: ['all'] },
  );
  const fits = (any: AnyOf, e: EventRow): boolean =>
    (any.kinds?.includes(e.kind as never) ?? false) ||
    ((any.points?.includes(e.a) ?? false) && e.kind === EV.TRACE) ||
    (any.tids?.includes(e.tid) ?? false) ||
    (any.conns?.includes(e.conn) ?? false) ||
    (any.dgrams?.includes(e.dgram) ?? false);

  test('finds what its filter says and nothing else, also while the line grows', () => {
    const source = rebound();
    const all = rowsOf(source.line.events);
    fc.assert(
      fc.property(filters, fc.nat(19_500), (filter: EventFilter, cut) => {
        const growing = source.line.events.slice(0, source.line.events.firstAt(cut));
        const view = new EventView(filter, growing).catchUp();
        const rest = source.line.events.firstAt(cut);
        const numbers = Array.from({ length: source.line.events.length - rest }, (_, i) => rest + i);
        growing.append(source.line.events.rows(numbers));
        view.catchUp();
        const expected = all.flatMap((e, i) => {
          if (e.at < (filter.from ?? 0) || e.at >= (filter.to ?? Number.POSITIVE_INFINITY)) return [];
          const passes = filter.always?.includes(e.kind) || filter.all.every((any) => fits(any, e));
          return passes ? [i] : [];
        });
        expect([...view.numbers(0, view.length)]).toEqual(expected);
        expect(view.before(9000)).toBe(expected.filter((i) => all[i]!.at < 9000).length);
        const spread = view.spread(7, 19_500);
        expect(spread.reduce((a, b) => a + b, 0)).toBe(expected.length);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a named position', () => {
  test('reads back as it was written', () => {
    const event = fc.record({
      kind: fc.constant('event' as const),
      conn: fc.constantFrom('', 'A', 'F', 'AB'),
      dgram: fc.constantFrom('', '33', '7′'),
      event: fc.constantFrom(...EVENT_NAMES),
      nth: fc.oneof(fc.integer({ min: 1, max: 99 }), fc.constant(-1)),
      steps: fc.integer({ min: -50, max: 50 }),
    });
    fc.assert(
      fc.property(event, (named) => {
        expect(parseNamed(namedText(named))).toEqual(named);
      }),
    );
    expect(parseNamed('start')).toEqual({ kind: 'start' });
    expect(parseNamed('@55.85')).toEqual({ kind: 'time', ms: 55.85 });
    expect(parseNamed('8105')).toEqual({ kind: 'step', at: 8105 });
    expect(parseNamed('A.commit-1')).toMatchObject({ conn: 'A', event: 'commit', nth: 1, steps: -1 });
    for (const wrong of ['', 'A', 'commit.0', 'A.commit.', 'a.commit', 'A.33', '@', '-4', 'A.comit', '8 105'])
      expect(parseNamed(wrong)).toBeNull();
  });

  test('is the first from which the event is seen, counted from the start', () => {
    const r = rebound();
    const { line, machine } = r;
    const all = rowsOf(line.events);
    const at = (text: string, start: number): number =>
      positionOf(
        parseNamed(text)!,
        line,
        start,
        (no) => dgramNamed(machine.W, no),
        () => -1,
      );
    const commits = all.filter((e) => e.kind === EV.COMMIT && e.conn === 0);
    expect(commits.length).toBeGreaterThan(1);
    expect(at('A.commit', 0)).toBe(commits[0]!.at + 1);
    expect(at('A.commit', commits[0]!.at + 1)).toBe(commits[1]!.at + 1);
    expect(at('A.commit.-1', 0)).toBe(commits.at(-1)!.at + 1);
    expect(at('A.commit.-1+5', 0)).toBe(commits.at(-1)!.at + 6);
    expect(at('A.commit.999', 0)).toBe(-1);
    expect([at('start', 40), at('end', 40), at('99999999', 0)]).toEqual([40, line.end, -1]);
    const handled = all.find((e) => e.kind === EV.HANDLED && e.at > 9000)!;
    expect(at(`${handled.dgram + 1}.handled`, 0)).toBe(handled.at + 1);
    // It can be seen there, and not one before.
    const ownerAt = (happened: number): number | undefined => {
      r.seek(happened);
      return new Map(machine.owners()).get(0);
    };
    // A thread may be told to rebind to itself.
    const moves = commits.filter((c) => ownerAt(c.at) !== ownerAt(c.at + 1));
    expect(moves.length).toBeGreaterThan(0);
    expect(moves.every((c) => ownerAt(c.at - 1) === ownerAt(c.at))).toBe(true);
  });

  test('by time is the first position at which the present is there', () => {
    const r = rebound();
    const reader = new RowReader(r.machine, new Int32Array(r.machine.m.w.length));
    const at = reader.moment(r.line, (p) => positionAtMs(p, r.line, 20));
    r.seek(at);
    expect(r.machine.now()).toBeGreaterThanOrEqual(20 * NS_PER_MS);
    r.seek(at - 1);
    expect(r.machine.now()).toBeLessThan(20 * NS_PER_MS);
    expect(reader.moment(r.line, (p) => positionAtMs(p, r.line, 1e9))).toBe(-1);
  });
});

test('a row has a word for each column', () => {
  expect(new Set(COLUMNS).size).toBe(COLUMNS.length);
});
