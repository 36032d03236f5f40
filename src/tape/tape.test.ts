/** Bundled tapes, made anew by the real machine: each picture is the machine's own, and each is small enough. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeMoment } from '../link/index.ts';
import { record } from '../machine/recording/make.ts';
import { parseNamed } from '../machine/recording/named.ts';
import { recording } from '../machine/sink.ts';
import { PlainMem } from '../memory/plain.ts';
import { WorldReader } from '../report/reader.ts';
import { makeWorld } from '../scenario/make.ts';
import { OPTIONS } from '../scenario/testing/worlds.ts';
import { loadStory, STORY_NAMES, type Story } from '../stories/index.ts';
import { sampleData } from '../stories/testing/sample.ts';
import { tapeOfStory } from './of-story.ts';
import { Reel } from './reel.ts';
import { isTapeView, parseTape } from './schema.ts';
import { sentenceIn, stageOf } from './view.ts';

/** A bundled tape may have so many bytes, gzip -9. */
const MOST = 12_000;

const stories: Story[] = [];
for (const name of STORY_NAMES) {
  const story = await loadStory(name);
  if (story?.begin.from === 'sample') stories.push(story);
}

const sampleOf = (story: Story) => sampleData((story.begin as { sample: string }).sample);

describe.each(stories)('$name', (story) => {
  const data = sampleOf(story);
  const tape = tapeOfStory(story, data, OPTIONS);
  const reel = new Reel(tape);

  test('it is read as it was written, and is small', () => {
    const text = JSON.stringify(tape);
    expect(parseTape(JSON.parse(text))).toEqual(tape);
    expect(gzipSync(text, { level: 9 }).length).toBeLessThanOrEqual(MOST);
  });

  test('each picture that its patches come to is one, in whatever order they are asked for', () => {
    const there = Array.from({ length: reel.length }, (_, i) => reel.viewAt(i));
    expect(there.every(isTapeView)).toBe(true);
    for (let i = reel.length - 1; i >= 0; i -= 7) expect(reel.viewAt(i)).toEqual(there[i]);
  });

  test('its link leads to its first frame, and along it the machine shows what the tape does, with the same state at each mark', () => {
    const { moment, notes } = decodeMoment(tape.link!);
    expect(notes).toEqual([]);
    const { W, P, revision } = makeWorld(data, moment.options);
    expect(P.fingerprint).toBe(tape.program);
    const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, recording);
    expect(r.load(moment.departures, moment.end)).toEqual([]);
    const reader = new WorldReader(W, P, revision, []);
    for (const mark of reel.marks) {
      r.seek(mark.at);
      const block = r.machine.m.w.slice();
      expect(reader.hash(block), `${mark.kind} at ${mark.at}`).toBe(mark.hash);
      const stage = reader.stage(block);
      const view = reel.viewAt(mark.frame);
      expect(sentenceIn(view, tape.conn)).toEqual(reader.sentence(stage, tape.conn));
      const shown = stageOf(view, mark.at, reel.clockAt(mark.frame));
      expect(shown.clock).toEqual(stage.clock);
      for (const [i, t] of shown.threads.entries()) {
        const real = stage.threads[i]!;
        const step = real.verb === 'Polling' ? undefined : real.step?.text;
        expect([t.state, t.verb, t.step?.text, t.held]).toEqual([real.state, real.verb, step, real.held]);
        expect([t.inbox, t.hand, t.redispatching]).toEqual([real.inbox, real.hand, real.redispatching]);
      }
      for (const [i, c] of shown.conns.entries()) {
        const { index, name, owner, ghostTid, late, frozen, closing } = stage.conns[i]!;
        expect(c).toMatchObject({ index, name, owner, ghostTid, late, frozen, closing });
      }
      for (const c of shown.cids)
        expect(stage.cids.find((real) => real.cid === c.cid)).toMatchObject({ tid: c.tid, oldTid: c.oldTid });
    }
  });

  test('frames go forward, and each stands at its time', () => {
    for (let i = 1; i < reel.length; i++) {
      expect(reel.stepAt(i)).toBeGreaterThanOrEqual(reel.stepAt(i - 1));
      expect(reel.shownAt[i]!).toBeGreaterThanOrEqual(reel.shownAt[i - 1]!);
    }
    expect(reel.marks.length).toBeGreaterThan(0);
    for (const m of reel.marks) expect(reel.stepAt(m.frame)).toBe(m.at);
  });

  test('its lanes are its story’s threads, and its beats lie on it', () => {
    expect(tape.lanes.length).toBeGreaterThanOrEqual(1);
    expect(tape.lanes.length).toBeLessThanOrEqual(4);
    for (const at of tape.beats ?? []) if (at >= 0) expect(at).toBeGreaterThanOrEqual(tape.start);
  });
});

describe('positions by name', () => {
  const first = stories.find((s) => s.name === 'first')!;
  const reel = new Reel(tapeOfStory(first, sampleOf(first), OPTIONS));
  const frame = (text: string) => reel.frameNamed(parseNamed(text)!);
  const owner = (i: number) => reel.viewAt(i).conns[0]!.owner;

  test('the commit is the first frame in which the entry says the new thread', () => {
    const at = frame('A.commit');
    expect(owner(at)).not.toBe(owner(at - 1));
    expect(frame('A.commit-1')).toBe(at - 1);
  });

  test('redispatches count, the last can be had, and a datagram by its number', () => {
    const all = reel.marks.filter((m) => m.kind === 'redispatch');
    expect(all.length).toBe(3);
    expect([1, 2, 3].map((n) => frame(`A.redispatch.${n}`))).toEqual(all.map((m) => m.frame));
    expect(frame('A.redispatch.-1')).toBe(all[2]!.frame);
    expect(frame(`A.${all[1]!.no}.redispatch`)).toBe(all[1]!.frame);
    expect(frame('B.redispatch')).toBe(-1);
    expect(frame('A.redispatch.4')).toBe(-1);
  });

  test('start, end, a step, a time', () => {
    expect(frame('start')).toBe(0);
    expect(frame('end')).toBe(reel.length - 1);
    const commit = frame('A.commit');
    expect(frame(String(reel.stepAt(commit)))).toBe(commit);
    expect(frame('1')).toBe(-1);
    const { ms, ns } = reel.clockAt(commit);
    expect(reel.clockAt(frame(`@${ms + ns / 1e6}`))).toEqual({ ms, ns });
    expect(frame('@99999')).toBe(-1);
  });

  test('marks are gone through one by one', () => {
    let i = 0;
    const met: number[] = [];
    for (let next = reel.nextMark(i, 1); next >= 0; next = reel.nextMark(i, 1)) {
      met.push(next);
      i = next;
    }
    expect(met).toEqual([...new Set(reel.marks.map((m) => m.frame))]);
    expect(reel.nextMark(met[1]!, -1)).toBe(met[0]);
  });
});
