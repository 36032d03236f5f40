import { expect, test } from 'vitest';
import { xxh64 } from './xxh64.ts';

const hex = (b: Uint8Array) => [...b].map((v) => v.toString(16).padStart(2, '0')).join('');
const ascii = (s: string) => new TextEncoder().encode(s);

test('published values of XXH64 with seed 0', () => {
  expect(hex(xxh64(ascii('')))).toBe('ef46db3751d8e999');
  expect(hex(xxh64(ascii('a')))).toBe('d24ec4f1a98c6e5b');
  expect(hex(xxh64(ascii('abc')))).toBe('44bc2cf5ad770999');
  expect(hex(xxh64(ascii('The quick brown fox jumps over the lazy dog')))).toBe('0b242d361fda71bc');
});
