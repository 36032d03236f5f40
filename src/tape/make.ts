/** Makes a tape: runs the machine over a stretch of a recorded line and takes down each picture that differs from the one before. */

import { EV } from '../haproxy/step/events.ts';
import { encodeMoment, type LinkScenario, type Moment, plainMoment, withAnchors } from '../link/index.ts';
import { AnchorReader } from '../machine/anchor.ts';
import type { WorldOptions } from '../machine/options.ts';
import { EVENT_KINDS } from '../machine/recording/event-kinds.ts';
import { record } from '../machine/recording/make.ts';
import type { EventKind } from '../machine/recording/named.ts';
import type { Recording } from '../machine/recording/recording.ts';
import { restAt } from '../machine/recording/rest.ts';
import type { Departure } from '../machine/schedule.ts';
import { atBeginning } from '../machine/setup.ts';
import { recording } from '../machine/sink.ts';
import { NS_PER_MS } from '../machine/time.ts';
import { PlainMem } from '../memory/plain.ts';
import { dgramNo } from '../report/look.ts';
import { WorldReader } from '../report/reader.ts';
import type { WorldData } from '../scenario/data.ts';
import { makeWorld } from '../scenario/make.ts';
import { FORMAT } from './format.ts';
import { type JsonObject, patchBetween } from './merge.ts';
import type { Tape, TapeEvent, TapeView } from './schema.ts';
import { tapeView } from './view.ts';

/** Which stretch of which run, and what it is called. */
export interface Stretch {
  name: string;
  title: string;
  look: string;
  story?: string;
  /** Capture connection that it is about. */
  conn: number;
  lanes: readonly number[];
  /** The line's schedule. */
  departures: readonly Departure[];
  end: number;
  /** The first frame, and how many of the choices made there are still ahead in it. */
  start: number;
  undone: number;
  /** Position of the last frame. */
  stop: number;
  /** Position that is shown at first, where it is not the first. */
  at?: number;
  beats?: readonly number[];
}

/** Frames beyond which what nobody looks at is folded. */
const MOST_FRAMES = 450;
/** Steps around a mark that are kept one by one then. */
const NEAR = 8;
/** How long what only a figure stops at stands, ms. */
const OTHER_REST = 700;
/** Stopped at only where they are about the tape's connection. */
const OWN: ReadonlySet<EventKind> = new Set(['create', 'accept', 'close', 'release', 'drop']);

interface Picture {
  at: number;
  now: number;
  view: TapeView;
}

/** Throws with the reason when the line does not hold in this world. `scenario`: how a link names where it begins; null for what none can name. */
export function makeTape(
  data: WorldData,
  options: WorldOptions,
  stretch: Stretch,
  scenario: LinkScenario | null,
): Tape {
  const { W, P, revision } = makeWorld(data, options);
  const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, recording);
  const problems = r.load(stretch.departures, stretch.end);
  if (problems.length > 0) throw new Error(problems.join('; '));
  const reader = new WorldReader(W, P, revision, data.notes);
  const block = (): Int32Array => r.machine.m.w;

  r.seek(stretch.start);
  for (let n = 0; n < stretch.undone; n++) r.back();
  const pictures = [pictureAt(r, reader, stretch.conn)];
  if (stretch.undone > 0) {
    r.seek(stretch.start);
    pictures.push(pictureAt(r, reader, stretch.conn));
  }
  const hashes = new Map<number, string>();
  const marked = new Set(marksOf(r, stretch).map((e) => e.at));
  if (marked.has(r.at)) hashes.set(r.at, reader.hash(block()));
  while (r.at < stretch.stop && r.run(1) === 1) {
    pictures.push(pictureAt(r, reader, stretch.conn));
    if (marked.has(r.at)) hashes.set(r.at, reader.hash(block()));
  }

  const { name, title, look, story, conn, lanes, start, undone, at, beats } = stretch;
  const [first] = pictures as [Picture, ...Picture[]];
  return {
    tape: FORMAT,
    name,
    title,
    look,
    ...(story ? { story } : {}),
    ...(scenario ? { link: linkAt(data, options, stretch, scenario, P.fingerprint) } : {}),
    program: P.fingerprint,
    threads: options.threads,
    conn,
    lanes: [...lanes],
    start,
    ...(undone ? { undone } : {}),
    ...(at === undefined || at === start ? {} : { at }),
    clock: [Math.floor(first.now / NS_PER_MS), first.now % NS_PER_MS],
    first: first.view,
    frames: framesOf(pictures, marked),
    events: eventsOf(r, stretch).map((e) => {
      const hash = e.rest === undefined ? undefined : hashes.get(e.at);
      return hash ? { ...e, hash } : e;
    }),
    ...(beats ? { beats: [...beats] } : {}),
  };
}

function pictureAt({ at, machine }: Recording, reader: WorldReader, conn: number): Picture {
  const stage = reader.stage(machine.m.w);
  // Also of one that is not there yet, or no more.
  const said = new Set([conn, ...stage.conns.map((c) => c.index)]);
  const says = new Map([...said].map((index) => [index, reader.sentence(stage, index)]));
  return { at, now: machine.now(), view: tapeView(stage, says) };
}

const patch = (from: TapeView, to: TapeView): JsonObject | undefined =>
  patchBetween(from as JsonObject, to as JsonObject) as JsonObject | undefined;

/** What a thread is at is left out: of a step that nobody looks at that is all that differs. */
function coarse(view: TapeView): unknown {
  const threads = Object.entries(view.threads).map(([tid, t]) => [tid, t.held, t.inbox, t.hand, t.passes]);
  const { conns, cids } = view;
  return JSON.stringify([
    threads,
    Object.entries(conns).map(([i, c]) => [i, c.owner, c.ghost, c.late]),
    cids,
  ]);
}

function framesOf(pictures: readonly Picture[], marked: ReadonlySet<number>): Tape['frames'] {
  const folds = pictures.length > MOST_FRAMES;
  const near = (at: number): boolean => {
    for (const m of marked) if (at >= m - NEAR && at <= m + 1) return true;
    return false;
  };
  const out: Tape['frames'] = [];
  let last = pictures[0]!;
  for (const [i, p] of pictures.entries()) {
    if (i === 0) continue;
    const other = patch(last.view, p.view);
    const end = i === pictures.length - 1;
    if (!other && !marked.has(p.at) && !end) continue;
    if (folds && !near(p.at) && !end && coarse(last.view) === coarse(p.view)) continue;
    out.push([p.at - last.at, p.now - last.now, (other ?? {}) as Record<string, unknown>]);
    last = p;
  }
  return out;
}

const KIND_OF: ReadonlyMap<number, EventKind> = new Map(
  Object.entries(EVENT_KINDS).flatMap(([name, kinds]) => kinds.map((k) => [k, name as EventKind] as const)),
);

/** The events that a position of the tape can be named by. */
function eventsOf({ line, machine }: Recording, { start, stop, conn, lanes }: Stretch): TapeEvent[] {
  const { events } = line;
  const c = events.columns;
  const { datagrams } = machine.W.consts;
  const out: TapeEvent[] = [];
  for (let i = events.firstAt(start); i < events.length && c.at[i]! < stop; i++) {
    const kind = KIND_OF.get(c.kind[i]!);
    if (!kind) continue;
    const own = c.conn[i] === conn;
    let rest = restAt(events, i);
    if (rest === 0 && (kind === 'violation' || (own && OWN.has(kind)))) rest = OTHER_REST;
    if (rest > 0 && !own && !lanes.includes(c.tid[i]!)) rest = 0;
    const dgram = ofDgram(c.kind[i]!) ? c.dgram[i]! : -1;
    out.push({
      kind,
      at: c.at[i]! + 1,
      tid: c.tid[i]!,
      ...(c.conn[i]! >= 0 ? { conn: c.conn[i]! } : {}),
      ...(dgram >= 0 ? { dgram: dgram + 1, no: dgramNo(datagrams, dgram) } : {}),
      ...(c.other[i]! >= 0 ? { other: c.other[i]! } : {}),
      ...(rest > 0 ? { rest } : {}),
    });
  }
  return out;
}

const marksOf = (r: Recording, stretch: Stretch): TapeEvent[] =>
  eventsOf(r, stretch).filter((e) => e.rest !== undefined);

const DGRAM: ReadonlySet<number> = new Set([
  EV.RECEIVE,
  EV.DISPATCH,
  EV.POP,
  EV.REDISPATCH,
  EV.HANDLED,
  EV.DROP,
  EV.PKT_DROP,
]);
const ofDgram = (kind: number): boolean => DGRAM.has(kind);

/** The first frame as a link, with the run ahead; its choices have the places that another program finds them by. */
function linkAt(
  data: WorldData,
  options: WorldOptions,
  { departures, end, start, undone, conn }: Stretch,
  scenario: LinkScenario,
  fingerprint: string,
): string {
  const moment: Moment = {
    ...plainMoment(),
    scenario,
    options,
    fingerprint,
    departures: [...departures],
    end,
    playhead: { at: start, undone },
    view: { selected: conn, panel: '', tab: '', mode: 'step' },
  };
  const { W, P } = makeWorld(data, options, 1);
  const machine = atBeginning(new PlainMem(new Int32Array(W.layout.words)), W, P, recording);
  const anchors = new AnchorReader(machine, departures, moment.playhead).read(Number.MAX_SAFE_INTEGER);
  return encodeMoment(anchors ? withAnchors(moment, anchors) : moment);
}
