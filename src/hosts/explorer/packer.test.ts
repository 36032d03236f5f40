/** Packed states lead back to the very words, here and in another worker. */
import { expect, test } from 'vitest';
import type { Explorable } from '../../machine/explorable.ts';
import { museumRun } from '../../scenario/museum/index.ts';
import { Budget } from './budget.ts';
import { ChunkPacker } from './chunk-packer.ts';
import { type Packer, packerFor } from './packer.ts';
import { Toy } from './testing/toy.ts';
import { WordPacker } from './word-packer.ts';

interface Kept {
  words: Buffer;
  a: number;
  b: number;
  packed: Int32Array;
  folded: Int32Array;
}

/** The block without the words that are not part of a state. */
function hashed({ mem }: Explorable): Buffer {
  const { kinds } = mem;
  const w = mem.w.slice();
  for (let i = 0; i < w.length; i++) if (kinds[i] === 0) w[i] = 0;
  return Buffer.from(w.buffer);
}

const large = () => museumRun({ world: 'M19', fixed: true }).explorable;
const small = () => new Toy(3, 12);

test('a block of few words is packed by words, a large one by chunks', () => {
  expect(packerFor(small(), new Budget(1e9))).toBeInstanceOf(WordPacker);
  expect(packerFor(large(), new Budget(1e9))).toBeInstanceOf(ChunkPacker);
});

const CASES: [string, () => Explorable, (x: Explorable) => Packer][] = [
  ['chunks', large, (x) => new ChunkPacker(x, new Budget(1e9))],
  ['words', large, (x) => new WordPacker(x)],
  ['words of a small block', small, (x) => new WordPacker(x)],
  ['chunks of a small block', small, (x) => new ChunkPacker(x, new Budget(1e9))],
];

test.each(CASES)(
  'every state of a walk, level by level, each gone to in its turn, and sent to another worker: %s',
  (_, world, pack) => {
    const [x, other] = [world(), world()];
    const [here, there] = [pack(x), pack(other)];
    x.mem.restart();
    other.mem.restart();
    const codes = new Int32Array(x.maxEnabled);
    const saved = new Int32Array(5);
    const keep = (level: Kept[]): void => {
      const packed = new Int32Array(here.room());
      const sent = new Int32Array(here.sentRoom());
      const more = here.unfold(sent, 0);
      const words = here.pack(packed, 0);
      const folded = new Int32Array(there.foldRoom(more));
      const kept = there.fold(sent, 0, more, folded, 0);
      level.push({
        words: hashed(x),
        a: x.mem.lane(0, false),
        b: x.mem.lane(1, false),
        packed: packed.slice(0, words),
        folded: folded.slice(0, kept),
      });
    };
    /** Goes on for some steps before the state is packed: what they touched outgrows what one does. */
    const goOn = (steps: number, to: Kept[]): void => {
      x.mem.save(saved);
      for (let i = 0; i < steps; i++) {
        const n = x.enabled(codes);
        if (n === 0 || x.broken()) break;
        x.take(codes[(steps + i) % n]!);
      }
      if (!x.broken()) keep(to);
      x.mem.restore(saved);
    };
    let level: Kept[] = [];
    keep(level);
    let seen = 0;
    for (let depth = 0; depth < 40; depth++) {
      const next: Kept[] = [];
      here.turn();
      there.turn();
      level.forEach((s, at) => {
        here.go(s.packed, 0, s.packed.length, s.a, s.b);
        expect(hashed(x).equals(s.words)).toBe(true);
        there.go(s.folded, 0, s.folded.length, s.a, s.b);
        expect(hashed(other).equals(s.words)).toBe(true);
        seen++;
        if (next.length < 30) for (let k = 0; k < 3; k++) goOn(1 + ((7 * at + 13 * k + depth) % 40), next);
      });
      level = next;
    }
    expect(seen).toBeGreaterThan(400);
  },
);
