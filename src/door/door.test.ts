import { expect, test } from 'vitest';
import { Budget, LIMIT, Notes, nestingOf, OverBudget, visible } from './index.ts';

test('a thousand notes of one kind are one line with their count; kinds beyond the limit are counted', () => {
  const notes = new Notes();
  notes.add('a', 'One thing is wrong.');
  for (let i = 0; i < 1000; i++) notes.add('b', `Choice ${i} is left out.`);
  expect(notes.lines).toEqual(['One thing is wrong.', 'Choice 0 is left out. (999 more like it)']);
  for (let i = 0; i < 500; i++) notes.add(`kind ${i}`, 'x');
  expect(notes.lines).toHaveLength(LIMIT.notes + 1);
  expect(notes.lines.at(-1)).toBe('402 further notes are left out.');
});

test('characters that turn a text around, or are not seen, are shown', () => {
  expect(visible('a\u202egnp.exe\u200b\n\ud800')).toBe('a‹U+202E›gnp.exe‹U+200B›‹U+000A›‹U+D800›');
  expect(visible('café “A” 数 🙂')).toBe('café “A” 数 🙂');
  expect(visible(visible('\u2066'))).toBe(visible('\u2066'));
});

test('how deep a JSON text goes, brackets in its strings left out', () => {
  expect(nestingOf('12')).toBe(0);
  expect(nestingOf('{"a":[1,{"b":"[[[\\"[["}],"c":[]}')).toBe(3);
  expect(nestingOf('['.repeat(60_000))).toBe(60_000);
  expect(nestingOf(']]]["')).toBe(0);
});

test('a budget ends in a sentence', () => {
  const budget = new Budget(1000, 'The run');
  budget.spend(1000);
  expect(budget.left).toBe(0);
  expect(() => budget.spend(1)).toThrow(new OverBudget('The run was given up after 1,000 happenings.'));
});
