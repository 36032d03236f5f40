import { expect, test } from 'vitest';
import { pack, unpack } from './packed.ts';
import { dataOf } from './testing/worlds.ts';

test.each(['v07', 'v10', 'v01'])('the data of %s comes back as it was', (name) => {
  const data = dataOf(name);
  // What is absent is not there afterwards either.
  expect(unpack(pack(data))).toEqual(data);
});

test('arrays come back of their kind, also from the middle of a buffer', () => {
  const some = {
    a: new Uint8Array([1, 2, 3]),
    b: [new Int32Array([-1, 5]), new Uint32Array([4_000_000_000]), new Float64Array([0.5, 2 ** 53])],
    c: { none: new Uint8Array(0), text: 'é', nothing: null },
  };
  const packed = pack(some);
  const within = new Uint8Array(packed.length + 3);
  within.set(packed, 3);
  const back = unpack(within.subarray(3)) as typeof some;
  expect(back).toEqual(some);
  expect(back.b[2]).toBeInstanceOf(Float64Array);
});

test('an array of another kind is not packed as something else', () => {
  expect(() => pack({ of: new Int16Array(2) })).toThrow(/Int16Array/);
});
