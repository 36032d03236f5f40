/** Every story, walked on the real machine: each beat is reached, in order, and its facts hold there. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EV } from '../haproxy/step/events.ts';
import type { WorldOptions } from '../machine/options.ts';
import { record } from '../machine/recording/make.ts';
import { EventView } from '../machine/recording/query.ts';
import { recording } from '../machine/sink.ts';
import { PlainMem } from '../memory/plain.ts';
import { WorldReader } from '../report/reader.ts';
import { makeWorld } from '../scenario/make.ts';
import { museumWorld } from '../scenario/museum/index.ts';
import { OPTIONS } from '../scenario/testing/worlds.ts';
import { fill } from './cast.ts';
import { contentsOf } from './contents.ts';
import { broken, type Scene } from './facts.ts';
import { loadStory, parseStory, STORY_NAMES, type Story, type StoryProgram, type Told } from './index.ts';
import { STORY_LIST } from './list.ts';
import { resolveStory } from './resolve.ts';
import { sampleData } from './testing/sample.ts';
import { yourTale } from './yours.ts';

const stories: Story[] = [];
for (const name of STORY_NAMES) {
  const story = await loadStory(name);
  if (story) stories.push(story);
}

test('every file is in the list, under its own name', () => {
  const files = readdirSync(import.meta.dirname).filter((f) => f.endsWith('.json'));
  expect(files.map((f) => f.replace('.json', '')).sort()).toEqual([...STORY_NAMES].sort());
  expect(stories.map((s) => s.name)).toEqual(STORY_NAMES);
});

test('the list that the chooser shows says what the files say', () => {
  expect(STORY_LIST).toEqual(
    stories.map(({ name, title, look, beats, begin, bug, about }) => ({
      name,
      title,
      look: look.replaceAll('{A}', about),
      beats: beats.length,
      sample: begin.from === 'sample' ? begin.sample : '',
      bug: bug ?? '',
    })),
  );
});

test('what is no story is refused with the place of what is wrong', () => {
  const [story] = stories;
  expect(() => parseStory({ ...story, until: 'A.comit' })).toThrow(/until/);
  expect(() => parseStory({ ...story, beats: [{ ...story!.beats[0], spot: ['lane'] }] })).toThrow(/spot/);
  expect(() => parseStory({ ...story, beats: [{ ...story!.beats[0], facts: ['owner A is T2'] }] })).toThrow(
    /facts/,
  );
  expect(() => parseStory({ ...story, more: 1 })).toThrow();
});

/** The runs of a story: one for each program that its beats are of. */
function programsOf(story: Story): StoryProgram[] {
  const more = story.beats.flatMap((b) => (b.program ? [{ ...story.program, ...b.program }] : []));
  return [story.program, ...more];
}

function walk(story: Story, program: StoryProgram) {
  if (story.begin.from !== 'sample') throw new Error('a story of the open capture is walked elsewhere');
  const data = sampleData(story.begin.sample);
  const options: WorldOptions = { ...OPTIONS, ...program };
  const resolved = resolveStory(story, data, options);
  const { W, P, revision } = makeWorld(data, options);
  const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, recording);
  expect(r.load(resolved.departures, resolved.end)).toEqual([]);
  const reader = new WorldReader(W, P, revision, []);
  const scene = (at: number): Scene => {
    r.seek(at);
    // The start lies before the choices that are made there.
    if (at === resolved.start) for (let n = resolved.undone; n > 0; n--) r.back();
    const handledBy = (dgram: number): number => {
      const view = new EventView(
        { all: [{ kinds: [EV.HANDLED] }, { dgrams: [dgram] }], to: at },
        r.line.events,
      );
      const n = view.catchUp().numbers(view.length - 1, view.length)[0];
      return n === undefined ? -1 : r.line.events.columns.tid[n]!;
    };
    return { stage: reader.stage(r.machine.m.w.slice()), cast: resolved.cast, handledBy };
  };
  return { resolved, scene };
}

describe.each(stories)('$name', (story) => {
  const runs = new Map(programsOf(story).map((p) => [JSON.stringify(p), walk(story, p)]));

  test('each beat is reached, in order, and its facts hold', () => {
    const before = new Map<string, number>();
    for (const [i, beat] of story.beats.entries()) {
      const key = JSON.stringify(beat.program ? { ...story.program, ...beat.program } : story.program);
      const { resolved, scene } = runs.get(key)!;
      const { at, told } = resolved.beats[i]!;
      const tell = (words: Told, position: number): void => {
        expect(position, `beat ${i + 1}, ${words.at}`).toBeGreaterThanOrEqual(before.get(key) ?? 0);
        expect(broken(words.facts, scene(position)), `beat ${i + 1} at ${position}`).toEqual([]);
        before.set(key, position);
      };
      tell(beat, at);
      if (beat.ask) tell(beat.ask.told, told);
    }
  });

  test('its words are filled in, and short enough to be read', () => {
    for (const beat of story.beats) {
      const key = JSON.stringify(beat.program ? { ...story.program, ...beat.program } : story.program);
      const { cast } = runs.get(key)!.resolved;
      for (const t of [beat, ...(beat.ask ? [beat.ask.told] : [])]) {
        const text = fill(t.text, cast);
        expect(`${fill(t.title, cast)} ${text}`).not.toMatch(/[{}]|T-1|no thread|undefined/);
        for (const sentence of text.split(/[.:;?!] /))
          expect(sentence.split(' ').length).toBeLessThanOrEqual(26);
        expect(text.split(' ').length).toBeLessThanOrEqual(46);
      }
      for (const words of [...(beat.ask?.answers ?? []), beat.do?.label ?? '', beat.do?.other ?? ''])
        expect(fill(words, cast)).not.toMatch(/[{}]/);
    }
    // Shown before any world is there.
    expect(`${story.title} ${story.look}`.replaceAll('{A}', story.about)).not.toMatch(/[{}]/);
  });

  test('what waited at the start was handled once each, and its ledger says by whom', () => {
    for (const { resolved } of runs.values())
      for (const one of resolved.late) {
        expect(one.tid, `datagram ${one.dgram + 1}`).toBeGreaterThanOrEqual(0);
        expect(one.waited).toBeGreaterThan(0);
        expect(one.at).toBeGreaterThan(resolved.start);
      }
  });

  test('what it leads to is there', () => {
    for (const { see, ask } of story.beats) {
      if (see) expect(museumWorld(see.world), see.world).toBeDefined();
      if (ask) expect(ask.happens).toBeLessThan(ask.answers.length);
    }
    if (story.bug) expect(museumWorld(story.bug)).toBeDefined();
  });
});

describe('a story of the capture that is open', () => {
  test.each(['one', 'twenty', 'chromium', 'rebinding'])('%s', (id) => {
    const data = sampleData(id);
    const tale = yourTale(data, OPTIONS);
    const { connections, busiest } = contentsOf(data);
    expect(connections).toBe(data.conns.length);
    expect(busiest).toBeGreaterThanOrEqual(0);
    if (!tale) throw new Error('nothing moves in it');
    parseStory(tale.story);
    const { resolved, options } = tale.runs[0]!;
    const { W, P, revision } = makeWorld(data, options);
    const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, recording);
    r.load(resolved.departures, resolved.end);
    const reader = new WorldReader(W, P, revision, []);
    for (const [i, beat] of tale.story.beats.entries()) {
      const { at } = resolved.beats[i]!;
      r.seek(at);
      if (at === resolved.start) for (let n = resolved.undone; n > 0; n--) r.back();
      const handledBy = (d: number): number => {
        const one = resolved.late.find((l) => l.dgram === d);
        return one && one.at <= at ? one.tid : -1;
      };
      const scene = { stage: reader.stage(r.machine.m.w.slice()), cast: resolved.cast, handledBy };
      expect(broken(beat.facts, scene), `beat ${i + 1} at ${at}`).toEqual([]);
      expect(`${fill(beat.title, resolved.cast)} ${fill(beat.text, resolved.cast)}`).not.toMatch(/[{}]|T-1/);
    }
  });

  test('in a capture of nothing that is accepted there is none', () => {
    const data = sampleData('one');
    const { datagrams } = data;
    const one = { ...data, datagrams: { ...datagrams, count: 1 } };
    expect(yourTale(one, OPTIONS)).toBeNull();
  });
});
