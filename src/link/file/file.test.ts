/** The file of a frozen moment: it leads back to the same moment, and whatever else is opened ends in a sentence. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findRevision } from '../../haproxy/revisions.ts';
import { EV } from '../../haproxy/step/events.ts';
import type { Frozen } from '../../scenario/frozen.ts';
import { shared } from '../../scenario/share.ts';
import { dataOf, machineOf, OPTIONS } from '../../scenario/testing/worlds.ts';
import { plainMoment } from '../moment.ts';
import { FILE_FORMAT, MAGIC, PREAMBLE } from './format.ts';
import { decodeFrozen, encodeFrozen, FileProblem, looksFrozen } from './index.ts';
import { pack, Unpacking } from './zip.ts';

const STEPS = 2000;

/** A moment in the middle of a capture, as a freeze leaves one. */
function frozenAt(capture: string, more: Partial<Frozen['begin']['options']> = {}): Frozen {
  const data = dataOf(capture);
  const options = { ...OPTIONS, ...more };
  const x = machineOf(data, options);
  x.run(STEPS);
  return {
    why: 'asked',
    begin: { data, options, moment: null, image: { words: x.m.w.slice(), ms: 1234.5 } },
    past: [
      { tid: 0, ms: 1200, us: 5, kind: EV.HANDLED, conn: 0, a: 7, b: 0 },
      { tid: 2, ms: 1201, us: 900, kind: EV.COMMIT, conn: -1, a: 2, b: -3 },
    ],
  };
}

/** The moment's hash after so many more steps. */
function hashAfter(frozen: Frozen, steps: number): string {
  const x = machineOf(frozen.begin.data, frozen.begin.options);
  const { words } = frozen.begin.image;
  const { base } = x.W.events;
  x.m.w.set(words.subarray(0, base));
  x.run(steps);
  return x.hash();
}

const frozen = frozenAt('v07');
const file = await encodeFrozen(frozen);

describe('a round trip', () => {
  // One with keys and scripted sends, one with a Retry and QUIC version 2, one whose sockets are its own.
  test.each([
    ['v07', {}],
    ['v03', { revision: '7cab3a3c3', ringSize: 5, maxPollEvents: 7 }],
    ['v01', { socketOwner: 'connection', withholdPostHandshake: false, threads: 3 }],
  ] as const)('of %s %o: the same state, and the same after 5000 steps more', async (capture, more) => {
    const was = frozenAt(capture, more);
    const { frozen: is, here, carried } = await decodeFrozen(await encodeFrozen(was));
    expect([here, carried]).toEqual([null, false]);
    const { words, ms } = is.begin.image;
    expect(words).toEqual(was.begin.image.words.subarray(0, words.length));
    expect(ms).toBe(1234.5);
    expect({ ...is, begin: null }).toEqual({ ...was, begin: null });
    expect(is.begin.data).toEqual(was.begin.data);
    expect(is.begin.options).toEqual(was.begin.options);
    for (const steps of [0, 5000]) expect(hashAfter(is, steps)).toBe(hashAfter(was, steps));
  });

  test('with the choices made since, and from shared memory', async () => {
    const here = {
      ...plainMoment(),
      options: OPTIONS,
      fingerprint: '0badcafe',
      departures: [{ at: 12, choice: { kind: 'hold' as const, tid: 1 } }],
      end: 90,
      playhead: { at: 80, undone: 0, hash: '0123456789abcdef' },
      view: { selected: 1, panel: 'trace', tab: 'program', mode: 'step' as const },
    };
    const begin = { ...frozen.begin, data: shared(frozen.begin.data) };
    const opened = await decodeFrozen(await encodeFrozen({ ...frozen, begin }, here));
    expect(opened.here).toEqual(here);
    expect(opened.frozen.begin.data).toEqual(frozen.begin.data);
  });

  test('sends that connections share are written once', async () => {
    const { data: was } = frozen.begin;
    const [first] = was.conns;
    const data = { ...was, conns: was.conns.map((c) => ({ ...c, sends: first!.sends })) };
    const image = { words: machineOf(data).m.w.slice(), ms: 0 };
    const many = { ...frozen, begin: { ...frozen.begin, data, image } };
    const { conns } = (await decodeFrozen(await encodeFrozen(many))).frozen.begin.data;
    expect(conns.every((c) => c.sends === conns[0]!.sends)).toBe(true);
  });
});

/** What is said of a file; fails when it is opened, or when anything but a sentence comes of it. */
async function problem(bytes: Uint8Array): Promise<string> {
  const said = await decodeFrozen(bytes).then(
    () => 'opened',
    (e: unknown) => e,
  );
  if (!(said instanceof FileProblem)) throw new Error(`not refused: ${String(said)}`);
  expect(said.message).toMatch(/^[A-Z].*\.$/);
  return said.message;
}

/** The file with another inside, packed anew so that its checksum fits. */
async function resealed(change: (body: Uint8Array) => Uint8Array): Promise<Uint8Array> {
  const size = new DataView(file.buffer).getUint32(16, true);
  const body = change(await new Unpacking(file.subarray(PREAMBLE)).take(size));
  const packed = await pack([body]);
  const out = new Uint8Array(PREAMBLE + packed.length);
  out.set(file.subarray(0, PREAMBLE));
  const view = new DataView(out.buffer);
  view.setUint32(12, packed.length, true);
  view.setUint32(16, body.length, true);
  out.set(packed, PREAMBLE);
  return out;
}

type Head = Record<string, unknown> & { data: Record<string, unknown> };

/** Another head: with these fields of its data. */
const data =
  (part: Record<string, unknown>) =>
  (h: Head): Head => ({ ...h, data: { ...h.data, ...part } });

/** A list of the data with another value in its first entry. */
function first(h: Head, name: string, at: number, value: unknown): unknown[] {
  const [entry, ...more] = h.data[name] as unknown[][];
  return [entry!.with(at, value), ...more];
}

/** The file with another head, and its rest changed. */
function withHead(change: (head: Head) => Head, inside = (_: Uint8Array): void => {}): Promise<Uint8Array> {
  return resealed((body) => {
    const length = new DataView(body.buffer).getUint32(0, true);
    const head = JSON.parse(new TextDecoder().decode(body.subarray(4, 4 + length))) as Head;
    const other = new TextEncoder().encode(JSON.stringify(change(head)));
    const rest = body.slice(4 + length);
    inside(rest);
    const out = new Uint8Array(4 + other.length + rest.length);
    new DataView(out.buffer).setUint32(0, other.length, true);
    out.set(other, 4);
    out.set(rest, 4 + other.length);
    return out;
  });
}

describe('what is wrong is said', () => {
  test('another file, another format, a file cut short, with more in it, damaged', async () => {
    expect(looksFrozen(file)).toBe(true);
    expect(await problem(new TextEncoder().encode('CLIENT_RANDOM 00 00'))).toBe(
      'This is no moment that was saved by Rebind.',
    );
    const other = file.slice();
    other[8] = FILE_FORMAT + 1;
    expect(await problem(other)).toBe(
      `The file has format ${FILE_FORMAT + 1}; here formats up to ${FILE_FORMAT} are known.`,
    );
    expect(await problem(file.subarray(0, file.length - 1))).toBe('The file is cut short.');
    expect(await problem(Uint8Array.from([...file, 0]))).toContain('its lengths do not fit');
    const flipped = file.slice();
    flipped[file.length >> 1]! ^= 4;
    expect(await problem(flipped)).toContain('does not fit its checksum');
  });

  test('another program: which revision, which edition', async () => {
    const foreign = await withHead((h) => ({ ...h, program: '0badcafe', edition: null }));
    expect(await problem(foreign)).toMatch(
      /cannot be carried over to this one: of revision “[^”]+” as edition 0badcafe has it nothing is known but that/,
    );
    const later = await withHead((h) => ({
      ...h,
      options: { ...(h.options as object), revision: 'later' },
      revision: 'later',
    }));
    expect(await problem(later)).toContain('revision “later”, which is not known here');
    expect(await problem(await withHead((h) => ({ ...h, layout: '00000000', edition: {} })))).toContain(
      'the table of its memory',
    );
  });

  test('a revision that was the newest then stays the one that it was', async () => {
    const then = await withHead((h) => ({ ...h, options: { ...(h.options as object), revision: 'newest' } }));
    const { frozen: is, carried } = await decodeFrozen(then);
    expect(carried).toBe(false);
    expect(findRevision(is.begin.options.revision)).toBe(findRevision(OPTIONS.revision));
  });

  test('packed by gzip as a whole: cut, damaged, with more behind it, saying that it is large', async () => {
    const packed = await pack([file]);
    expect(await decodeFrozen(packed)).toEqual(await decodeFrozen(file));
    const damaged = 'The file is damaged: what is in it does not fit its checksum.';
    expect(await problem(packed.subarray(0, packed.length - 9))).toBe(damaged);
    expect(await problem(await pack([file, Uint8Array.of(0)]))).toBe(damaged);
    expect(await problem(await pack([saying(9, new Uint8Array(2)).fill(0xff, 12, 16)]))).toBe(
      'The file says that it holds 4294967295 bytes; at most 536870912 are unpacked.',
    );
    expect(await problem(await pack([file.subarray(0, MAGIC.length)]))).toBe(damaged);
    expect(await problem(await pack([packed]))).toBe('This is no moment that was saved by Rebind.');
  });

  /** A file that says it holds `size` bytes. */
  function saying(size: number, packed: Uint8Array): Uint8Array {
    const out = new Uint8Array(PREAMBLE + packed.length);
    out.set([...MAGIC, FILE_FORMAT, 0, 0, 0]);
    const view = new DataView(out.buffer);
    view.setUint32(12, packed.length, true);
    view.setUint32(16, size, true);
    out.set(packed, PREAMBLE);
    return out;
  }

  test('a size that would take much room is refused before room is made', async () => {
    expect(await problem(saying(2 ** 29 + 1, Uint8Array.of(1, 2, 3, 4)))).toBe(
      'The file says that it holds 536870913 bytes; at most 536870912 are unpacked.',
    );
    // Half a gigabyte of nothing in half a megabyte: its head has no bytes, and nothing more is unpacked.
    expect(await problem(saying(4_000_000, await pack([new Uint8Array(4_000_000)])))).toContain('its head');
    const each = 1_048_576;
    const slots = Object.fromEntries(Object.keys(machineOf(frozen.begin.data).W.pools).map((k) => [k, each]));
    const sizes = await withHead(data({ sizes: { connections: each, slots } }));
    expect(await problem(sizes)).toMatch(/it would take \d+ words here instead of \d+/);
    const further = await withHead(data({ count: frozen.begin.data.datagrams.count + 1 }));
    expect(await problem(further)).toContain('the column offset');
    const more = await withHead((h) => ({
      ...h,
      columns: (h.columns as [string, string, number][]).map(([n, t, l]) => [
        n,
        t,
        n === 'bytes' ? l + 1 : l,
      ]),
    }));
    expect(await problem(more)).toContain('its lengths do not fit');
  });

  test('pools in which no world can begin, of another edition', async () => {
    const { pools } = machineOf(frozen.begin.data).W;
    for (const none of Object.keys(pools)) {
      const slots = { ...Object.fromEntries(Object.keys(pools).map((k) => [k, 1])), [none]: 0 };
      const change = data({ sizes: { connections: 1, slots } });
      const small = await withHead((h) => ({ ...change(h), program: '0badcafe' }));
      await problem(small);
    }
  });

  test('a head with lists 60 000 deep in one another', async () => {
    const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`;
    const bytes = new TextEncoder().encode(`{"options":${deep}}`);
    const body = new Uint8Array(4 + bytes.length);
    new DataView(body.buffer).setUint32(0, bytes.length, true);
    body.set(bytes, 4);
    expect(await problem(saying(body.length, await pack([body])))).toContain('its head cannot be read');
  });

  test.each<[string, (h: Head) => Head]>([
    ['the number of threads', (h) => ({ ...h, options: { ...OPTIONS, threads: 65 } })],
    ['words here instead of', data({ count: 1_000_000 })],
    ['connection 0', (h) => data({ conns: first(h, 'conns', 1, 1e6) })(h)],
    ['connection 0', (h) => data({ conns: first(h, 'conns', 5, -1) })(h)],
    ['the list of keys', data({ keys: [] })],
    ['the keys of a connection', (h) => data({ keys: first(h, 'keys', 3, 'abcd') })(h)],
    ['the length of CIDs', data({ cidLength: 21 })],
    ['the list of columns', (h) => ({ ...h, columns: [['nothing', 'u8', 0]] })],
    ['its block has another size', (h) => ({ ...h, columns: [] })],
    [
      'the column frame',
      (h) => ({ ...h, columns: (h.columns as [string][]).filter(([n]) => n !== 'frame') }),
    ],
    ['the column words twice', (h) => ({ ...h, columns: [...(h.columns as []), ['words', 'i32', 0]] })],
    ['the choices made since', (h) => ({ ...h, here: '1?' })],
  ])('%s', async (said, change) => {
    expect(await problem(await withHead(change))).toContain(said);
  });

  test('a thread that stands at no step', async () => {
    const words = frozen.begin.image.words.slice();
    const x = machineOf(frozen.begin.data);
    for (const [at, v] of [
      [x.W.stack(2), -1],
      [x.W.stack(2), x.P.steps.length],
      [x.W.stack(2) + 1, x.W.stack(2)],
    ] as const) {
      const kept = words[at]!;
      words[at] = v;
      const begin = { ...frozen.begin, image: { words, ms: 0 } };
      expect(await problem(await encodeFrozen({ ...frozen, begin }))).toContain('T2 stands at no step');
      words[at] = kept;
    }
  });
});

/** A file from outside is opened or refused with a sentence; nothing else happens. */
async function openedOrRefused(bytes: Uint8Array): Promise<void> {
  await decodeFrozen(bytes).catch((e: unknown) => {
    if (!(e instanceof FileProblem)) throw e;
  });
}

describe('whatever is opened', () => {
  test('every truncation of the beginning, and any further on', async () => {
    for (let n = 0; n < PREAMBLE + 30; n++) await problem(file.subarray(0, n));
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), async (n) => void (await problem(file.subarray(0, n)))),
      { numRuns: 30 },
    );
  });

  test('truncations that say so themselves', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: PREAMBLE, max: file.length - 1 }), async (n) => {
        const cut = file.slice(0, n);
        new DataView(cut.buffer).setUint32(12, n - PREAMBLE, true);
        await problem(cut);
      }),
      { numRuns: 30 },
    );
  });

  test('flipped bits', async () => {
    const bit = fc.oneof(fc.nat(PREAMBLE * 8 + 100), fc.nat(file.length * 8 - 1));
    await fc.assert(
      fc.asyncProperty(fc.array(bit, { minLength: 1, maxLength: 3 }), async (bits) => {
        const other = file.slice();
        for (const b of bits) other[b >> 3]! ^= 1 << (b & 7);
        await openedOrRefused(other);
      }),
      { numRuns: 60 },
    );
  });

  test('any bytes behind the magic', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (b) => {
        await openedOrRefused(Uint8Array.from([...MAGIC, FILE_FORMAT, 0, 0, 0, ...b]));
      }),
      { numRuns: 100 },
    );
  });

  const path = fc.array(fc.nat(), { minLength: 1, maxLength: 6 });

  /** Puts `value` where the path leads in what is under `head`. */
  function put(head: object, path: readonly number[], value: unknown): void {
    let at = head as Record<string, unknown>;
    for (const p of path) {
      const keys = Object.keys(at);
      const key = keys[p % Math.max(1, keys.length)];
      if (key === undefined) return;
      const next = at[key];
      if (typeof next !== 'object' || next === null || p === path.at(-1)) {
        at[key] = value;
        return;
      }
      at = next as Record<string, unknown>;
    }
  }

  test('heads with any value anywhere, the checksum right', async () => {
    await fc.assert(
      fc.asyncProperty(path, fc.jsonValue(), async (path, value) => {
        const other = await withHead((head) => {
          put(head, path, value);
          return head;
        });
        await openedOrRefused(other);
      }),
      { numRuns: 150 },
    );
  });

  test('tables of another edition with any value anywhere, words that lead anywhere', async () => {
    const value = fc.oneof(
      fc.integer(),
      fc.nat(20),
      fc.constantFrom('list', '>any', 'either', 'place'),
      fc.jsonValue(),
    );
    const spots = fc.array(fc.tuple(fc.nat(), fc.integer()), { maxLength: 4 });
    const words = machineOf(frozen.begin.data).W.events.base;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(path, value), { maxLength: 3 }), spots, async (changes, spots) => {
        const other = await withHead(
          (head) => {
            for (const [path, value] of changes) put(head.edition as object, path, value);
            return { ...head, program: '0badcafe' };
          },
          (rest) => {
            const view = new DataView(rest.buffer);
            for (const [at, v] of spots) view.setInt32(4 * (at % words), v, true);
          },
        );
        await openedOrRefused(other);
      }),
      { numRuns: 150 },
    );
  });

  test('bytes changed inside, the checksum right', async () => {
    const spot = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(spot, { minLength: 1, maxLength: 8 }), fc.boolean(), async (spots, early) => {
        const other = await resealed((body) => {
          for (const [at, v] of spots) body[at % (early ? Math.min(body.length, 40_000) : body.length)] = v;
          return body;
        });
        await openedOrRefused(other);
      }),
      { numRuns: 80 },
    );
  });
});
