/**
 * One Live view's run: starts the pool, reads it while it is seen, and passes on what the person orders. The view draws
 * from `drawn` when `onDraw` calls, and writes words from the store.
 */
import type { Frozen, Live, LiveBegin, LiveSettings, LiveStatus } from '../../hosts/live/contract.ts';
import { LIVE_DEFAULTS } from '../../hosts/live/contract.ts';
import type { Pulse } from '../../hosts/pulse.ts';
import type { WorldData } from '../../scenario/data.ts';
import type { Said } from '../session/announcer.ts';
import { count } from '../stage/text.ts';
import { type Caller, createCaller } from './announce.ts';
import { createDrawn, type Drawn, factsOf, readAgain } from './drawn.ts';
import type { LiveHandle } from './handle.ts';
import { roomFor } from './sliders.ts';
import { balanceWords, deadWords, lostWords, phaseWords, rulesWords, unseenWords } from './status.ts';
import { createLiveStore, type LiveState, type Wishes } from './store.ts';
import { neighbour } from './walk.ts';
import { brief } from './words.ts';

/** Numbers are written anew this often, ms; faster nobody can read them. */
const FACTS_MS = 500;
const DRAW_MS = 100;
/** With reduced motion. */
const CALM_MS = 500;

export interface LiveEnv {
  start(begin: LiveBegin): Live;
  whyOff(): { why: string; turnsOn: string } | null;
  now(): number;
  reducedMotion(): boolean;
  hidden(): boolean;
  /** Calls back when the page is hidden or shown; returns how to stop. */
  onHidden(cb: () => void): () => void;
  later(cb: () => void, ms: number): () => void;
  wishes: Wishes;
  /** The capture that Step mode has open, or null. */
  capture(): WorldData | null;
  say(said: Said): void;
  /** Shows a frozen image in Step mode. */
  frozen(frozen: Frozen): void;
}

export interface LiveSession extends LiveHandle {
  readonly state: ReturnType<typeof createLiveStore>;
  readonly drawn: Drawn | null;
  set(part: Partial<LiveState>): void;
  begin(): void;
  /** Runs until nothing is left to do and ends. */
  stop(): void;
  wish(part: Partial<Wishes>): void;
  setting(part: Partial<LiveSettings>): void;
  /** The person has let go of the slider: more connections than there is room for begin again. */
  letGo(): void;
  rebindConn(conn: number, tid: number): void;
  pick(conn: number): void;
  kill(tid: number): void;
  /** Begins anew with new workers from the last image of the run, or from the beginning where there is none. */
  goOn(): void;
  /** Age of that image, ms; -1 where there is none. */
  imageAge(): number;
  /** Shows the image a run was stopped with, when it was not frozen on purpose. */
  openImage(): void;
  onDraw(cb: (drawn: Drawn) => void): () => void;
}

export function createLiveSession(env: LiveEnv): LiveSession {
  const state = createLiveStore(env.whyOff(), env.wishes);
  const painters = new Set<(drawn: Drawn) => void>();
  const caller: Caller = createCaller(env.say, env.now, env.later);
  let live: Live | null = null;
  let unhear: (() => void)[] = [];
  let drawn: Drawn | null = null;
  let room = 0;
  /** What a run that stopped by itself left. */
  let image: Frozen | null = null;
  let stopTimer = () => {};
  let stopFacts = () => {};
  let ticking = false;
  /** Pause was pressed while workers start or come back: it is ordered as soon as they run. */
  let pauseSoon = false;
  let at = 0;
  let lastTick = 0;
  let factsAt = Number.NEGATIVE_INFINITY;
  let shown = true;
  let hiddenAt = -1;
  let unseen = 0;
  /** Rebinds by hand that have not been seen done yet. */
  const ordered = new Map<number, number>();
  const set = (part: Partial<LiveState>) => state.setState(part);
  const goes = (s: LiveStatus | null) =>
    s !== null && (s.phase === 'running' || s.phase === 'pausing' || s.phase === 'settling');

  function drop(): void {
    stopTimer();
    stopFacts();
    ticking = false;
    for (const stop of unhear) stop();
    unhear = [];
    live?.close();
    live = null;
    drawn = null;
    image = null;
    pauseSoon = false;
    ordered.clear();
  }

  function begin(from?: LiveBegin['from']): void {
    drop();
    if (state.getState().off) return;
    const { wishes, settings } = state.getState();
    const capture = wishes.source === 'capture' ? env.capture() : null;
    room = roomFor(settings.connections);
    at = 0;
    factsAt = Number.NEGATIVE_INFINITY;
    unseen = 0;
    lastTick = env.now();
    set({
      status: null,
      facts: null,
      pick: -1,
      menu: null,
      drag: null,
      notice: null,
      pulse: null,
      lossesSeen: 0,
      unseen: '',
    });
    const { workers, revision, changes, socketOwner, opening, size } = wishes;
    const mine = env.start({
      ...LIVE_DEFAULTS,
      options: { threads: workers, revision, ...changes, socketOwner, withholdPostHandshake: true },
      source: capture ? { kind: 'capture', data: capture } : { kind: 'clients' },
      opening,
      size,
      capacity: room,
      settings,
      ...(from ? { from } : {}),
    });
    live = mine;
    unhear = [
      mine.onStatus(hear),
      mine.onPulse(feel),
      mine.onFrozen((f) => {
        if (f.why === 'asked') env.frozen(f);
        else image = f;
      }),
      mine.onRefused((why) => {
        ordered.clear();
        set({ notice: { heading: 'Not done.', detail: why } });
        caller.say(`Not done. ${why}`);
      }),
    ];
    tick();
  }

  /** Whether the supervisor lives; what it has said is as old as its last sign. */
  function feel(pulse: Pulse): void {
    const old = pulse.state === 'late' || pulse.state === 'silent' || pulse.state === 'ended';
    const before = state.getState().pulse;
    if (!old && before === null) return;
    set({ pulse: old ? pulse : null });
    if (old && pulse.state !== 'late' && before?.state !== pulse.state) {
      const { heading, detail } = deadWords(pulse, live?.lastImage()?.age ?? -1);
      caller.say(`${heading} ${detail}`, true);
    }
  }

  function hear(status: LiveStatus): void {
    const before = state.getState().status;
    set({ status });
    const newest = status.lost.at(-1);
    const known = before?.lost.at(-1);
    if (
      newest &&
      (status.lost.length !== (before?.lost.length ?? 0) || newest.imageAge !== known?.imageAge)
    ) {
      const { heading, detail } = lostWords(newest);
      caller.say(`${heading} ${detail}`, true);
    }
    const trouble = status.troubles.at(-1);
    const told = before?.troubles.at(-1);
    if (trouble && (trouble.at !== told?.at || trouble.text !== told.text)) caller.say(trouble.text);
    const point = status.safePoint;
    if (point && point.rulesBroken.length > 0 && before?.safePoint?.ms !== point.ms) {
      caller.say(`Violation. ${point.rulesBroken.map((b) => `${b.rule}: ${b.text}`).join(' ')}`, true);
    }
    if (status.phase === 'running' && pauseSoon) {
      pauseSoon = false;
      order({ kind: 'pause' });
    }
    if (status.phase !== before?.phase) {
      const found = status.phase === 'paused' || status.phase === 'stopped' ? point : null;
      const words = phaseWords(status, state.getState().wishes.workers);
      caller.say(found ? `${words}. ${rulesWords(found)}. ${balanceWords(found)}.` : `${words}.`);
      factsAt = Number.NEGATIVE_INFINITY;
      lastTick = env.now();
      tick();
    }
  }

  /** Reads, draws, and comes again while there is something that changes and somebody who sees it. */
  function tick(): void {
    stopTimer();
    ticking = false;
    if (!live || !shown || env.hidden()) return;
    const now = env.now();
    const { status } = state.getState();
    if (live.reading) {
      if (drawn?.pool !== live.reading) drawn = createDrawn(live.reading);
      if (goes(status)) at += now - lastTick;
      lastTick = now;
      readAgain(drawn, at);
      lookAtOrdered(drawn);
      for (const paint of painters) paint(drawn);
      if (now - factsAt >= FACTS_MS) {
        const first = factsAt < 0;
        factsAt = now;
        stopFacts();
        // Numbers come between two drawings: one frame would have to do for both.
        if (first || !goes(status)) writeFacts();
        else stopFacts = env.later(writeFacts, DRAW_MS / 2);
      }
    }
    if (status && status.phase !== 'starting' && status.phase !== 'recovering' && !goes(status)) return;
    ticking = true;
    stopTimer = env.later(tick, env.reducedMotion() ? CALM_MS : DRAW_MS);
  }

  function writeFacts(): void {
    if (drawn) set({ facts: factsOf(drawn, FACTS_MS) });
  }

  /** A rebind by hand is told when the new owner is seen, not when it was ordered. */
  function lookAtOrdered({ pool }: Drawn): void {
    for (const [conn, tid] of ordered) {
      const owner = pool.owner(conn);
      if (owner === tid) {
        ordered.delete(conn);
        caller.say(`Commit. Connection ${count(conn)} now belongs to T${tid}.`);
      } else if (owner < 0) ordered.delete(conn);
    }
  }

  const stopHidden = env.onHidden(() => {
    if (env.hidden()) {
      hiddenAt = env.now();
      // Numbers that were to come between two drawings, too, are nobody's to see.
      stopFacts();
      return;
    }
    if (hiddenAt >= 0 && goes(state.getState().status)) {
      unseen += env.now() - hiddenAt;
      const words = unseenWords(unseen);
      set({ unseen: words });
      caller.say(words);
    }
    hiddenAt = -1;
    tick();
  });

  const order = (o: Parameters<Live['order']>[0]) => live?.order(o);

  function rebindConn(conn: number, tid: number): void {
    set({ menu: null, drag: null });
    const owner = drawn?.reading.owner[conn] ?? -1;
    if (owner < 0 || owner === tid || tid >= (drawn?.reading.threads ?? 0)) return;
    set({ pick: conn, notice: null });
    ordered.set(conn, tid);
    caller.say(`Rebinding connection ${count(conn)} from T${owner} to T${tid}.`);
    order({ kind: 'rebind', conn, tid });
  }

  return {
    state,
    get drawn() {
      return drawn;
    },
    get threads() {
      return drawn?.reading.threads ?? 0;
    },
    set,
    begin: () => begin(),
    stop: () => order({ kind: 'stop' }),
    toggle() {
      const phase = state.getState().status?.phase;
      if (!live || phase === 'stopped') begin();
      else if (phase === 'starting' || phase === 'recovering') pauseSoon = !pauseSoon;
      else order({ kind: phase === 'paused' || phase === 'pausing' ? 'resume' : 'pause' });
    },
    wish(part) {
      set({ wishes: { ...state.getState().wishes, ...part } });
      begin();
    },
    setting(part) {
      const settings = { ...state.getState().settings, ...part };
      set({ settings });
      order({
        kind: 'set',
        settings: { ...part, ...(part.connections ? { connections: Math.min(part.connections, room) } : {}) },
      });
    },
    letGo() {
      if (state.getState().settings.connections > room) begin();
    },
    rebindConn,
    rebind: (tid) => rebindConn(state.getState().pick, tid),
    pick(conn) {
      set({ pick: conn, menu: null });
      if (drawn) for (const paint of painters) paint(drawn);
    },
    move(across, up) {
      const { place, pick } = state.getState();
      if (!drawn || !place) return;
      const conn = neighbour(drawn, place, pick, across, up);
      this.pick(conn);
      if (conn >= 0) {
        const owner = drawn.reading.owner[conn]!;
        caller.say(
          `Connection ${count(conn)} on T${owner}, ${brief(drawn.sediment.rate(conn))} datagrams/s.`,
        );
      }
    },
    openMenu() {
      const mark = document.querySelector('[data-lens-menu]');
      if (!mark || state.getState().pick < 0) return;
      const box = mark.getBoundingClientRect();
      set({ menu: { x: box.left, y: box.bottom + 4 } });
    },
    cancel() {
      const s = state.getState();
      if (s.drag) set({ drag: null });
      else if (s.menu) set({ menu: null });
      else if (s.notice) set({ notice: null });
      else if (s.pick >= 0) set({ pick: -1 });
      else return false;
      return true;
    },
    goOn() {
      const from = live?.lastImage() ?? undefined;
      begin(from);
    },
    imageAge: () => live?.lastImage()?.age ?? -1,
    openImage() {
      if (image) env.frozen(image);
    },
    kill: (tid) => order({ kind: 'kill', tid }),
    freeze: () => order({ kind: 'freeze' }),
    onDraw(cb) {
      painters.add(cb);
      if (drawn) cb(drawn);
      return () => painters.delete(cb);
    },
    enter() {
      shown = true;
      lastTick = env.now();
      if (!live) begin();
      else if (!ticking) tick();
    },
    leave() {
      shown = false;
      set({ menu: null, drag: null });
      const { status } = state.getState();
      if (status?.phase === 'starting' || status?.phase === 'recovering') pauseSoon = true;
      else if (goes(status)) order({ kind: 'pause' });
    },
    close() {
      caller.stop();
      stopHidden();
      drop();
    },
  };
}
