/** What the session's worlds begin with: a capture, a museum world, a run that was found, a frozen moment. */

import { visible } from '../../door/index.ts';
import type { Way, WorldOptions } from '../../hosts/engine.ts';
import type { StoredMoment } from '../../hosts/messages.ts';
import type { Moment } from '../../link/index.ts';
import { STORY_NAMES } from '../../stories/names.ts';
import { isCapture, isProgram, storedMoment, viewOf } from '../address/moments.ts';
import type { Backend, Opened, Source } from '../opening/contract.ts';
import { beginTelling, castOf, placeOf, resolvedOf, runNo, type Telling } from '../story/telling.ts';
import { EVERYTHING, NO_FOLDS } from '../trace/everything.ts';
import type { Parts } from './api.ts';
import {
  contentsNotice,
  nothingMovesNotice,
  otherCaptureNotice,
  rejectedNotice,
  stoppedOnTheWayNotice,
} from './notices.ts';
import type { Painter } from './painter.ts';
import type { LinkSaid } from './said.ts';
import type { ChoiceStore, Choices, Mode, PictureStore } from './store.ts';
import type { TimeOfSession } from './time.ts';
import type { Start, World } from './world.ts';

export interface Beginnings {
  /**
   * Opens a capture, or a museum world; at a link's moment, or where that beginning begins. False when it cannot be had, or was
   * overtaken or stopped.
   */
  open(source: Source, keys: File | null, link?: Moment): Promise<boolean>;
  /** Tells what is worth looking at first in the capture that is open. */
  tellYours(): Promise<void>;
  cancelOpen(): void;
  /** Begins with what is open already: a moment frozen in Live, with the connection that was picked there (-1 none). */
  adopt(opened: Opened, selected: number): Promise<void>;
  /** What is open, or null. */
  opened(): Opened | null;
  /**
   * Begins again with other options; the person's conditions are kept. Of another program the same choices are made up to
   * the same step.
   */
  restart(options?: Partial<WorldOptions>): Promise<void>;
  /** Begins what is open again, at a moment of its own in a program of its own. */
  standAt(options: WorldOptions, moment: StoredMoment): Promise<void>;
  /** Begins the same world with new workers, at the step that is shown, with the line that is recorded. */
  goOn(): Promise<void>;
}

interface BeginningsEnv {
  backend: Backend;
  choices: ChoiceStore;
  picture: PictureStore;
  painter: Painter;
  world: World;
  time: TimeOfSession;
  parts: Partial<Parts>;
  linkSaid: LinkSaid;
  setMode(mode: Mode): void;
}

export interface BeginningsOfSession extends Beginnings {
  /** The world has come so far on the way to its moment; null: it stands there. */
  onTheWay(way: Way | null): void;
  close(): void;
}

export function createBeginnings(env: BeginningsEnv): BeginningsOfSession {
  const { backend, choices, picture, painter, world, time } = env;
  const set = choices.setState;
  let opened: Opened | null = null;
  let opening: AbortController | null = null;
  /** Options as they were before a run of a search was opened. */
  let ownOptions: WorldOptions | null = null;
  /** Counts what was asked to begin; the last one counts. */
  let asked = 0;

  /** Conditions are choices too: a world that begins anew is told them again. */
  function sendConditions(): void {
    const { gate, acceptTarget } = choices.getState();
    set({ failNext: false });
    if (!gate) world.choose({ kind: 'gate', on: false });
    if (acceptTarget >= 0) world.choose({ kind: 'accept-target', tid: acceptTarget, conn: -1 });
  }

  const begin = (start: Start): Promise<void> =>
    world.begin({
      ...start,
      begun(order) {
        if (!start.moment) sendConditions();
        time.begun(order);
      },
    });

  async function open(source: Source, keys: File | null, link?: Moment): Promise<boolean> {
    opening?.abort();
    const mine = new AbortController();
    opening = mine;
    asked++;
    const name = visible(nameOf(backend, source));
    set({ loading: { name, progress: null }, dialog: '', notice: null });
    if (!link) env.linkSaid.begin();
    try {
      const progress = (p: NonNullable<Choices['loading']>['progress']) => {
        if (opening === mine) set({ loading: { name, progress: p } });
      };
      const { awaits } = choices.getState();
      const got = await backend.open(awaiting(source, awaits), keys, progress, mine.signal);
      if (opening !== mine) return false;
      const story = got.tale && source.kind === 'story' ? beginTelling(got.tale, source.beat) : null;
      const at = link ?? got.here ?? (awaits && isCapture(awaits, got.scenario) ? awaits : undefined);
      // A run's or a link's world is as it says; what the person had chosen comes back with the next capture.
      const base = ownOptions ?? choices.getState().options;
      ownOptions = at || story || source.kind === 'run' ? base : null;
      const options = at
        ? { ...at.options }
        : { ...base, ...got.options, ...(story ? toldOptions(story) : {}) };
      if (got.frozen) env.setMode('step');
      painter.autoSelect(!story && (!at || at.view.selected < 0));
      set({ selected: story ? castOf(story).conn : (at?.view.selected ?? -1), tableFrom: 0 });
      await begin({
        from: got,
        options,
        moment: at ? storedMoment(at) : story ? toldMoment(story) : undefined,
      });
      opened = got;
      set({ follow: -1, dgram: 0, find: null, finding: null, traceFilter: EVERYTHING, traceFolds: NO_FOLDS });
      set({
        called: null,
        story,
        leftStory: null,
        presenting: story !== null && choices.getState().presenting,
      });
      if (story) set({ mode: 'step', explorer: false, menu: null });
      set({
        source: shownSource(source, got),
        sourceName: got.name,
        keysName: keys?.name ?? '',
        unread: unreadIn(got),
        notes: got.notes,
        keys: got.keys,
      });
      set({ ...pastOf(got), options });
      if (got.here) {
        env.linkSaid.begin([]);
        env.parts.links?.sayWhenElsewhere(got.here);
      }
      if (!at && !story && got.contents)
        set({ notice: contentsNotice(got.contents, () => void tellYours()) });
      if (at) set({ awaits: null, ...viewOf(at) });
      else if (awaits && source.kind === 'file' && !got.frozen) set({ notice: otherCaptureNotice(awaits) });
      if (at?.name) env.parts.links?.callAgain(at.name);
      if (at?.view.find) env.parts.links?.findAgain(at.view.find);
      return true;
    } catch (error) {
      if (opening === mine && !mine.signal.aborted) set({ notice: rejectedNotice(name, error) });
      return false;
    } finally {
      if (opening === mine) {
        opening = null;
        set({ loading: null });
      }
    }
  }

  async function adopt(got: Opened, selected: number): Promise<void> {
    opening?.abort();
    asked++;
    const base = ownOptions ?? choices.getState().options;
    ownOptions = base;
    const options = { ...base, ...got.options };
    // Whoever had picked one there wants to see it here.
    painter.autoSelect(selected < 0);
    set({ selected });
    await begin({ from: got, options });
    set({ called: null, story: null, leftStory: null, presenting: false });
    opened = got;
    set({
      source: { kind: 'sample', id: '' },
      sourceName: got.name,
      keysName: '',
      unread: unreadIn(got),
      notes: got.notes,
      keys: got.keys,
      options,
      tableFrom: 0,
      notice: null,
      ...pastOf(got),
    });
  }

  async function restart(part: Partial<WorldOptions> = {}): Promise<void> {
    const from = opened;
    if (!from) return;
    const before = choices.getState().options;
    const options = { ...before, ...part };
    set({ options, notice: null });
    const mine = ++asked;
    const again = isProgram(part) && picture.getState().travel.end > 0;
    const here = again ? await env.parts.links?.moment() : null;
    // Whoever asked for something else meanwhile has these options too.
    if (mine !== asked) return;
    try {
      await begin({ from, options, moment: here ? storedMoment(here) : undefined, again: true });
    } catch (error) {
      set({ options: before, notice: rejectedNotice(from.name, error) });
    }
  }

  async function tellYours(): Promise<void> {
    const from = opened;
    if (!from) return;
    const mine = new AbortController();
    opening?.abort();
    opening = mine;
    const base = choices.getState().options;
    set({ loading: { name: from.name, progress: null }, notice: null });
    try {
      const tale = await backend.look(from, base, mine.signal);
      if (opening !== mine) return;
      if (!tale) {
        set({ notice: nothingMovesNotice() });
        return;
      }
      asked++;
      const story = beginTelling(tale, 0);
      painter.autoSelect(false);
      set({ selected: castOf(story).conn, tableFrom: 0 });
      await begin({ from, options: toldOptions(story), moment: toldMoment(story) });
      set({ story, leftStory: null, options: toldOptions(story), mode: 'step', explorer: false, menu: null });
    } catch (error) {
      if (opening === mine && !mine.signal.aborted) set({ notice: rejectedNotice(from.name, error) });
    } finally {
      if (opening === mine) {
        opening = null;
        set({ loading: null });
      }
    }
  }

  async function standAt(options: WorldOptions, moment: StoredMoment): Promise<void> {
    const from = opened;
    if (!from) return;
    asked++;
    set({ options: { ...choices.getState().options, ...options }, notice: null });
    await begin({ from, options: choices.getState().options, moment });
  }

  async function goOn(): Promise<void> {
    const from = opened;
    if (!from) return;
    asked++;
    const { travel } = picture.getState();
    const { at, end, undone } = travel;
    const departures = [...travel.departures];
    const moment = { departures, end, at, undone, fingerprint: world.fingerprint() };
    set({ notice: null });
    await begin({ from, options: choices.getState().options, moment, insteadOfDead: true });
  }

  /** The way to the moment was too long for the person. */
  async function fromItsBeginning(): Promise<void> {
    const from = opened;
    if (!from) return;
    asked++;
    env.linkSaid.begin();
    await begin({ from, options: choices.getState().options });
    set({ loading: null, notice: stoppedOnTheWayNotice() });
  }

  return {
    open,
    adopt,
    tellYours,
    restart,
    standAt,
    goOn,
    onTheWay(way) {
      const { loading } = choices.getState();
      if (!way && loading?.onTheWay) set({ loading: null });
      if (!way || !opened) return;
      const progress = { read: way.done, total: way.of, unit: 'steps', connections: 0 };
      set({ loading: { name: opened.name, progress, onTheWay: true } });
    },
    opened: () => opened,
    cancelOpen() {
      if (choices.getState().loading?.onTheWay) void fromItsBeginning();
      opening?.abort();
      opening = null;
      set({ loading: null });
    },
    close: () => opening?.abort(),
  };
}

const unreadIn = ({ data }: Opened): number =>
  data.datagrams.unread?.reduce((sum, reason) => sum + (reason > 0 ? 1 : 0), 0) ?? 0;

/** A file may be the capture that a link waits for; of its servers the link's is taken then. */
function awaiting(source: Source, awaits: Moment | null): Source {
  const named = awaits?.scenario;
  return source.kind === 'file' && named?.kind === 'capture' ? { ...source, awaited: named } : source;
}

/** What was observed before it stands in the trace, which is shown. */
const pastOf = ({ past = [] }: Opened): Partial<Choices> =>
  past.length > 0 ? { past, panel: 'trace' } : { past };

const toldOptions = (t: Telling): WorldOptions => t.tale.runs[runNo(t)]!.options;

/** Where a story's telling begins: the run that its beat is of, at the beat's place. */
function toldMoment(t: Telling): StoredMoment {
  const { departures, end, start, undone } = resolvedOf(t);
  return { departures, end, ...(placeOf(t, t.beat, false) ?? { at: start, undone }) };
}

/** What the list of captures shows as open: a story's capture. */
function shownSource(source: Source, { scenario }: Opened): Source {
  return source.kind === 'story' && scenario?.kind === 'sample' ? scenario : source;
}

function nameOf(backend: Backend, source: Source): string {
  if (source.kind === 'file') return source.file.name;
  if (source.kind === 'run') return source.name;
  if (source.kind === 'world') return source.world;
  if (source.kind === 'story') return STORY_NAMES.find((s) => s.name === source.name)?.title ?? source.name;
  return backend.samples.find((s) => s.id === source.id)?.name ?? source.id;
}
