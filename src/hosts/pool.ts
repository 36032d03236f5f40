/** The page's end: starts a coordinator and speaks to it alone. */
import type { Departure } from '../machine/schedule.ts';
import coordinatorScript from './coordinator-worker.ts?worker-chunk';
import type { Anchors, Engine, EngineOrder, Frame, Mark, Slices } from './engine.ts';
import { prepareWorker, readyWorker } from './make-worker.ts';
import { Maker } from './maker.ts';
import type { Begin, FrameMessage, FromCoordinator, ToCoordinator } from './messages.ts';
import { type Port, workerPort } from './port.ts';
import { Watch, type Way } from './pulse.ts';
import type { Answer, Question, QuestionKind, QuestionMap } from './questions.ts';
import { canShare } from './sharing.ts';
import threadScript from './thread-worker.ts?worker-chunk';

/** Has the coordinator of the next pool load its script while something else is done first. */
export const prepareEngine = (): void => prepareWorker(coordinatorScript, 'coordinator');

/** Starts the turn-taking pool of web workers for one world. */
export function startEngine(begin: Omit<Begin, 'sharing'> & { sharing?: Begin['sharing'] }): Engine {
  const worker = readyWorker(coordinatorScript, 'coordinator');
  const maker = new Maker(worker, threadScript);
  const port = workerPort<FromCoordinator, ToCoordinator>(worker);
  const close = (): void => {
    maker.close();
    port.close();
  };
  return engineOver(
    { ...port, close },
    { ...begin, sharing: begin.sharing ?? (canShare() ? 'shared' : 'transferred') },
  );
}

/** An engine over a line to a coordinator. */
export function engineOver(port: Port<FromCoordinator, ToCoordinator>, begin: Begin): Engine {
  const listeners = new Set<(f: Frame) => void>();
  const refusals = new Set<(why: string) => void>();
  const windows = new Set<(rows: Slices) => void>();
  const anchorsFor = new Set<(anchors: Anchors) => void>();
  const misplaced = new Set<(notes: string[]) => void>();
  const ways = new Set<(way: Way | null) => void>();
  const watch = new Watch();
  const asked = new Map<number, (answer: Answer) => void>();
  let questions = 0;
  let last: Frame | undefined;
  let marks: Mark[] = [];
  let departures: Departure[] = [];
  const frameOf = (m: FrameMessage): Frame => {
    // The list of another line is another array, so that a view can tell by identity.
    if (last?.line !== m.line || marks.length !== m.marks.from) marks = marks.slice(0, m.marks.from);
    for (const mark of m.marks.more) marks.push(mark);
    departures = m.departures ?? departures;
    const { steps, status, line, end, undone, kept } = m;
    return { block: new Int32Array(m.block), steps, departures, status, line, end, undone, kept, marks };
  };
  port.onMessage((m) => {
    watch.heard(m.kind === 'frame');
    if (m.kind === 'beat') {
      if (m.way) for (const cb of ways) cb(m.way);
      return;
    }
    if (m.kind === 'refused') {
      for (const cb of refusals) cb(m.why);
      return;
    }
    if (m.kind === 'slices') {
      for (const cb of windows) cb(m.rows);
      return;
    }
    if (m.kind === 'anchors') {
      for (const cb of anchorsFor) cb(m.anchors);
      return;
    }
    if (m.kind === 'answer') {
      asked.get(m.id)?.(m.answer);
      asked.delete(m.id);
      return;
    }
    if (m.kind === 'misplaced') {
      for (const cb of misplaced) cb(m.notes);
      return;
    }
    const old = last?.block.buffer;
    last = frameOf(m);
    for (const cb of ways) cb(null);
    for (const cb of listeners) cb(last);
    if (old) port.post({ kind: 'frame-back', block: old as ArrayBuffer }, [old as ArrayBuffer]);
  });
  port.onEnd((why) => {
    watch.ended(why);
    if (!last) {
      for (const cb of refusals) cb(`the world can’t begin: the coordinator has ended (${why})`);
      return;
    }
    const status = {
      ...last.status,
      playing: false,
      stopped: 'lost' as const,
      message: `The coordinator has ended (${why}). Restart begins anew.`,
    };
    last = { ...last, status };
    for (const cb of listeners) cb(last);
  });
  port.post({ kind: 'begin', begin });
  return {
    order: (order: EngineOrder) => port.post({ kind: 'order', order }),
    ask<K extends QuestionKind>(kind: K, ask: QuestionMap[K]['ask']) {
      return new Promise<QuestionMap[K]['answer']>((resolve) => {
        const id = ++questions;
        asked.set(id, resolve);
        const question = { kind, ask } as Question;
        port.post({ kind: 'order', order: { kind: 'ask', id, question } });
      });
    },
    onFrame: (cb) => {
      listeners.add(cb);
      if (last) cb(last);
      return () => listeners.delete(cb);
    },
    onRefused: (cb) => {
      refusals.add(cb);
      return () => refusals.delete(cb);
    },
    onSlices: (cb) => {
      windows.add(cb);
      return () => windows.delete(cb);
    },
    onAnchors: (cb) => {
      anchorsFor.add(cb);
      return () => anchorsFor.delete(cb);
    },
    onMisplaced: (cb) => {
      misplaced.add(cb);
      return () => misplaced.delete(cb);
    },
    onPulse: (cb) => watch.on(cb),
    onWay: (cb) => {
      ways.add(cb);
      return () => ways.delete(cb);
    },
    close() {
      watch.stop();
      port.close();
    },
  };
}
