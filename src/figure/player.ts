/** Plays a tape: pictures for the stage's components, at the pace of its events. No machine, no worker, no capture. */
import { createStore } from 'zustand/vanilla';
import type { Session } from '../app/session/session.ts';
import { stillSession } from '../app/session/still.ts';
import type { Picture } from '../app/session/store.ts';
import { nextTrunks } from '../app/session/trunks.ts';
import { nameOf } from '../report/name.ts';
import type { Happening } from '../report/view.ts';
import type { Reel } from '../tape/reel.ts';
import { sentenceIn, stageOf } from '../tape/view.ts';
import { type Deck, type DeckMark, type DeckState, kindOfMark } from './deck.ts';
import type { FigureOptions } from './options.ts';
import { markWords } from './words.ts';

export interface Player {
  reel: Reel;
  deck: Deck;
  session: Session;
  /** The frame that is shown. */
  frame(): number;
  /** Frame that it begins and ends up at when it is rewound. */
  readonly first: number;
  seekFrame(i: number): void;
}

export interface PlayerEnv {
  /** Wall clock, ms. */
  now(): number;
  reducedMotion(): boolean;
  /** Calls back at the next picture of the screen; returns how to stop it. */
  nextFrame(cb: () => void): () => void;
  /** A step leads off the tape: whoever goes on from its end takes it. */
  beyond(step: (to: { deck: Deck }) => void): void;
}

/** What the stage's components draw of frame `i`. `motion`: what has changed since the frame before may travel. */
export function pictureOf(
  reel: Reel,
  i: number,
  selected: number,
  motion: boolean,
): Pick<Picture, 'stage' | 'sentence' | 'trunks' | 'motion' | 'hash'> {
  const view = reel.viewAt(i);
  const at = reel.stepAt(i);
  const stage = stageOf(view, at, reel.clockAt(i));
  const events = reel.tape.events.filter((e) => e.at === at);
  const news = events.map(
    (e): Happening => ({
      seq: 0,
      clock: stage.clock,
      tid: e.tid,
      kind: e.kind === 'redispatch' ? 'redispatch' : 'step',
      conn: e.conn === undefined ? null : nameOf(e.conn),
      dgram: e.dgram ?? -1,
      other: e.other ?? -1,
      text: '',
    }),
  );
  return {
    stage,
    sentence: sentenceIn(view, selected),
    trunks: nextTrunks([], stage, news, false, 0),
    motion,
    hash: events.find((e) => e.hash)?.hash ?? '',
  };
}

/** Where a figure stands at first: what its address says, else what the tape does. What is not on the tape is its start. */
export function firstFrame(reel: Reel, { at }: Pick<FigureOptions, 'at'>): number {
  const own = reel.tape.at === undefined ? 0 : reel.frameOf(reel.tape.at);
  if (!at) return own;
  const asked = reel.frameNamed(at);
  return asked < 0 ? 0 : asked;
}

export function createPlayer(reel: Reel, options: FigureOptions, env: PlayerEnv): Player {
  const { conn } = reel.tape;
  const last = reel.length - 1;
  const whole = reel.shownAt[last] || 1;
  const first = firstFrame(reel, options);
  let frame = first;
  let stop: (() => void) | null = null;

  const still = stillSession({ selected: conn, detail: options.detail }, pictureOf(reel, frame, conn, false));
  const session: Session = {
    ...still,
    select(selected) {
      still.set({ selected });
      still.picture.setState({ sentence: sentenceIn(reel.viewAt(frame), selected), motion: false });
    },
  };
  const marks = reel.marks.map(
    (m): DeckMark => ({
      share: reel.shownAt[m.frame]! / whole,
      kind: kindOfMark(m.kind),
      words: markWords(m),
    }),
  );

  const stateAt = (): DeckState => {
    const mark = reel.markAt(frame);
    return {
      playing: stop !== null,
      share: reel.shownAt[frame]! / whole,
      step: reel.stepAt(frame),
      name: mark ? markWords(mark) : '',
      atEnd: frame === last,
      marks,
    };
  };
  const state = createStore<DeckState>(stateAt);

  function show(to: number, motion: boolean): void {
    const { selected } = still.choices.getState();
    const forward = to > frame;
    frame = to;
    still.picture.setState(pictureOf(reel, frame, selected, motion && forward && !env.reducedMotion()));
    state.setState(stateAt());
  }

  function pause(): void {
    stop?.();
    stop = null;
    still.picture.setState({ status: { ...still.picture.getState().status, playing: false } });
    state.setState(stateAt());
  }

  function play(): void {
    if (stop) return;
    if (frame === last) show(0, false);
    let time = reel.shownAt[frame]!;
    let before = env.now();
    const tick = (): void => {
      const now = env.now();
      // A frame that was not drawn for long was not seen either.
      time += Math.min(100, now - before);
      before = now;
      let to = frame;
      while (to < last && reel.shownAt[to + 1]! <= time) {
        to++;
        // What is stopped at is shown, however late the screen is.
        if (reel.restAt(to) > 0) {
          time = reel.shownAt[to]!;
          break;
        }
      }
      if (to !== frame) show(to, reel.restAt(to) > 0);
      if (frame === last && time >= reel.lasts) pause();
      else stop = env.nextFrame(tick);
    };
    stop = env.nextFrame(tick);
    still.picture.setState({ status: { ...still.picture.getState().status, playing: true } });
    state.setState(stateAt());
  }

  function go(i: number, motion: boolean): void {
    if (stop) pause();
    show(i, motion);
  }

  const off: PlayerEnv['beyond'] = (step) => {
    if (stop) pause();
    env.beyond(step);
  };

  const deck: Deck = {
    state,
    play,
    pause,
    step(by) {
      const to = frame + by;
      if (to < 0 || to > last) off((d) => d.deck.step(by));
      else go(to, true);
    },
    mark(by) {
      const to = reel.nextMark(frame, by);
      const edge = by > 0 ? last : 0;
      if (to < 0 && frame === edge) off((d) => d.deck.mark(by));
      else go(to < 0 ? edge : to, true);
    },
    seek(share) {
      const time = Math.max(0, Math.min(1, share)) * whole;
      let i = reel.shownAt.findLastIndex((at) => at <= time);
      // Frames that appear at one time: the last of them is what is seen then.
      if (i < 0) i = 0;
      go(i, false);
    },
    rewind: () => go(first, false),
    close: pause,
  };
  return { reel, deck, session, frame: () => frame, first, seekFrame: (i) => go(i, false) };
}
