/** What comes over the port is checked: what is no event of ours is nobody’s. */
import { expect, test } from 'vitest';
import { eventIn } from './messages.ts';

test.each([
  { on: 'ready', title: 't', look: 'l', lasts: 10, marks: [{ step: 1, kind: 'commit', name: 'commit' }] },
  { on: 'mark', step: 3, name: 'commit' },
  { on: 'step', step: 3 },
  { on: 'end' },
  { on: 'height', height: 400 },
  { on: 'error', text: 'x', more: 'from a later version' },
])('%j is an event', (data) => {
  expect(eventIn(data)).toEqual(data);
});

test.each([
  null,
  undefined,
  'step',
  42,
  [],
  {},
  { on: 'toString' },
  { on: '__proto__' },
  { on: { toString: 1, valueOf: 1 } },
  { on: 'ready', title: 't', look: 'l', lasts: 10, marks: [null] },
  { on: 'ready', title: 't', look: 'l', lasts: Number.NaN, marks: [] },
  { on: 'step', step: '3' },
  { on: 'height', height: 1e9 },
  { on: 'height', height: -1 },
])('%j is none', (data) => {
  expect(eventIn(data)).toBeNull();
});
