import { expect, test } from 'vitest';
import { fitting } from './useFitting.ts';

const names = ['a', 'b', 'c', 'd'];
const these = (room: number, chosen: string) => fitting(names, () => 100, room, chosen).join('');

test('all of them where there is room, without any for a way to others', () => {
  expect(these(400, 'a')).toBe('abcd');
});

test('the first ones beside the way to the others; the chosen one is never left out', () => {
  expect(these(399, 'a')).toBe('abc');
  expect(these(399, 'd')).toBe('abd');
  expect(these(280, 'c')).toBe('ac');
  expect(these(120, 'c')).toBe('c');
});

test('none is passed over for a narrower one behind it', () => {
  expect(fitting(names, (n) => (n === 'b' ? 300 : 50), 250, 'a')).toEqual(['a']);
});
