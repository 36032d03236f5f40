/**
 * One figure's session: a running world, its readers, and the two stores the views draw from. Everything the page can do
 * to the world goes through here; nothing else holds the engine.
 */
import type { Anchors, Engine, Slices, WorldOptions } from '../../hosts/engine.ts';
import type { StoredMoment } from '../../hosts/messages.ts';
import type { Moment } from '../../link/index.ts';
import type { Choice } from '../../machine/choice.ts';
import { isCapture, isProgram, storedMoment, viewOf } from '../address/moments.ts';
import type { Backend, Opened, Running, Source } from '../opening/contract.ts';
import type { Said } from './announcer.ts';
import type { Session, SessionEnv } from './api.ts';
import { misplacedNotice, otherCaptureNotice, partedNotice, rejectedNotice } from './notices.ts';
import { createOrders } from './orders.ts';
import { createPainter } from './painter.ts';
import { type Choices, createChoices, createPicture, type Notice } from './store.ts';
import { nextMark } from './travel.ts';

const sentenceCase = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

export type { Session, SessionEnv } from './api.ts';

/** A session with nothing open yet. */
export function createSession(env: SessionEnv): Session {
  const choices = createChoices(env.first ?? {});
  const picture = createPicture();
  const listeners = new Set<(said: Said) => void>();
  const windows = new Set<(rows: Slices) => void>();
  const anchored = new Set<(anchors: Anchors) => void>();
  let opened: Opened | null = null;
  let running: Running | null = null;
  let stopFrames = () => {};
  let opening: AbortController | null = null;
  /** Guards against a start that is overtaken by a later one. */
  let generation = 0;
  /** A world is on its way; whether Play was pressed meanwhile. */
  let starting = false;
  let playSoon = false;
  /** Options as they were before a run of a search was opened. */
  let ownOptions: WorldOptions | null = null;

  const set = (part: Partial<Choices>) => choices.setState(part);
  const say = (said: Said) => {
    for (const cb of listeners) cb(said);
  };
  const painter = createPainter({
    ...env,
    choices,
    picture,
    say,
    arrived: (at) => engine()?.order({ kind: 'seek', at }),
  });
  const engine = (): Engine | null => running?.engine ?? null;
  const choose = (choice: Choice) => {
    painter.still(false);
    engine()?.order({ kind: 'choice', choice });
  };
  const notice = (n: Notice | null) => set({ notice: n });

  function dropWorld(): void {
    stopFrames();
    running?.engine.close();
    running = null;
    painter.end();
  }

  /** The world that runs is the same beginning with another program, not a link's. */
  let restarting = false;
  /** Counts what was asked to begin; the last one counts. */
  let asked = 0;

  async function begin(
    from: Opened,
    options: WorldOptions,
    autoplay: number,
    moment?: StoredMoment,
  ): Promise<void> {
    const mine = ++generation;
    starting = true;
    const world = await from.start(options, moment).finally(() => {
      if (mine === generation) starting = false;
    });
    if (mine !== generation) {
      world.engine.close();
      return;
    }
    dropWorld();
    running = world;
    painter.begin(world.reader, from.story ?? null);
    const frames = world.engine.onFrame(painter.draw);
    const refusals = world.engine.onRefused((why) =>
      notice({ tone: 'refused', heading: 'That can’t be done now', detail: sentenceCase(why), action: null }),
    );
    const slices = world.engine.onSlices((rows) => {
      for (const cb of windows) cb(rows);
    });
    const anchors = world.engine.onAnchors((a) => {
      for (const cb of anchored) cb(a);
    });
    const misplaced = world.engine.onMisplaced((notes) => {
      const n = restarting ? partedNotice(notes) : misplacedNotice(notes);
      if (n) notice(n);
    });
    stopFrames = () => {
      frames();
      anchors();
      misplaced();
      refusals();
      slices();
    };
    if (!moment) sendConditions();
    if (playSoon) world.engine.order({ kind: 'play', stepsPerSecond: choices.getState().speed });
    else if (autoplay > 0) world.engine.order({ kind: 'play', stepsPerSecond: autoplay });
    playSoon = false;
  }

  /** Conditions are choices too: a world that begins anew is told them again. */
  function sendConditions(): void {
    const { gate, acceptTarget } = choices.getState();
    set({ failNext: false });
    if (!gate) choose({ kind: 'gate', on: false });
    if (acceptTarget >= 0) choose({ kind: 'accept-target', tid: acceptTarget, conn: -1 });
  }

  async function open(source: Source, keys: File | null, link?: Moment): Promise<void> {
    opening?.abort();
    const mine = new AbortController();
    opening = mine;
    asked++;
    const name = nameOf(env.backend, source);
    set({ loading: { name, progress: null }, dialog: '', notice: null });
    try {
      const progress = (p: NonNullable<Choices['loading']>['progress']) => {
        if (opening === mine) set({ loading: { name, progress: p } });
      };
      const got = await env.backend.open(source, keys, progress, mine.signal);
      if (opening !== mine) return;
      const { awaits } = choices.getState();
      const at = link ?? got.here ?? (awaits && isCapture(awaits, got.scenario) ? awaits : undefined);
      // A run's or a link's world is as it says; what the person had chosen comes back with the next capture.
      const base = ownOptions ?? choices.getState().options;
      ownOptions = at || source.kind === 'run' ? base : null;
      const options = at ? { ...at.options } : { ...base, ...got.options };
      if (got.frozen) session.setMode('step');
      painter.autoSelect(!at || at.view.selected < 0);
      set({ selected: at?.view.selected ?? -1, tableFrom: 0 });
      restarting = false;
      await begin(got, options, at ? 0 : got.autoplay, at && storedMoment(at));
      opened = got;
      set({ source, sourceName: got.name, keysName: keys?.name ?? '', notes: got.notes, keys: got.keys });
      set({ ...pastOf(got), options });
      if (got.here) sayWhenMisled(got.here);
      if (at) set({ awaits: null, ...viewOf(at) });
      else if (awaits && source.kind === 'file' && !got.frozen) notice(otherCaptureNotice(awaits));
    } catch (error) {
      if (opening !== mine) return;
      if (!mine.signal.aborted) notice(rejectedNotice(name, error));
    } finally {
      if (opening === mine) {
        opening = null;
        set({ loading: null });
      }
    }
  }

  async function adopt(got: Opened): Promise<void> {
    opening?.abort();
    asked++;
    const base = ownOptions ?? choices.getState().options;
    ownOptions = base;
    const options = { ...base, ...got.options };
    await begin(got, options, got.autoplay);
    opened = got;
    painter.autoSelect(true);
    set({
      source: { kind: 'sample', id: '' },
      sourceName: got.name,
      keysName: '',
      notes: got.notes,
      keys: got.keys,
      options,
      selected: -1,
      tableFrom: 0,
      notice: null,
      ...pastOf(got),
    });
  }

  /** What was observed before it stands in the trace, which is shown. */
  const pastOf = ({ past = [] }: Opened): Partial<Choices> =>
    past.length > 0 ? { past, panel: 'trace' } : { past };

  /** The choices in a file lead to the state that was saved, or it is said. */
  function sayWhenMisled(here: Moment): void {
    void import('../address/address.ts').then((a) => a.sayWhenElsewhere(session, here));
  }

  async function restart(part: Partial<WorldOptions> = {}): Promise<void> {
    const from = opened;
    if (!from) return;
    const before = choices.getState().options;
    const options = { ...before, ...part };
    set({ options, notice: null });
    const mine = ++asked;
    const again = isProgram(part) && picture.getState().travel.end > 0;
    const moment = again ? await session.links?.moment() : null;
    // Whoever asked for something else meanwhile has these options too.
    if (mine !== asked) return;
    restarting = true;
    try {
      await begin(from, options, 0, moment ? storedMoment(moment) : undefined);
    } catch (error) {
      set({ options: before });
      notice(rejectedNotice(from.name, error));
    }
  }

  const orders = createOrders({
    choices,
    picture,
    pause: () => engine()?.order({ kind: 'pause' }),
    choose,
    say,
    selectByHand: () => painter.autoSelect(false),
  });

  const session: Session = {
    backend: env.backend,
    choices,
    picture,
    set,
    open,
    restart,
    ...orders,
    cancelOpen() {
      opening?.abort();
      opening = null;
      set({ loading: null });
    },
    play() {
      if (starting) {
        playSoon = true;
        return;
      }
      if (picture.getState().stage?.fatal) return;
      set({ notice: null });
      painter.still(false);
      engine()?.order({ kind: 'play', stepsPerSecond: choices.getState().speed });
    },
    pause: () => engine()?.order({ kind: 'pause' }),
    step() {
      if (picture.getState().status.playing) engine()?.order({ kind: 'pause' });
      if (choices.getState().notice?.tone === 'plain') notice(null);
      painter.still(false);
      const { at, end, undone } = picture.getState().travel;
      engine()?.order({ kind: at < end || undone > 0 ? 'forward' : 'step' });
    },
    travel(step) {
      const here = picture.getState().travel;
      set({ notice: null, menu: null });
      painter.still(true);
      if (step.kind === 'back' || step.kind === 'bring-back') engine()?.order(step);
      else if (step.kind === 'seek') engine()?.order({ kind: 'seek', at: step.at });
      else {
        const to = nextMark(here, step.by);
        if (to >= 0) engine()?.order({ kind: 'seek', at: to });
      }
    },
    askSlices: (from, to) => engine()?.order({ kind: 'slices', from, to }),
    onSlices(cb) {
      windows.add(cb);
      return () => windows.delete(cb);
    },
    askAnchors: () => engine()?.order({ kind: 'anchors' }),
    onAnchors(cb) {
      anchored.add(cb);
      return () => anchored.delete(cb);
    },
    fingerprint: () => running?.fingerprint ?? '',
    show: painter.show,
    stepWords: (pc) => running?.reader.step(pc) ?? null,
    setSpeed(speed) {
      set({ speed });
      if (picture.getState().status.playing) engine()?.order({ kind: 'play', stepsPerSecond: speed });
    },
    adopt,
    opened: () => opened,
    live: null,
    links: null,
    say,
    setMode(mode) {
      if (mode === choices.getState().mode) return;
      if (mode === 'live') engine()?.order({ kind: 'pause' });
      set({ mode, menu: null, drag: null, dialog: '', conditions: false, drawer: false });
    },
    select(conn) {
      painter.autoSelect(false);
      set({ selected: conn });
      painter.reselect(conn);
    },
    onSaid(cb) {
      listeners.add(cb);
      return () => listeners.delete(cb);
    },
    close() {
      this.live?.close();
      this.links?.close();
      opening?.abort();
      dropWorld();
    },
  };
  return session;

  function nameOf(backend: Backend, source: Source): string {
    if (source.kind === 'file') return source.file.name;
    if (source.kind === 'run') return source.name;
    if (source.kind === 'world') return source.world;
    return backend.samples.find((s) => s.id === source.id)?.name ?? source.id;
  }
}
