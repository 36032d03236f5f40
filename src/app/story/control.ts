/** Tells a story: goes from beat to beat along its run, plays what happens between two of them, and lets the reader choose. */
import type { Session } from '../session/session.ts';
import type { Picture } from '../session/store.ts';
import { saveSeen } from './seen.ts';
import {
  beatOf,
  castOf,
  herePlace,
  isAsking,
  isOwn,
  type Place,
  placeOf,
  runNo,
  saidOf,
  type Telling,
} from './telling.ts';

export interface Stories {
  /** On by one: plays to the next beat, shows what follows a question, or goes at once to where it is being played to. */
  next(): void;
  previous(): void;
  /** Goes to beat `beat` (from 0) at once. */
  to(beat: number): void;
  /** Answers the question that stands with answer `n` (from 0). */
  answer(n: number): void;
  askAgain(): void;
  /** Back on the story's line, at its beat. */
  again(): void;
  /** Ends the telling; the moment stays. */
  leave(): void;
  /** Goes on with the story that was left. */
  resume(): void;
  close(): void;
}

export interface StoriesEnv {
  reducedMotion(): boolean;
}

export function createStories(session: Session, env: StoriesEnv): Stories {
  const { choices, picture } = session;
  const telling = (): Telling | null => choices.getState().story;
  /** It has been seen playing since it was told to. */
  let played = false;
  /** What will be told once it has come to `toward`. */
  let arrival: Telling | null = null;
  /** The last picture stood where the beat asks for something to be done. */
  let armed = false;

  /** What a beat says is said, and remembered. */
  function told(t: Telling): void {
    const { story } = t.tale;
    saveSeen(story.name, t.beat === story.beats.length - 1 ? 'seen' : t.beat);
    session.say({ text: saidOf(t), urgent: false });
    const { conn } = castOf(t);
    const there = picture.getState().stage?.conns.some((c) => c.index === conn);
    if (there && choices.getState().selected !== conn) session.select(conn);
  }

  /** Stands at a place of the story's own line, in the program of its beat. */
  function stand(t: Telling, place: Place): void {
    const { options } = choices.getState();
    const run = t.tale.runs[runNo(t)]!;
    const same = JSON.stringify(options) === JSON.stringify({ ...options, ...run.options });
    const { travel, status } = picture.getState();
    const there = !status.playing && travel.at === place.at && travel.undone === place.undone;
    // No other picture comes of what stands there already.
    armed = same && there && !isOwn(t, travel);
    if (armed) return;
    if (same && !isOwn(t, travel)) {
      session.travel({ kind: 'seek', at: place.at });
      for (let n = place.undone; n > 0; n--) session.travel({ kind: 'back' });
      return;
    }
    const { departures, end } = run.resolved;
    void session.standAt(run.options, { departures, end, ...place });
  }

  function goTo(t: Telling): void {
    const story = { ...t, toward: null };
    choices.setState({ story });
    const place = herePlace(story);
    if (place) stand(story, place);
    told(story);
  }

  /** Plays to a place, where it lies ahead on the line that is shown; else goes there at once. */
  function playTo(t: Telling, place: Place): void {
    const { travel } = picture.getState();
    const same = runNo(t) === runNo(telling() ?? t);
    const ahead = place.at > travel.at || travel.undone > place.undone;
    if (!same || !ahead || isOwn(t, travel) || env.reducedMotion()) goTo(t);
    else {
      played = false;
      // What is said stays what it was until it has come.
      choices.setState({ story: { ...(telling() ?? t), toward: place.at } });
      arrival = t;
      session.playTo(place.at);
    }
  }

  function arrive(): void {
    const t = arrival;
    arrival = null;
    if (!t) return;
    const story = { ...t, toward: null };
    choices.setState({ story });
    told(story);
  }

  function seen(p: Picture): void {
    const t = telling();
    if (!t || !p.stage) return;
    if (t.toward !== null) {
      if (p.status.playing) played = true;
      else if (p.travel.at === t.toward && p.travel.undone === 0) arrive();
      // It was stopped on the way, by a reader or by a rule that broke: the story's run lies there all the same. Or it stood there
      // already, in a world of which the first picture had not come when it was told to go on.
      else if (arrival && (played || p.travel.at >= t.toward)) goTo(arrival);
      return;
    }
    // The reader has done by hand what the beat asks for: it goes on as if the button had been pressed.
    const place = herePlace(t);
    const asked = beatOf(t).do !== undefined && place !== null && place.undone > 0;
    if (asked && p.travel.at === place.at && p.travel.undone < place.undone && !isOwn(t, p.travel) && armed)
      next();
    armed = place !== null && p.travel.at === place.at && p.travel.undone === place.undone;
  }

  function next(): void {
    const t = telling();
    if (!t) return;
    if (t.toward !== null) {
      if (arrival) goTo(arrival);
      return;
    }
    if (isAsking(t)) {
      answer(-1);
      return;
    }
    if (t.beat === t.tale.story.beats.length - 1) return;
    const to = { ...t, beat: t.beat + 1 };
    const place = placeOf(to, to.beat, false);
    if (place) playTo(to, place);
    else goTo(to);
  }

  function answer(n: number): void {
    const t = telling();
    const ask = t && beatOf(t).ask;
    if (!t || !ask || t.toward !== null || n >= ask.answers.length) return;
    const to = { ...t, answers: t.answers.map((a, i) => (i === t.beat ? n : a)) };
    const place = placeOf(to, to.beat, true);
    if (!place) goTo(to);
    else playTo(to, place);
  }

  const stop = picture.subscribe(seen);
  return {
    next,
    answer,
    previous() {
      const t = telling();
      if (!t) return;
      if (t.toward !== null) goTo(t);
      else goTo({ ...t, beat: Math.max(0, t.beat - 1) });
    },
    to(beat) {
      const t = telling();
      if (t) goTo({ ...t, beat });
    },
    askAgain() {
      const t = telling();
      if (t) goTo({ ...t, answers: t.answers.map((a, i) => (i === t.beat ? null : a)) });
    },
    again() {
      const t = telling();
      if (t) goTo(t);
    },
    leave() {
      const t = telling();
      if (!t) return;
      saveSeen(t.tale.story.name, t.beat);
      if (t.toward !== null) session.pause();
      const ended = t.beat === t.tale.story.beats.length - 1 && beatsHaveLedger(t);
      choices.setState({
        story: null,
        leftStory: { ...t, toward: null },
        presenting: false,
        // What was told last can be read there in figures.
        ...(ended ? { panel: 'happened' as const } : {}),
      });
    },
    resume() {
      const { leftStory } = choices.getState();
      if (!leftStory) return;
      choices.setState({ story: leftStory, leftStory: null, mode: 'step', explorer: false });
      goTo(leftStory);
    },
    close: () => stop(),
  };
}

const beatsHaveLedger = (t: Telling): boolean => t.tale.story.beats.some((b) => b.ledger);

/** The figure's stories; made when one is first told. */
export const storiesOf = (session: Session): Stories =>
  session.attach('stories', () =>
    createStories(session, {
      reducedMotion: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
    }),
  );
