/** A figure's options and its player, over a real tape and a clock of the test's own. */
import { describe, expect, test } from 'vitest';
import { OPTIONS } from '../scenario/testing/worlds.ts';
import { loadStory } from '../stories/index.ts';
import { sampleData } from '../stories/testing/sample.ts';
import { tapeOfStory } from '../tape/of-story.ts';
import { Reel } from '../tape/reel.ts';
import type { Deck } from './deck.ts';
import { fullAddress } from './full.ts';
import { optionsIn } from './options.ts';
import { createPlayer, type Player } from './player.ts';
import { captionOf } from './words.ts';

const reel = new Reel(tapeOfStory((await loadStory('first'))!, sampleData('six'), OPTIONS));
const marks = reel.marks;
const commit = marks.find((m) => m.kind === 'commit')!;
const passed = marks.filter((m) => m.kind === 'redispatch');

/** A player whose screen draws every 16 ms of a clock that the test turns. */
function playerAt(
  query: string,
): Player & { pass(ms: number): void; left: ((to: { deck: Deck }) => void)[] } {
  let now = 0;
  const left: ((to: { deck: Deck }) => void)[] = [];
  let waiting: (() => void) | null = null;
  const player = createPlayer(reel, optionsIn(query, 4), {
    now: () => now,
    reducedMotion: () => false,
    nextFrame(cb) {
      waiting = cb;
      return () => {
        waiting = null;
      };
    },
    beyond: (step) => void left.push(step),
  });
  return {
    ...player,
    left,
    pass(ms) {
      for (const end = now + ms; now < end && waiting; ) {
        now += 16;
        const cb: () => void = waiting;
        waiting = null;
        cb();
      }
    },
  };
}

describe('options', () => {
  test('what an address asks for', () => {
    const o = optionsIn('?at=A.redispatch.1&lanes=T2,T0&theme=dark&begin=still&detail=full&caption=off', 4);
    expect(o).toMatchObject({ lanes: [2, 0], theme: 'dark', begin: 'still', detail: 'full', bare: true });
    expect(o.at).toMatchObject({ kind: 'event', event: 'redispatch', nth: 1 });
  });

  test.each(['', '?at=nowhere&lanes=T9,x&theme=blue&begin=now&detail=all&caption=on', '?at=%E0%A4%A'])(
    'what is wrong in “%s” is as if it were not there',
    (query) => {
      expect(optionsIn(query, 4)).toEqual({
        at: null,
        lanes: null,
        theme: 'auto',
        begin: 'picture',
        detail: 'simple',
        bare: false,
      });
    },
  );

  test('one wrong part leaves the others', () => {
    expect(optionsIn('?lanes=T2,T17,2&theme=x&at=A.commit', 4)).toMatchObject({
      lanes: [2],
      theme: 'auto',
      at: { event: 'commit' },
    });
  });
});

describe('the player', () => {
  test('stands where its address says, at its start where that is not on the tape', () => {
    expect(playerAt('?at=A.commit').frame()).toBe(commit.frame);
    expect(playerAt('?at=A.redispatch.9').frame()).toBe(0);
    expect(playerAt('').frame()).toBe(0);
  });

  test('plays through every mark in order, each for its time, to the end, and again', () => {
    const p = playerAt('');
    const stood: number[] = [];
    p.deck.state.subscribe(({ name }, before) => {
      if (name && name !== before.name) stood.push(p.frame());
    });
    p.deck.play();
    p.pass(reel.lasts + 1500);
    expect(p.deck.state.getState()).toMatchObject({ playing: false, atEnd: true, share: 1 });
    expect(stood).toEqual([...new Set(marks.map((m) => m.frame))]);
    p.deck.play();
    p.pass(32);
    expect(p.deck.state.getState()).toMatchObject({ playing: true, atEnd: false });
  });

  test('a commit stands while it rests', () => {
    const p = playerAt('?at=A.commit-1');
    p.deck.play();
    p.pass(400);
    expect(p.frame()).toBe(commit.frame);
    p.pass(commit.rest - 500);
    expect(p.frame()).toBe(commit.frame);
    p.pass(1000);
    expect(p.frame()).toBeGreaterThan(commit.frame);
  });

  test('marks, steps and the scrubber', () => {
    const p = playerAt('');
    p.deck.mark(1);
    p.deck.mark(1);
    expect(p.frame()).toBe(commit.frame);
    expect(p.deck.state.getState().name).toMatch(/^commit/);
    p.deck.step(-1);
    expect(p.frame()).toBe(commit.frame - 1);
    for (const [i, m] of p.deck.state.getState().marks.entries()) {
      p.deck.seek(m.share);
      expect(p.frame(), m.words).toBe(marks[i]!.frame);
    }
    p.deck.seek(1);
    p.deck.mark(1);
    expect(p.frame()).toBe(reel.length - 1);
    p.deck.rewind();
    expect(p.frame()).toBe(0);
  });

  test('a step or mark beyond either end is left to whoever goes on there, and nothing moves', () => {
    const p = playerAt('');
    const went: string[] = [];
    const real = {
      step: (by: number) => went.push(`step ${by}`),
      mark: (by: number) => went.push(`mark ${by}`),
    };
    p.deck.step(-1);
    p.deck.mark(-1);
    expect(p.frame()).toBe(0);
    p.deck.seek(1);
    p.deck.step(-1);
    p.deck.step(1);
    expect(p.left.length).toBe(2);
    p.deck.step(1);
    p.deck.mark(1);
    expect(p.frame()).toBe(reel.length - 1);
    for (const step of p.left) step({ deck: { ...p.deck, ...real } as Deck });
    expect(went).toEqual(['step -1', 'mark -1', 'step 1', 'mark 1']);
  });

  test('what the stage draws is the frame’s: who owns, the trunk of a redispatch, the sentence of whoever is selected', () => {
    const p = playerAt('?at=A.redispatch.1');
    const { stage, trunks, sentence } = p.session.picture.getState();
    const [first] = passed;
    expect(stage!.steps).toBe(first!.at);
    expect(stage!.conns[0]!.owner).toBe(commit.other);
    expect(trunks).toMatchObject([
      { dgram: first!.dgram, from: first!.tid, to: first!.other, arrived: true },
    ]);
    expect(sentence.lead).toBe(`A now belongs to T${commit.other}.`);
    p.session.select(1);
    expect(p.session.picture.getState().sentence.lead).toMatch(/^B /);
  });
});

test('what is beneath a figure says what happens in it', () => {
  const numbers = passed.map((m) => m.no);
  expect(captionOf(reel.tape)).toBe(
    `A moves from T${commit.tid} to T${commit.other}; ${numbers[0]}, ${numbers[1]} and ${numbers[2]} lie with the old thread and are passed on, none is lost.`,
  );
  const refused = { conn: 0, look: 'x', events: [{ kind: 'refused' as const, at: 1, tid: 2, conn: 0 }] };
  expect(captionOf(refused)).toBe('T2 does not give A away.');
  expect(captionOf({ ...refused, events: [] })).toBe('x');
});

test('the way to the whole page is the story at that step, or the link’s moment', () => {
  expect(fullAddress('../../', reel, 0)).toBe('../../?story=first');
  expect(fullAddress('../../', reel, commit.frame)).toBe(`../../?story=first&at=${commit.at}`);
  const { story: _, ...tape } = reel.tape;
  expect(fullAddress('/', new Reel(tape), commit.frame)).toBe(`/?at=${commit.at}#m=${tape.link}`);
});
