/** RFC 7396: the examples of its appendix A, and patches that are made and applied again. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Json, patchBetween, patched } from './merge.ts';

test.each([
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', '{}'],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', 'null', 'null'],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
  ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
])('%s with %s is %s', (target, patch, result) => {
  expect(patched(JSON.parse(target), JSON.parse(patch))).toEqual(JSON.parse(result));
});

const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.integer(), { maxLength: 3 }));
const { object } = fc.letrec((tie) => ({
  object: fc.dictionary(
    fc.constantFrom('a', 'b', 'c', '1', '2'),
    fc.oneof({ maxDepth: 3 }, leaf, tie('object')),
    {
      maxKeys: 4,
      noNullPrototype: true,
    },
  ),
}));

test('the patch between two makes the second of the first, and is nothing where they are alike', () => {
  fc.assert(
    fc.property(object, object, (a, b) => {
      const patch = patchBetween(a as Json, b as Json);
      expect(patch === undefined ? a : patched(a as Json, patch)).toEqual(b);
      expect(patchBetween(a as Json, structuredClone(a) as Json)).toBeUndefined();
    }),
  );
});

test('what a patch does not name stays the same object', () => {
  const before = { a: { x: 1 }, b: { y: 2 } };
  const after = patched(before, { b: { y: 3 } }) as typeof before;
  expect(after.a).toBe(before.a);
  expect(before.b.y).toBe(2);
});
