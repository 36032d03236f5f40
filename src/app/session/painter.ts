/** Frames to pictures: reads each frame once, and says what is worth saying. Holds no world and gives no orders. */
import type { EngineStatus, Frame, Mark } from '../../hosts/engine.ts';
import type { ConditionsView, Happening, Sentence, StageView } from '../../report/view.ts';
import type { StateHash, Story, WorldReader } from '../opening/contract.ts';
import { createAnnouncer, type Said } from './announcer.ts';
import { drawable } from './coarse.ts';
import { keep } from './keep.ts';
import { lostNotice, refusalNotice, stoppedNotice } from './notices.ts';
import {
  type ChoiceStore,
  emptyPicture,
  type Notice,
  type Picture,
  type PictureStore,
  type Travel,
} from './store.ts';
import { branchWords, isElsewhere } from './travel.ts';
import { nextTrunks } from './trunks.ts';

/** Above this many steps a second nothing is tweened. */
const TWEEN_UP_TO = 8;

/** Words hashed at one go, a few ms the first time; those that are as they were take a fraction of that. */
const HASH_PORTION = 1 << 19;
const HASH_AGAIN = 1 << 22;
/** Words of a block that has its hash with its picture; a larger one has it when the picture has been painted. */
const HASH_AT_ONCE = 1 << 18;

export interface Painter {
  /** A world begins: nothing of the one before is told on. */
  begin(reader: WorldReader, story: Story | null): void;
  end(): void;
  draw(frame: Frame): void;
  /** Whether the story's connection stays selected until the person selects one. */
  autoSelect(on: boolean): void;
  /** The pictures that come are reached by going through time: nothing travels in them. */
  still(on: boolean): void;
  /** What `see` reads of the moment that is shown; null while none is. */
  look<T>(see: See<T>): T | null;
  /** Draws what depends on the selection again. */
  reselect(conn: number): void;
}

/** Reads the block of the moment whose picture is `stage`. */
export type See<T> = (reader: WorldReader, block: Int32Array, stage: StageView) => T;

interface PainterEnv {
  choices: ChoiceStore;
  picture: PictureStore;
  say(said: Said): void;
  /** Wall clock, ms. */
  now(): number;
  reducedMotion(): boolean;
  /** Runs work when the page has drawn and answered what waits. */
  later(work: () => void): void;
  /** Runs work once what has just changed on the page has been painted. */
  painted(work: () => void): void;
  /** A story's end has been reached while playing. */
  arrived(at: number): void;
  /** Gives a thread that has none a new worker. */
  revive(tid: number): void;
}

/** The same for two frames of one state: of one moment of a line, with the same choices made. */
const momentOf = ({ line, steps, undone, departures }: Frame): string =>
  `${line} ${steps} ${undone} ${departures.length}`;

export function createPainter(env: PainterEnv): Painter {
  const { choices, picture, say, now: clock, reducedMotion, later, painted } = env;
  let reader: WorldReader | null = null;
  let announcer = createAnnouncer();
  let autoSelected = true;
  let still = false;
  let story: Story | null = null;
  let storyLine = -1;
  /** Line whose future was there when the world was opened, so that nobody here has chosen it; -1 none. */
  let authored = -1;
  let lastSeq = 0;
  /** Numbers of the lines that have been read. */
  let seqs: number[] = [];
  let last: Frame | null = null;
  /** That of `last`. */
  let moment = '';
  /** Follows this world's block, from behind its first picture on; `hashed` once it has been looked at as a whole. */
  let hashing: StateHash | null = null;
  let hashed = false;
  let lastStopped: EngineStatus['stopped'] = '';
  let lastLost = '';

  const set = choices.setState;

  function draw(frame: Frame): void {
    if (!reader) return;
    const { selected, speed } = choices.getState();
    // The first pictures may be of the world before its run was laid before it.
    if (story && storyLine < 0 && frame.end >= story.at) storyLine = frame.line;
    const { playing } = frame.status;
    const before = picture.getState();
    const elsewhere = last !== null && isElsewhere(before.travel, frame);
    if (elsewhere) lastSeq = 0;
    const lines = reader.lines(frame.block, lastSeq);
    const read = reader.happenings(frame.block, lastSeq);
    for (const n of read) lastSeq = Math.max(lastSeq, n.seq);
    for (const l of lines) lastSeq = Math.max(lastSeq, l.seq);
    // Those of a future that was left behind go.
    if (elsewhere) seqs = seqs.filter((seq) => seq < (lines[0]?.seq ?? 0));
    seqs.push(...lines.map((l) => l.seq));
    const news = elsewhere || still ? latest(read, frame) : read;
    const fresh = { ...drawable(reader.stage(frame.block, selected)), steps: frame.steps };
    for (const t of frame.status.lost)
      if (fresh.threads[t]) Object.assign(fresh.threads[t], { state: 'lost', verb: 'No worker' });
    const stage = keep(before.stage, fresh);
    // Until the person selects one, the story's connection is selected: the first of the capture that is there.
    const kept = !autoSelected && stage.conns.some((c) => c.index === selected);
    const conn = kept ? selected : (stage.conns[0]?.index ?? -1);
    if (conn !== selected && conn >= 0) set({ selected: conn });
    agree(stage.conditions);
    const stepped = last === null || frame.steps !== last.steps || frame.line !== last.line;
    const now = clock();
    const sentence = keep(before.sentence, reader.sentence(stage, conn));
    picture.setState({
      stage,
      status: keep(before.status, frame.status),
      travel: travelOf(frame, before.travel, storyMark(frame)),
      blame: blameOf(frame),
      sentence,
      lines: seqs.length,
      trunks:
        stepped || playing
          ? keep(before.trunks, nextTrunks(before.trunks, stage, news, playing, now))
          : before.trunks,
      hash: playing ? '' : momentOf(frame) === moment && before.hash ? before.hash : hashNow(frame),
      motion:
        stepped &&
        !elsewhere &&
        !still &&
        !reducedMotion() &&
        (!playing || (speed === 'events' ? frame.status.resting : speed <= TWEEN_UP_TO)),
    });
    if (last === null && frame.end > frame.steps) authored = frame.line;
    const branch =
      last !== null && frame.line !== last.line && last.line !== authored
        ? branchWords(before.travel.kept, frame)
        : '';
    last = frame;
    moment = momentOf(frame);
    if (branch) say({ text: branch, urgent: false });
    if (!elsewhere && !still) noticeOf(news);
    tellStop(frame.status);
    tellStory(frame);
    dropOldTrunks(playing, now);
    const spoken = announcer.next(news, `${sentence.lead} ${sentence.rest}`.trim(), playing, now);
    // A frame may come because a worker is up: what it shows has been said.
    const known = !stepped && news.length === 0 && sentence === before.sentence;
    if (spoken && !branch && !known) say(spoken);
  }

  /** The state's hash, or '' for now: that of a first picture, or a large block, is shown when it is there. */
  function hashNow(frame: Frame): string {
    const { block } = frame;
    hashing?.begin();
    if (hashed && block.length <= HASH_AT_ONCE && hashing?.step(block, HASH_AGAIN)) return hashing.text;
    const [wait, portion] = hashed ? [painted, HASH_AGAIN] : [later, HASH_PORTION];
    const go = (): void => {
      // The block is good only until the next frame comes.
      if (last !== frame || !reader) return;
      hashing ??= reader.hashing();
      hashed = hashing.step(block, portion);
      if (hashed) picture.setState({ hash: hashing.text });
      else later(go);
    };
    wait(go);
    return '';
  }

  /** The conditions on screen are the world's: going through time changes them too. */
  function agree(is: ConditionsView): void {
    const was = choices.getState();
    if (was.gate !== is.gate || was.failNext !== is.failNext || was.acceptTarget !== is.acceptTarget)
      set({ ...is });
  }

  function noticeOf(news: readonly Happening[]): void {
    const refused = news.findLast((h) => h.kind === 'refused' || h.kind === 'error');
    if (refused) set({ notice: refusalNotice(refused.text) });
  }

  /** A thread that stands still for want of a worker is said to, also while the others go on. */
  function tellLost({ lost, ...status }: EngineStatus): void {
    const is = lost.length > 0 ? `${lost}/${status.silent}` : '';
    const other = is !== lastLost;
    lastLost = is;
    if (other && lost.length > 0) {
      const n = lostNotice({ lost, ...status }, env.revive);
      set({ notice: n });
      say({ text: `${n.heading}. ${n.detail}`, urgent: true });
    } else if (lost.length === 0 && choices.getState().notice?.about === 'lost') set({ notice: null });
  }

  function tellStop(status: EngineStatus): void {
    tellLost(status);
    if (status.stopped === lastStopped) return;
    lastStopped = status.stopped;
    const { stage } = picture.getState();
    let n: Notice | null = null;
    if (status.stopped === 'lost') n = lostNotice(status, env.revive);
    else if (stage) n = stoppedNotice(status, stage);
    if (!n) return;
    set({ notice: n });
    if (n.tone === 'violation' || n.tone === 'lost') say({ text: `${n.heading}. ${n.detail}`, urgent: true });
  }

  /** What a run broke is worth going to even where the engine's own rules do not look at it. */
  function storyMark(frame: Frame): Mark | null {
    if (!story || frame.line !== storyLine || frame.end < story.at) return null;
    return {
      at: story.at - 1,
      kind: 'violation',
      tid: story.tid,
      conn: story.touched,
      dgram: -1,
      other: -1,
      ms: 0,
      ns: 0,
    };
  }

  function blameOf(frame: Frame): Picture['blame'] {
    if (story && frame.line === storyLine && frame.steps === story.at) return story;
    const mark = frame.marks.findLast((m) => m.kind === 'violation' && m.at === frame.steps - 1);
    return mark && mark.tid >= 0 ? { tid: mark.tid, touched: -1 } : null;
  }

  /** At the end of a run that was found stands what it broke, as long as no branch has begun. */
  function tellStory(frame: Frame): void {
    if (!story) return;
    if (frame.line !== storyLine || frame.steps < story.at) return;
    if (frame.status.playing) env.arrived(story.at);
    const n: Notice = { tone: 'violation', heading: story.heading, detail: story.detail, action: null };
    const shown = choices.getState().notice;
    if (frame.steps !== story.at || (shown?.heading === n.heading && shown.detail === n.detail)) return;
    set({ notice: n });
    say({ text: `${n.heading} at step ${story.at}. ${n.detail} Stopped.`, urgent: true });
  }

  /** A trunk that lingers on a playing stage has to go even if no further step comes. */
  function dropOldTrunks(playing: boolean, now: number): void {
    const { trunks } = picture.getState();
    if (!playing || !trunks.some((t) => t.until <= now)) return;
    picture.setState({ trunks: trunks.filter((t) => t.until > now || !t.arrived) });
  }

  return {
    draw,
    begin(r, s) {
      reader = r;
      story = s;
      storyLine = -1;
      authored = -1;
      lastSeq = 0;
      seqs = [];
      last = null;
      moment = '';
      hashing = null;
      hashed = false;
      lastStopped = '';
      lastLost = '';
      announcer = createAnnouncer();
      const { stage } = picture.getState();
      picture.setState({ ...emptyPicture(), stage, ...(stage ? { sentence: LAID_OUT } : {}) });
    },
    end() {
      reader = null;
      last = null;
      hashing = null;
    },
    autoSelect(on) {
      autoSelected = on;
    },
    still(on) {
      still = on;
    },
    look(see) {
      const { stage } = picture.getState();
      return last && reader && stage ? see(reader, last.block, stage) : null;
    },
    reselect(conn) {
      const { stage } = picture.getState();
      if (!last || !reader || !stage) return;
      const sentence = reader.sentence(stage, conn);
      picture.setState({ sentence, motion: false });
    },
  };
}

/** Marks are copied only when there are more, so that views can tell by identity. `own`: a mark of the story's. */
function travelOf(frame: Frame, before: Travel, own: Mark | null): Travel {
  const { steps, end, line, undone, kept, marks, departures } = frame;
  const extra = own && !marks.some((m) => m.kind === 'violation' && m.at === own.at) ? 1 : 0;
  const same = before.line === line && before.marks.length === marks.length + extra;
  const all = () => (own && extra ? [...marks, own].sort((a, b) => a.at - b.at) : [...marks]);
  return { at: steps, end, line, undone, kept, departures, marks: same ? before.marks : all() };
}

/** Until the first picture of a world that begins. */
const LAID_OUT: Sentence = {
  conn: null,
  lead: 'A new beginning is being laid out.',
  rest: 'The stage still shows what was before.',
};

const OF_MARK = { commit: 'commit', redispatch: 'redispatch', violation: 'bug', refused: 'refused' } as const;

/** What the very step before this moment did, where it is worth a mark: all that is told when a moment is gone to. */
function latest(read: readonly Happening[], frame: Frame): Happening[] {
  const mark = frame.marks.findLast((m) => m.at === frame.steps - 1);
  const found = mark && read.findLast((h) => h.kind === OF_MARK[mark.kind]);
  return found ? [found] : [];
}
