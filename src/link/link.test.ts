/** Links: whatever a moment is, its text leads back to it; whatever a text is, something is said and nothing breaks. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIXES } from '../haproxy/revisions.ts';
import type { Anchor } from '../machine/anchor.ts';
import { type Choice, happens } from '../machine/choice.ts';
import { toBase64 } from './base64.ts';
import { check, Writer } from './bytes.ts';
import {
  decodeMoment,
  encodeMoment,
  type LinkDeparture,
  type LinkScenario,
  type LinkTrace,
  type Moment,
  plainMoment,
} from './index.ts';
import { MOST_LEVEL, TRACE_EVENTS, wholeTrace } from './trace.ts';

const whole = (max: number, min = 0): fc.Arbitrary<number> => fc.integer({ min, max });
const word = fc.string({ minLength: 1, maxLength: 12 }).filter((s) => !s.includes('\n'));
const hexOf = (n: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: n, maxLength: n }).map((b) => Buffer.from(b).toString('hex'));

const tid = whole(63);
const dgram = whole(200_000);
const conn = whole(20_000);
const choice: fc.Arbitrary<Choice> = fc.oneof(
  fc.record({ kind: fc.constant('step' as const), tid }),
  fc.record({ kind: fc.constant('deliver' as const), dgram }),
  fc.record({ kind: fc.constant('deliver' as const), dgram, fd: whole(100), tid }),
  fc.record({ kind: fc.constantFrom('keep-back', 'drop', 'duplicate'), dgram }),
  fc.record({ kind: fc.constant('reorder' as const), dgram, after: dgram }),
  fc.record({ kind: fc.constantFrom('expire', 'hold', 'release'), tid }),
  fc.record({ kind: fc.constant('expire-timer' as const), conn, timer: fc.constantFrom('idle', 'loss') }),
  fc.record({ kind: fc.constant('fail-allocation' as const), n: whole(9) }),
  fc.record({ kind: fc.constant('fail-socket' as const), n: whole(9) }),
  fc.record({ kind: fc.constant('rebind' as const), conn, tid }),
  fc.record({ kind: fc.constant('accept-target' as const), tid: whole(63, -1), conn: whole(100, -1) }),
  fc.record({ kind: fc.constant('gate' as const), on: fc.boolean() }),
  fc.record({ kind: fc.constant('close' as const), conn }),
  fc.record({ kind: fc.constant('show-quic' as const), tid, all: fc.boolean() }),
) as fc.Arbitrary<Choice>;

const anchor: fc.Arbitrary<Anchor> = fc.oneof(
  fc.record({ kind: fc.constant('step' as const), tid, proc: word, label: word, nth: whole(1e6, 1) }),
  fc.record({ kind: fc.constant('arrival' as const), dgram }),
);

const scenario: fc.Arbitrary<LinkScenario> = fc.oneof(
  fc.record({ kind: fc.constant('sample' as const), id: word }),
  fc.record({
    kind: fc.constant('world' as const),
    world: word,
    fixed: fc.boolean(),
    bounds: fc.record({ threads: whole(64), rebinds: whole(9), ringSize: whole(1023) }, { requiredKeys: [] }),
  }),
  fc.record(
    {
      kind: fc.constant('capture' as const),
      sha256: hexOf(32),
      name: word,
      withKeys: fc.boolean(),
      server: fc.constantFrom('198.51.100.1:443', '[2001:db8::1]:8443', '[::ffff:203.0.113.255]:65535'),
    },
    { requiredKeys: ['kind', 'sha256', 'name', 'withKeys'] },
  ),
);

const several = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.uniqueArray(of, { maxLength: 5 });
const trace: fc.Arbitrary<LinkTrace> = fc.record({
  words: fc.constantFrom('', 'retrieve', 'A 7ca4', 'ünder'),
  conns: several(whole(20_000, -1)),
  tids: several(tid),
  events: several(fc.constantFrom(...TRACE_EVENTS)),
  level: whole(MOST_LEVEL),
  each: fc.boolean(),
});
const isWhole = (t: LinkTrace): boolean => JSON.stringify(t) === JSON.stringify(wholeTrace());

const moment: fc.Arbitrary<Moment> = fc
  .record({
    scenario,
    options: fc.record(
      {
        threads: whole(64, 1),
        revision: word,
        without: fc.array(word, { minLength: 1, maxLength: 4 }),
        mutations: fc.array(word, { minLength: 1, maxLength: 4 }),
        ideas: fc.array(word, { minLength: 1, maxLength: 4 }),
        rejects: fc.constant(true as const),
        earlyData: fc.constant(true as const),
        ownFdTables: fc.constant(true as const),
        socketOwner: fc.constantFrom('listener' as const, 'connection' as const),
        withholdPostHandshake: fc.boolean(),
        maxconn: whole(3, 1),
        ringSize: whole(1023, 2),
        maxPollEvents: whole(200, 1),
      },
      { requiredKeys: ['threads', 'revision', 'socketOwner', 'withholdPostHandshake'] },
    ),
    fingerprint: fc.oneof(hexOf(4), fc.constant('')),
    chosen: fc.array(fc.record({ gap: whole(1e6), choice, anchor: fc.option(anchor, { nil: undefined }) }), {
      maxLength: 40,
    }),
    further: whole(1e6),
    back: whole(1e6),
    hash: fc.option(hexOf(8), { nil: undefined }),
    name: fc.constantFrom('', 'T2 passes 33 on', 'Überholt: 33 → T0'),
    playheadAnchor: fc.option(anchor, { nil: undefined }),
    view: fc.record(
      {
        selected: whole(1000, -1),
        panel: fc.constantFrom('', 'trace', 'show'),
        tab: fc.constantFrom('', 'program'),
        mode: fc.constantFrom('step' as const, 'live' as const),
        trace: trace.filter((t) => !isWhole(t)),
        find: fc.constantFrom('A commit', '7ca4', 'retrieve'),
      },
      { requiredKeys: ['selected', 'panel', 'tab', 'mode'] },
    ),
  })
  .map(({ chosen, further, back, playheadAnchor, hash, name, ...rest }) => {
    const departures: LinkDeparture[] = [];
    let before = 0;
    for (const c of chosen) {
      const at = before + c.gap;
      departures.push({ at, choice: c.choice, ...(c.anchor ? { anchor: c.anchor } : {}) });
      before = at + (happens(c.choice) ? 1 : 0);
    }
    const end = before + further;
    const at = Math.max(0, end - back);
    const anchored = playheadAnchor ? { anchor: playheadAnchor } : {};
    const playhead = { at, undone: 0, ...anchored, ...(hash ? { hash } : {}) };
    return { ...rest, departures, end, playhead, ...(name ? { name } : {}) };
  });

/** Fields that a reader may not give any other type than the moment's. */
function soundOrThrow(m: Moment): void {
  expect(m.options.threads).toBeGreaterThanOrEqual(1);
  expect(m.options.threads).toBeLessThanOrEqual(64);
  expect(['listener', 'connection']).toContain(m.options.socketOwner);
  let before = 0;
  for (const d of m.departures) {
    expect(d.at).toBeGreaterThanOrEqual(before);
    before = d.at + (happens(d.choice) ? 1 : 0);
  }
  expect(m.end).toBeGreaterThanOrEqual(before);
  expect(m.playhead.at).toBeLessThanOrEqual(m.end);
}

describe('a moment', () => {
  test('leads back to itself, whatever it is', () => {
    fc.assert(
      fc.property(moment, (m) => {
        const text = encodeMoment(m);
        expect(text).toMatch(/^1[A-Za-z0-9_-]*$/);
        expect(decodeMoment(text)).toEqual({ moment: m, notes: [] });
      }),
    );
  });

  test('taken back choices are counted', () => {
    const m: Moment = {
      ...plainMoment(),
      scenario: { kind: 'sample', id: 'six' },
      departures: [
        { at: 7, choice: { kind: 'hold', tid: 1 } },
        { at: 7, choice: { kind: 'gate', on: false } },
      ],
      end: 9,
      playhead: { at: 7, undone: 2 },
    };
    expect(decodeMoment(encodeMoment(m)).moment).toEqual(m);
  });
});

describe('the name of a moment', () => {
  const six: Moment = { ...plainMoment(), scenario: { kind: 'sample', id: 'six' } };

  test('is cut to what a link has room for, by whole characters', () => {
    const { moment: m, notes } = decodeMoment(encodeMoment({ ...six, name: '→'.repeat(120) }));
    expect(notes).toEqual([]);
    expect(m.name).toBe('→'.repeat(66));
  });

  test('is not there when nothing was given, and costs a link nothing then', () => {
    expect(encodeMoment({ ...six, name: '  ' })).toBe(encodeMoment(six));
  });

  test('is shown as text that can be seen', () => {
    const turned = decodeMoment(encodeMoment({ ...six, name: 'a\u202egnp.exe' })).moment.name!;
    expect(turned).not.toContain('\u202e');
  });
});

describe('the filter of the trace', () => {
  const six = new Writer().byte(1).text('six').done();
  /** A link with these fields of the filter. */
  const linkOf = (fields: [id: number, body: Writer][]): string => {
    const filter = new Writer();
    for (const [id, body] of fields) filter.byte(id).num(body.done().length).bytes(body.done());
    const w = new Writer().byte(1).num(six.length).bytes(six);
    const body = w.byte(8).num(filter.done().length).bytes(filter.done()).done();
    const sum = check(body);
    const whole = new Writer()
      .bytes(body)
      .byte(sum >> 8)
      .byte(sum);
    return `1${toBase64(whole.done())}`;
  };
  const num = (...values: number[]): Writer => values.reduce((w, v) => w.num(v), new Writer());

  test.each([
    ['a field', [99, num(7)], 'it asks for something that this page does not know'],
    ['a thread', [3, num(64)], "it asks for a thread that can't be"],
    ['a level', [5, num(9)], 'there is no level 9'],
    ['words', [1, num(30)], 'it ends too early'],
  ] as [string, [number, Writer], string][])('%s that is wrong fails alone', (_, field, why) => {
    const { moment: m, notes } = decodeMoment(linkOf([[2, num(0, 3)], field, [6, num()]]));
    expect(m.scenario).toEqual({ kind: 'sample', id: 'six' });
    expect(m.view.trace).toEqual({ ...wholeTrace(), conns: [-1, 2], each: true });
    expect(notes).toEqual([`Of the link, the filter of the trace could not be read whole: ${why}.`]);
  });

  test('of its events those that are known are kept', () => {
    const { moment: m, notes } = decodeMoment(linkOf([[4, num(0, 200, 1)]]));
    expect(m.view.trace!.events).toEqual(['commit', 'redispatch']);
    expect(notes).toHaveLength(1);
  });
});

describe('“newest”', () => {
  test('is kept as what it is today', () => {
    const m = plainMoment();
    const kept = decodeMoment(encodeMoment({ ...m, options: { ...m.options, revision: 'newest' } })).moment;
    expect(kept.options.revision).toBe(FIXES.at(-1)!.id);
  });

  test('in a link that says so means what it meant then', () => {
    const json = JSON.stringify({ scenario: 'six', options: { revision: 'newest' } });
    const { moment: m } = decodeMoment(`0${toBase64(new TextEncoder().encode(json))}`);
    expect(m.options.revision).toBe('7cab3a3c3');
  });
});

describe('a text from anywhere', () => {
  test('is answered with notes, never with an exception', () => {
    const urlish = fc.string({ unit: fc.constantFrom(...'ABCXYZabcxyz0189-_') });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          urlish.map((s) => `1${s}`),
          urlish.map((s) => `0${s}`),
        ),
        (text) => {
          const { moment: m, notes } = decodeMoment(text);
          expect(notes.length).toBeGreaterThan(0);
          soundOrThrow(m);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('that was a link and was changed somewhere is said to be damaged, and what is kept is sound', () => {
    fc.assert(
      fc.property(moment, fc.nat(), fc.constantFrom('cut', 'change'), (m, where, how) => {
        const text = encodeMoment(m);
        const at = 1 + (where % (text.length - 1));
        const other = text[at] === 'A' ? 'B' : 'A';
        const bad = how === 'cut' ? text.slice(0, at) : text.slice(0, at) + other + text.slice(at + 1);
        const { moment: kept, notes } = decodeMoment(bad);
        soundOrThrow(kept);
        // The last character may hold spare bits only; every other change is seen.
        if (at < text.length - 1) expect(notes.length).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });

  test('names the part that can’t be honoured and keeps the others', () => {
    const m: Moment = {
      ...plainMoment(),
      scenario: { kind: 'sample', id: 'six' },
      departures: [{ at: 5, choice: { kind: 'hold', tid: 2 } }],
      end: 30,
      playhead: { at: 20, undone: 0 },
    };
    const { moment: kept, notes } = decodeMoment(
      encodeMoment({ ...m, options: { ...m.options, threads: 99 } }),
    );
    expect(notes).toEqual(["Of the link, the options could not be read whole: there can't be 99 threads."]);
    expect(kept).toEqual(m);
  });

  test.each(['0M0', '0e30', '1AAA'])('that says nothing is told so: %s', (text) => {
    expect(decodeMoment(text)).toEqual({
      moment: plainMoment(),
      notes: ['The link does not say where to begin.'],
    });
  });

  test('of a format to come is named', () => {
    expect(decodeMoment('2AAAA').notes).toEqual(['The link has format 2; this page knows formats up to 1.']);
  });
});

describe('format 0, a schedule as JSON', () => {
  const json = (v: unknown): string => `0${toBase64(new TextEncoder().encode(JSON.stringify(v)))}`;
  // Written down once, never to be made anew: links of this format exist outside.
  const fixture =
    '0eyJzY2VuYXJpbyI6InNpeCIsIm9wdGlvbnMiOnsidGhyZWFkcyI6NCwicmV2aXNpb24iOiJmaW5hbGl6ZWQiLCJzb2NrZXRPd25lciI6Imxpc3RlbmVyIiwid2l0aGhvbGRQb3N0SGFuZHNoYWtlIjp0cnVlfSwiZGVwYXJ0dXJlcyI6W3siYXQiOjEyLCJjaG9pY2UiOnsia2luZCI6ImhvbGQiLCJ0aWQiOjJ9fSx7ImF0IjoxMywiY2hvaWNlIjp7ImtpbmQiOiJzdGVwIiwidGlkIjoxfX1dLCJlbmQiOjQwfQ';

  test('is brought up to the present one', () => {
    const { moment: m, notes } = decodeMoment(fixture);
    expect(notes).toEqual([]);
    expect(m).toEqual({
      ...plainMoment(),
      scenario: { kind: 'sample', id: 'six' },
      departures: [
        { at: 12, choice: { kind: 'hold', tid: 2 } },
        { at: 13, choice: { kind: 'step', tid: 1 } },
      ],
      end: 40,
      playhead: { at: 40, undone: 0 },
    });
    expect(decodeMoment(encodeMoment(m))).toEqual({ moment: m, notes: [] });
  });

  test('keeps what comes before a choice that is none', () => {
    const { moment: m, notes } = decodeMoment(
      json({
        scenario: 'one',
        departures: [
          { at: 3, choice: { kind: 'gate', on: true } },
          { at: 4, choice: { kind: 'fly' } },
        ],
      }),
    );
    expect(m.departures).toEqual([{ at: 3, choice: { kind: 'gate', on: true } }]);
    expect(notes).toEqual([
      'Of the link, the choices could not be read whole: it holds a choice of an unknown kind.',
    ]);
  });

  test.each<[string, unknown]>([
    ['an object for a number of threads', { options: { threads: { toString: 1 } } }],
    ['an object for a thread', { departures: [{ at: 1, choice: { kind: 'hold', tid: { valueOf: 1 } } }] }],
    ['a text for a thread', { departures: [{ at: 1, choice: { kind: 'hold', tid: '1' } }] }],
    [
      'an object for a timer',
      { departures: [{ at: 1, choice: { kind: 'expire-timer', conn: 0, timer: {} } }] },
    ],
    ['an object for a kind', { departures: [{ at: 1, choice: { kind: { toString: 1 } } }] }],
    ['lists for everything', { scenario: [], options: [], departures: [[]], end: [9] }],
  ])('numbers are numbers: %s is named, and no choice', (_, raw) => {
    const { moment: m, notes } = decodeMoment(json({ scenario: 'six', ...(raw as object) }));
    expect(notes.length).toBeGreaterThan(0);
    expect(m.departures).toEqual([]);
    expect(m.options.threads).toBe(4);
  });

  test.each([33, 60_000])('nests %i deep are not walked', (deep) => {
    const bytes = new TextEncoder().encode(
      `{"departures":[{"at":1,"choice":{"kind":"hold","tid":${'['.repeat(deep)}${']'.repeat(deep)}}}]}`,
    );
    expect(decodeMoment(`0${toBase64(bytes)}`).notes).toEqual([
      'The link is damaged or cut short; nothing of it could be read.',
    ]);
  });
});

describe('what is said of a link', () => {
  test('a part that is not known, ten thousand times, is one line', () => {
    const parts = new Uint8Array(20_000);
    for (let i = 0; i < parts.length; i += 2) parts[i] = 99;
    const { notes } = decodeMoment(`1${toBase64(parts)}`);
    expect(notes).toContain('The link has a part that this page does not know. (9,999 more like it)');
    expect(notes.length).toBeLessThan(5);
  });

  test('characters that turn a text around are shown', () => {
    const m: Moment = {
      ...plainMoment(),
      scenario: { kind: 'capture', sha256: '00'.repeat(32), name: '\u202efdp.pacp', withKeys: false },
    };
    const { scenario } = decodeMoment(encodeMoment(m)).moment;
    expect(scenario).toMatchObject({ name: '‹U+202E›fdp.pacp' });
  });
});

test('two thread groups are in the link, and a link of one is what it was', () => {
  const one = plainMoment();
  const two: Moment = { ...one, options: { ...one.options, threadGroups: 2 } };
  expect(decodeMoment(encodeMoment(two)).moment.options).toEqual(two.options);
  expect(encodeMoment(two).length).toBeGreaterThan(encodeMoment(one).length);
  // Of one thread there are no two groups.
  const odd: Moment = { ...two, options: { ...two.options, threads: 1 } };
  expect(decodeMoment(encodeMoment(odd)).notes.join(' ')).toContain('2 thread groups');
});
