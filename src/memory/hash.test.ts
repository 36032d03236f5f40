import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Hashing, hashWords } from './hash.ts';
import { TIME } from './struct.ts';

const WORDS = 300;
const kinds = Uint8Array.from({ length: WORDS }, (_, i) => i % (TIME + 1));
const stores = fc.array(
  fc.tuple(fc.nat(WORDS - 1), fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.constant(0))),
  { maxLength: 40 },
);

it('followed from look to look, in whatever portions, the hash is that of the whole block', () => {
  fc.assert(
    fc.property(
      fc.array(stores, { maxLength: 6 }),
      fc.integer({ min: 1, max: 2 * WORDS }),
      (looks, portion) => {
        const block = new Int32Array(WORDS);
        const hashing = new Hashing(kinds, false);
        const timed = new Hashing(kinds, true);
        for (const look of looks) {
          for (const [i, v] of look) block[i] = v;
          for (const h of [hashing, timed]) {
            h.begin();
            while (!h.step(block, portion));
          }
          expect(hashing.text).toBe(hashWords(block, kinds, false));
          expect(timed.text).toBe(hashWords(block, kinds, true));
        }
      },
    ),
  );
});

it('a look that was given up leaves nothing wrong behind', () => {
  const block = Int32Array.from({ length: WORDS }, (_, i) => i);
  const hashing = new Hashing(kinds, false);
  hashing.begin();
  expect(hashing.step(block, WORDS / 2)).toBe(false);
  block.fill(7, 10, 200);
  hashing.begin();
  expect(hashing.step(block, WORDS)).toBe(true);
  expect(hashing.text).toBe(hashWords(block, kinds, false));
});
