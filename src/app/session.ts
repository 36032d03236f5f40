/**
 * One figure's session: a running world, its readers, and the two stores the views draw from. Everything the page can do
 * to the world goes through here; nothing else holds the engine.
 */
import type { Engine, EngineStatus, Frame, WorldOptions } from '../hosts/engine.ts';
import type { Choice } from '../machine/choice.ts';
import type { Happening, TraceLine } from '../report/view.ts';
import type { Backend, Opened, Running, Source } from './contract.ts';
import { type Announcer, createAnnouncer, type Said } from './live.ts';
import { lostNotice, refusalNotice, rejectedNotice, stoppedNotice } from './notices.ts';
import { type Choices, createChoices, createPicture, emptyPicture, type Notice } from './store.ts';
import { nextTrunks } from './trunks.ts';

/** Above this many steps a second nothing is tweened (DESIGN 5). */
const TWEEN_UP_TO = 8;
const sentenceCase = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** Lines kept for scrolling back; the world's own ring is shorter. */
const TRACE_KEPT = 4000;

export interface Session {
  readonly backend: Backend;
  readonly choices: ReturnType<typeof createChoices>;
  readonly picture: ReturnType<typeof createPicture>;
  set(part: Partial<Choices>): void;
  open(source: Source, keys: File | null): Promise<void>;
  cancelOpen(): void;
  /** Begins again with other options; the person's conditions are kept. */
  restart(options?: Partial<WorldOptions>): Promise<void>;
  play(): void;
  pause(): void;
  step(): void;
  setSpeed(stepsPerSecond: number): void;
  runThread(tid: number): void;
  toggleHold(tid: number): void;
  rebind(conn: number, tid: number): void;
  setGate(on: boolean): void;
  setFailNext(on: boolean): void;
  setAcceptTarget(tid: number): void;
  select(conn: number): void;
  /** Calls back with what a screen reader should hear. */
  onSaid(cb: (said: Said) => void): () => void;
  close(): void;
}

export interface SessionEnv {
  backend: Backend;
  /** Wall clock in ms, for how long a picture lingers; never reaches the world. */
  now(): number;
  reducedMotion(): boolean;
  first?: Partial<Choices>;
}

/** A session with nothing open yet. */
export function createSession(env: SessionEnv): Session {
  const choices = createChoices(env.first ?? {});
  const picture = createPicture();
  const listeners = new Set<(said: Said) => void>();
  let announcer: Announcer = createAnnouncer();
  let opened: Opened | null = null;
  let running: Running | null = null;
  let stopFrames = () => {};
  let opening: AbortController | null = null;
  /** Guards against a start that is overtaken by a later one. */
  let generation = 0;
  /** A world is on its way; whether Play was pressed meanwhile. */
  let starting = false;
  /** Nobody has selected a connection in this world yet. */
  let autoSelected = true;
  let playSoon = false;
  let lastSeq = 0;
  let lastSteps = -1;
  let lastStopped: EngineStatus['stopped'] = '';
  let lastFrame: Frame | null = null;

  const set = (part: Partial<Choices>) => choices.setState(part);
  const engine = (): Engine | null => running?.engine ?? null;
  const choose = (choice: Choice) => engine()?.order({ kind: 'choice', choice });
  const notice = (n: Notice | null) => set({ notice: n });

  function draw(frame: Frame): void {
    if (!running) return;
    lastFrame = frame;
    const { reader } = running;
    const { selected, speed } = choices.getState();
    const { playing } = frame.status;
    const news: Happening[] = reader.happenings(frame.block, lastSeq);
    const lines: TraceLine[] = reader.trace(frame.block, lastSeq);
    for (const n of news) lastSeq = Math.max(lastSeq, n.seq);
    for (const l of lines) lastSeq = Math.max(lastSeq, l.seq);
    const stage = { ...reader.stage(frame.block), steps: frame.steps };
    for (const t of frame.status.lost) if (stage.threads[t]) stage.threads[t].state = 'lost';
    // Until the person selects one, the story's connection is selected: the first of the capture that is there.
    const kept = !autoSelected && stage.conns.some((c) => c.index === selected);
    const conn = kept ? selected : (stage.conns[0]?.index ?? -1);
    if (conn !== selected && conn >= 0) set({ selected: conn });
    const before = picture.getState();
    const stepped = frame.steps !== lastSteps;
    const now = env.now();
    const trunks = stepped || playing ? nextTrunks(before.trunks, stage, news, playing, now) : before.trunks;
    const sentence = reader.sentence(stage, conn);
    picture.setState({
      stage,
      status: frame.status,
      sentence,
      program: conn >= 0 ? reader.program(frame.block, conn) : [],
      trace: lines.length > 0 ? [...before.trace, ...lines].slice(-TRACE_KEPT) : before.trace,
      trunks,
      hash: playing ? '' : reader.hash(frame.block),
      motion: stepped && !env.reducedMotion() && (!playing || speed <= TWEEN_UP_TO),
    });
    lastSteps = frame.steps;
    tell(news, frame.status, playing, now);
    const spoken = announcer.next(news, `${sentence.lead} ${sentence.rest}`.trim(), playing, now);
    if (spoken) for (const cb of listeners) cb(spoken);
  }

  function tell(news: readonly Happening[], status: EngineStatus, playing: boolean, now: number): void {
    const refused = news.findLast((h) => h.kind === 'refused' || h.kind === 'error');
    if (refused) notice(refusalNotice(refused.text));
    if (news.some((h) => h.kind === 'error') && choices.getState().failNext) set({ failNext: false });
    if (status.stopped !== lastStopped) {
      lastStopped = status.stopped;
      const stage = picture.getState().stage;
      const n = status.stopped === 'lost' ? lostNotice(status) : stage ? stoppedNotice(status, stage) : null;
      if (n) {
        notice(n);
        if (n.tone === 'violation' || n.tone === 'lost') {
          for (const cb of listeners) cb({ text: `${n.heading}. ${n.detail}`, urgent: true });
        }
      }
    }
    // A trunk that lingers on a playing stage has to go even if no further step comes.
    if (playing && picture.getState().trunks.some((t) => t.until <= now)) {
      picture.setState({ trunks: picture.getState().trunks.filter((t) => t.until > now || !t.arrived) });
    }
  }

  function dropWorld(): void {
    stopFrames();
    running?.engine.close();
    running = null;
    lastFrame = null;
  }

  async function begin(from: Opened, options: WorldOptions, autoplay: number): Promise<void> {
    const mine = ++generation;
    starting = true;
    const world = await from.start(options).finally(() => {
      if (mine === generation) starting = false;
    });
    if (mine !== generation) {
      world.engine.close();
      return;
    }
    dropWorld();
    running = world;
    lastSeq = 0;
    lastSteps = -1;
    lastStopped = '';
    announcer = createAnnouncer();
    picture.setState({ ...emptyPicture(), stage: picture.getState().stage });
    const frames = world.engine.onFrame(draw);
    const refusals = world.engine.onRefused((why) =>
      notice({ tone: 'refused', heading: 'That can’t be done now', detail: sentenceCase(why), action: null }),
    );
    stopFrames = () => {
      frames();
      refusals();
    };
    sendConditions();
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

  async function open(source: Source, keys: File | null): Promise<void> {
    opening?.abort();
    const mine = new AbortController();
    opening = mine;
    const name = nameOf(env.backend, source);
    set({ loading: { name, progress: null }, dialog: '', notice: null });
    try {
      const progress = (p: NonNullable<Choices['loading']>['progress']) => {
        if (opening === mine) set({ loading: { name, progress: p } });
      };
      const got = await env.backend.open(source, keys, progress, mine.signal);
      if (opening !== mine) return;
      const options = { ...choices.getState().options, ...got.options };
      await begin(got, options, got.autoplay);
      opened = got;
      set({ source, sourceName: got.name, keysName: keys?.name ?? '', notes: got.notes, keys: got.keys });
      autoSelected = true;
      set({ options, selected: -1, tableFrom: 0 });
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

  async function restart(part: Partial<WorldOptions> = {}): Promise<void> {
    const from = opened;
    if (!from) return;
    const options = { ...choices.getState().options, ...part };
    set({ options, notice: null });
    try {
      await begin(from, options, 0);
    } catch (error) {
      notice(rejectedNotice(from.name, error));
    }
  }

  function rebind(conn: number, tid: number): void {
    const view = picture.getState().stage?.conns.find((c) => c.index === conn);
    set({ menu: null, drag: null });
    if (!view || view.owner === tid) return;
    engine()?.order({ kind: 'pause' });
    if (view.rebindRefusal) {
      const n = refusalNotice(view.rebindRefusal, view.name.letter);
      notice(n);
      for (const cb of listeners) cb({ text: `${n.heading}. ${n.detail}`, urgent: false });
      return;
    }
    autoSelected = false;
    set({ selected: conn, notice: null });
    choose({ kind: 'rebind', conn, tid });
    // An order to a thread that is held would never begin: the order is what it waited for.
    const owner = picture.getState().stage?.threads[view.owner];
    if (owner?.held) choose({ kind: 'release', tid: view.owner });
  }

  return {
    backend: env.backend,
    choices,
    picture,
    set,
    open,
    restart,
    rebind,
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
      engine()?.order({ kind: 'play', stepsPerSecond: choices.getState().speed });
    },
    pause: () => engine()?.order({ kind: 'pause' }),
    step() {
      if (picture.getState().status.playing) engine()?.order({ kind: 'pause' });
      if (choices.getState().notice?.tone === 'plain') notice(null);
      engine()?.order({ kind: 'step' });
    },
    setSpeed(speed) {
      set({ speed });
      if (picture.getState().status.playing) engine()?.order({ kind: 'play', stepsPerSecond: speed });
    },
    runThread(tid) {
      const { status } = picture.getState();
      if (status.playing) engine()?.order({ kind: 'pause' });
      choose({ kind: 'step', tid });
    },
    toggleHold(tid) {
      const held = picture.getState().stage?.threads[tid]?.held ?? false;
      choose({ kind: held ? 'release' : 'hold', tid });
    },
    setGate(on) {
      set({ gate: on });
      choose({ kind: 'gate', on });
    },
    setFailNext(on) {
      set({ failNext: on });
      choose({ kind: 'fail-allocation', n: on ? 1 : 0 });
    },
    setAcceptTarget(tid) {
      set({ acceptTarget: tid });
      choose({ kind: 'accept-target', tid, conn: -1 });
    },
    select(conn) {
      autoSelected = false;
      set({ selected: conn });
      if (lastFrame && running) {
        const stage = picture.getState().stage;
        if (!stage) return;
        const sentence = running.reader.sentence(stage, conn);
        const program = conn >= 0 ? running.reader.program(lastFrame.block, conn) : [];
        picture.setState({ sentence, program, motion: false });
      }
    },
    onSaid(cb) {
      listeners.add(cb);
      return () => listeners.delete(cb);
    },
    close() {
      opening?.abort();
      dropWorld();
    },
  };

  function nameOf(backend: Backend, source: Source): string {
    if (source.kind === 'file') return source.file.name;
    return backend.samples.find((s) => s.id === source.id)?.name ?? source.id;
  }
}
