/** The first story over its real run: where it stands, what is lit, what leaves it, and what the page opens by itself. */
import { describe, expect, test } from 'vitest';
import { OPTIONS } from '../../scenario/testing/worlds.ts';
import { loadStory, taleOf } from '../../stories/index.ts';
import { sampleData } from '../../stories/testing/sample.ts';
import { placeIn } from '../opening/first.ts';
import {
  beginTelling,
  herePlace,
  isAsking,
  isOwn,
  lanesOf,
  litOf,
  placeOf,
  resolvedOf,
  saidOf,
  toldOf,
} from './telling.ts';

const story = (await loadStory('first'))!;
const tale = taleOf(story, sampleData('six'), OPTIONS);
const at = (beat: number) => beginTelling(tale, beat);
const { start, undone, departures, end } = resolvedOf(at(0));

describe('the first story', () => {
  test('begins with its choices ahead, and stands after them from the commit on', () => {
    expect(undone).toBe(2);
    expect(herePlace(at(0))).toEqual({ at: start, undone });
    expect(herePlace(at(1))).toEqual({ at: start, undone });
    const commit = herePlace(at(2))!;
    expect(commit.at).toBeGreaterThan(start);
    expect(commit.undone).toBe(0);
    expect(herePlace(at(3))).toEqual(commit);
  });

  test('a question hides what follows it, until it is answered or shown', () => {
    const asked = at(3);
    expect(isAsking(asked)).toBe(true);
    expect(toldOf(asked).title).toBe(story.beats[3]!.title);
    expect(litOf(asked).has('trunk')).toBe(false);
    for (const n of [-1, 0, 2]) {
      const answered = { ...asked, answers: asked.answers.map((a, i) => (i === 3 ? n : a)) };
      expect(isAsking(answered)).toBe(false);
      expect(toldOf(answered).title).toBe(story.beats[3]!.ask!.told.title);
      expect(litOf(answered).has('trunk')).toBe(true);
      expect(herePlace(answered)).toEqual(placeOf(asked, 3, true));
    }
  });

  test('threads and letters stand in place of its words', () => {
    const { cast } = resolvedOf(at(0));
    expect(lanesOf(at(0))).toEqual([cast.new, cast.old].sort((a, b) => a - b));
    expect(litOf(at(0))).toEqual(new Set([`lane:${cast.old}`, 'entry:A', 'wire:A', 'chip:A']));
    expect(saidOf(at(3))).toBe(
      `Beat 4 of 6. T${cast.old} takes datagram ${cast.late[0]! + 1}. What will it do?`,
    );
  });

  test('a choice that the story does not have is the reader’s own', () => {
    expect(isOwn(at(0), { departures, end })).toBe(false);
    expect(isOwn(at(0), { departures: departures.slice(0, -1), end })).toBe(true);
    const other = departures.map((d) =>
      d.choice.kind === 'rebind' ? { ...d, choice: { ...d.choice, tid: 3 } } : d,
    );
    expect(isOwn(at(0), { departures: other, end })).toBe(true);
    expect(isOwn(at(0), { departures: [], end: 0 }), 'before any picture').toBe(false);
  });
});

describe('what the page opens by itself', () => {
  test.each([
    ['', { kind: 'story', name: 'first', beat: 0, presenting: false }],
    ['?plain', { kind: 'sample', id: '' }],
    ['?sample=one', { kind: 'sample', id: 'one' }],
    ['?plain&story=store', { kind: 'sample', id: '' }],
    ['?story=store&beat=3', { kind: 'story', name: 'store', beat: 2, presenting: false }],
    ['?story=store&beat=x', { kind: 'story', name: 'store', beat: 0, presenting: false }],
    ['?story=store&beat=3&present', { kind: 'story', name: 'store', beat: 2, presenting: true }],
    ['?present', { kind: 'story', name: 'first', beat: 0, presenting: true }],
  ])('“%s”', (query, first) => {
    expect(placeIn(query, false)).toEqual(first);
  });

  test('a figure never tells a story', () => {
    expect(placeIn('?embed&story=store', true)).toEqual({ kind: 'sample', id: '' });
  });
});
