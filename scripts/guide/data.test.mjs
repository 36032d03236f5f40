/** What the guide says beside the museum's own data. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MUSEUM } from '../../src/scenario/museum/index.ts';
import { entries } from './data.mjs';
import { idOf } from './markdown.mjs';

const json = (file) => JSON.parse(readFileSync(`docs/guide/${file}`, 'utf8'));

test('every world of the museum has taught something, and has its entry', () => {
  const known = entries();
  expect(Object.keys(json('taught.json')).sort()).toEqual(MUSEUM.map((w) => w.id).sort());
  for (const w of MUSEUM) expect(known.get(w.id)?.text, w.id).toBeTruthy();
});

test('every run that is shown is one of the museum’s', () => {
  const ids = new Set(MUSEUM.map((w) => w.id));
  expect(Object.keys(json('runs.json')).filter((id) => !ids.has(id))).toEqual([]);
});

test('a numbered heading is found by its number, another by its words', () => {
  expect([idOf('N1/9a · Bring the poller up to date'), idOf('What “safe” is not')]).toEqual([
    'N1-9a',
    'What-safe-is-not',
  ]);
});
