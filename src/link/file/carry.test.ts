/** A moment that another edition saved: its memory is carried over by name, and goes on as if it had been frozen here. */
import { describe, expect, test } from 'vitest';
import type { AnyProcedure } from '../../haproxy/step/proc.ts';
import type { Frozen } from '../../scenario/frozen.ts';
import { dataOf, machineOf, OPTIONS } from '../../scenario/testing/worlds.ts';
import { plainMoment } from '../moment.ts';
import { decodeFrozen } from './index.ts';
import { edition, type Otherwise } from './testing/editions.ts';

type Options = Partial<Frozen['begin']['options']>;

/** Files of another edition after so many happenings of a capture. */
async function saved(other: Otherwise, capture: string, options: Options, stops: readonly number[]) {
  const there = await edition(other);
  const data = there.dataOf(capture);
  const x = there.machineOf(data, options);
  const files: { at: number; file: Uint8Array }[] = [];
  for (const at of stops) {
    x.run(at - x.happened);
    const frozen: Frozen = {
      why: 'asked',
      begin: {
        data,
        options: { ...OPTIONS, ...options },
        moment: null,
        image: { words: x.m.w.slice(), ms: 1 },
      },
      past: [],
    };
    files.push({ at: x.happened, file: await there.encodeFrozen(frozen) });
  }
  return files;
}

/** Every struct has a word in front, one in the middle, and its other fields backwards. */
const moved: Otherwise = {
  fields: (struct, fields) => {
    // How these begin is known to the code that walks them.
    if (['ebmb_node', 'eb_root', 'word', 'ring_entry'].includes(struct)) return fields;
    if (struct === 'quic_connection_id') return [fields[0]!, ...fields.slice(1).reverse()];
    if (struct === 'quic_cid_tree') return fields.reverse();
    // Parts of one kind follow one another: a level is so many of them on.
    let half = fields.length >> 1;
    while (fields[half]?.[1].kind === 'part') half++;
    const word = fields.find(([, f]) => f.words === 1 && f.kind === 'word');
    const raw = { kind: 'raw', words: 1, hash: 0 } as const;
    return word ? [['front', raw], ...fields.slice(half), ['middle', raw], ...fields.slice(0, half)] : fields;
  },
};

/** The first is no callback's: its id stands for none. */
const backwards = ([first, ...all]: AnyProcedure[]): AnyProcedure[] => [first!, ...all.reverse()];

const EDITIONS = {
  'fields elsewhere': moved,
  'locals in another order': { locals: (_, names) => names.reverse() },
  'procedures in another order': { procedures: backwards },
  'all of it': { ...moved, locals: (_, names) => names.reverse(), procedures: backwards },
} satisfies Record<string, Otherwise>;

describe('the same words as here, wherever it stood', () => {
  test.each([
    ['fields elsewhere', 'v07', {}],
    ['locals in another order', 'v07', {}],
    ['procedures in another order', 'v07', {}],
    ['all of it', 'v07', {}],
    ['all of it', 'v03', { revision: 'newest', ringSize: 5 }],
    ['all of it', 'v01', { socketOwner: 'connection', revision: '95f624540' }],
  ] as const)('%s, %s %o', async (name, capture, options) => {
    const stops = Array.from({ length: 20 }, (_, i) => 41 + i * 249);
    const here = machineOf(dataOf(capture), options);
    for (const { at, file } of await saved(EDITIONS[name], capture, options, stops)) {
      here.run(at - here.happened);
      const { frozen, carried } = await decodeFrozen(file);
      expect(carried).toBe(true);
      const { words } = frozen.begin.image;
      const differ = [...words.keys()].filter((i) => words[i] !== here.m.w[i]);
      expect(differ, `after ${at}`).toEqual([]);
    }
  });
});

test('with choices made since: the hash of their end says nothing where the words are others', async () => {
  const there = await edition(EDITIONS['all of it']);
  const data = there.dataOf('v07');
  const x = there.machineOf(data);
  x.run(2000);
  const image = { words: x.m.w.slice(), ms: 1 };
  const begin = { data, options: OPTIONS, moment: null, image };
  const here = {
    ...plainMoment(),
    options: OPTIONS,
    fingerprint: x.P.fingerprint,
    departures: [{ at: 3, choice: { kind: 'hold' as const, tid: 1 } }],
    end: 10,
    playhead: { at: 10, undone: 0, hash: '0123456789abcdef' },
  };
  const file = await there.encodeFrozen({ why: 'asked', begin, past: [] }, here);
  const same = await there.decodeFrozen(file);
  expect([same.carried, same.here]).toEqual([false, here]);
  const other = await decodeFrozen(file);
  expect(other.carried).toBe(true);
  expect(other.here).toEqual({ ...here, playhead: { at: 10, undone: 0 } });
});
