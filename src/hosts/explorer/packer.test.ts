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
  sent: Int32Array;
}

const hashed = (x: Explorable): Buffer => Buffer.from(x.mem.w.filter((_, i) => x.mem.kinds[i] !== 0).buffer);

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
  'every state of a walk, gone to in any order, and sent to another worker: %s',
  (_, world, pack) => {
    const [x, other] = [world(), world()];
    const [here, there] = [pack(x), pack(other)];
    x.mem.restart();
    other.mem.restart();
    const codes = new Int32Array(x.maxEnabled);
    const saved = new Int32Array(5);
    const kept: Kept[] = [];
    const keep = (): void => {
      const packed = new Int32Array(here.room());
      const sent = new Int32Array(here.sentRoom());
      const words = here.pack(packed, 0);
      const more = here.unfold(sent, 0);
      kept.push({
        words: hashed(x),
        a: x.mem.lane(0, false),
        b: x.mem.lane(1, false),
        packed: packed.slice(0, words),
        sent: sent.slice(0, more),
      });
    };
    keep();
    let tries = 0;
    for (let at = 0; kept.length < 600 && tries < 5000; at = (7 * at + 5) % kept.length) {
      const s = kept[at]!;
      here.go(s.packed, 0, s.packed.length, s.a, s.b);
      x.mem.save(saved);
      // Some steps on before a state is packed: what they touched outgrows what one does.
      for (let i = 0; i < 1 + (at % 40); i++) {
        const n = x.enabled(codes);
        if (n === 0 || x.broken()) break;
        x.take(codes[(at + i) % n]!);
      }
      if (!x.broken()) keep();
      else tries++;
      x.mem.restore(saved);
    }
    expect(kept.length).toBe(600);
    for (let i = 0; i < kept.length; i++) {
      const s = kept[(i * 37) % kept.length]!;
      here.go(s.packed, 0, s.packed.length, s.a, s.b);
      expect(hashed(x).equals(s.words)).toBe(true);
      const folded = new Int32Array(there.foldRoom(s.sent.length));
      expect(there.fold(s.sent, 0, s.sent.length, folded, 0)).toBe(folded.length);
      there.go(folded, 0, folded.length, s.a, s.b);
      expect(hashed(other).equals(s.words)).toBe(true);
    }
  },
);
