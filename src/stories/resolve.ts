/**
 * A story in its world: where its start lies, who plays in it, the choices it has and how far it is recorded, and at which
 * position each beat stands. Run here, in one realm; whoever shows it begins at the moment that comes of it.
 */
import { QuicConn } from '../haproxy/model/layouts.ts';
import { EV } from '../haproxy/step/events.ts';
import { type Choice, happens } from '../machine/choice.ts';
import { dgramNamed, inFlight } from '../machine/network.ts';
import type { WorldOptions } from '../machine/options.ts';
import { positionOf } from '../machine/recording/find.ts';
import { record } from '../machine/recording/make.ts';
import { connOfLetter, type Named, parseNamed } from '../machine/recording/named.ts';
import { EventView } from '../machine/recording/query.ts';
import type { Recording } from '../machine/recording/recording.ts';
import type { Departure } from '../machine/schedule.ts';
import { recording } from '../machine/sink.ts';
import { NS_PER_MS } from '../machine/time.ts';
import { listFirst, listNext } from '../memory/list.ts';
import { PlainMem } from '../memory/plain.ts';
import type { WorldData } from '../scenario/data.ts';
import { makeWorld } from '../scenario/make.ts';
import { findMoment } from '../scenario/moment.ts';
import { type Cast, castThreads, fill } from './cast.ts';
import type { Story, StoryChoice } from './schema.ts';

/** Happenings within which an event that a story waits for has to come. */
const FAR = 400_000;

/** A datagram that waited at the start, and what became of it. */
export interface LateOne {
  /** From 0. */
  dgram: number;
  /** From its sorting into the first inbox to its handling, virtual ns; -1 while it has not been handled. */
  waited: number;
  /** Thread that handled it, and from which position that can be seen; -1 for none. */
  tid: number;
  at: number;
  /** How often it was passed on. */
  hops: number;
}

export interface Resolved {
  departures: Departure[];
  /** How far the line is recorded. */
  end: number;
  /** Position of the story's start, and how many of the choices made there are its own. */
  start: number;
  undone: number;
  cast: Cast;
  /** Positions of the beats, and of what is told after a question (-1 where there is none); -1 for what did not come. */
  beats: { at: number; told: number }[];
  late: LateOne[];
}

/** Throws with the reason when this world does not come to the story's start, or a choice cannot be made. */
export function resolveStory(story: Story, data: WorldData, options: WorldOptions): Resolved {
  const conn = connOfLetter(story.about);
  const { W, P } = makeWorld(data, options);
  const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, recording);
  goToStart(r, story, conn, data, options);
  const start = r.at;
  const cast = castAt(r, story, conn, options.threads);
  let undone = 0;
  for (const { at, choice } of story.choices) {
    // Another program may never come there: what hangs on it is not told then.
    if (at && !seekNamed(r, named(at, cast), start)) continue;
    const made = choiceOf(choice, r, cast);
    // Those that are no happening are taken back at the start: the run has them ahead.
    if (r.at === start && !happens(made)) undone++;
    const why = r.choose(made);
    if (why) throw new Error(`${story.name}: ${choice.do}: ${why}`);
  }
  seekNamed(r, named(story.until, cast), start);
  r.seek(r.line.end);
  r.run(story.after ?? 60);
  const told = { ...cast, ...figures(r, cast, start) };
  const place = (text: string): number => positionIn(r, named(text, told), start);
  return {
    departures: [...r.line.departures],
    end: r.line.end,
    start,
    undone,
    cast: told,
    beats: story.beats.map((b) => ({ at: place(b.at), told: b.ask ? place(b.ask.told.at) : -1 })),
    late: cast.late.map((dgram) => lateOne(r, dgram)),
  };
}

function lateOne(r: Recording, dgram: number): LateOne {
  const log = r.line.events;
  const { kind, at, ms, ns, tid } = log.columns;
  const out: LateOne = { dgram, waited: -1, tid: -1, at: -1, hops: 0 };
  let sorted = -1;
  const view = new EventView({ all: [{ dgrams: [dgram] }] }, log).catchUp();
  for (const i of view.numbers(0, view.length)) {
    const time = ms[i]! * 1e6 + ns[i]!;
    if (kind[i] === EV.DISPATCH) sorted = time;
    if (kind[i] === EV.REDISPATCH) out.hops++;
    if (kind[i] === EV.HANDLED && out.at < 0)
      Object.assign(out, { waited: sorted < 0 ? -1 : time - sorted, tid: tid[i]!, at: at[i]! + 1 });
  }
  return out;
}

/** A beat's position with the story's words filled in. */
export function named(text: string, cast: Cast): Named {
  const found = parseNamed(fill(text, cast));
  if (!found) throw new Error(`“${text}” names no position`);
  return found;
}

function positionIn(r: Recording, n: Named, start: number): number {
  const { W } = r.machine;
  return positionOf(
    n,
    r.line,
    start,
    (no) => dgramNamed(W, no),
    () => -1,
  );
}

function goToStart(r: Recording, story: Story, conn: number, data: WorldData, options: WorldOptions): void {
  if ('held' in story.start) {
    const { ms, waiting } = story.start.held;
    const moment = findMoment(data, options, { conn, holdFrom: ms, waiting });
    if (!moment) throw new Error(`${story.name}: no ${waiting} datagrams of ${story.about} come to wait`);
    const problems = r.load(moment.departures, moment.end);
    if (problems.length > 0) throw new Error(problems.join('; '));
    return;
  }
  const n = parseNamed(story.start.at);
  if (!n || !seekNamed(r, n, 0)) throw new Error(`${story.name}: ${story.start.at} does not come`);
}

/** Runs on until the position has come, and stands there; false when it does not come. */
function seekNamed(r: Recording, n: Named, start: number): boolean {
  if (n.kind === 'time') {
    while (r.machine.now() < n.ms * NS_PER_MS) if (r.run(1) === 0) return false;
    return true;
  }
  for (let ran = 0; ran < FAR; ran += 500) {
    const at = positionIn(r, n, start);
    if (at >= 0 && n.kind !== 'end') {
      r.seek(at);
      return true;
    }
    r.seek(r.line.end);
    if (r.run(500) === 0) break;
  }
  return false;
}

function castAt(r: Recording, story: Story, conn: number, threads: number): Cast {
  const { machine } = r;
  const qc = machine.findConn(conn);
  const owner = qc ? machine.owner(qc) : -1;
  return {
    conn,
    letter: story.about,
    threads,
    ...castThreads(owner, threads),
    late: waitingOf(r, conn),
    cids: qc ? cidsOf(r, qc) : 0,
    steps: 0,
    wait: 0,
  };
}

function cidsOf({ machine: { m } }: Recording, qc: number): number {
  let n = 0;
  const list = qc + QuicConn.cids;
  for (let c = listFirst(m, list); c; c = listNext(m, list, c)) n++;
  return n;
}

/** Datagrams of a connection that have been dispatched and not been taken by anybody yet, in their order. */
function waitingOf(r: Recording, conn: number): number[] {
  const { columns, length } = r.line.events;
  const waiting = new Set<number>();
  for (let i = 0; i < length; i++) {
    if (columns.conn[i] !== conn) continue;
    if (columns.kind[i] === EV.DISPATCH || columns.kind[i] === EV.REDISPATCH) waiting.add(columns.dgram[i]!);
    else if (columns.kind[i] === EV.POP) waiting.delete(columns.dgram[i]!);
  }
  return [...waiting];
}

/** What the run itself says of its move. */
function figures(r: Recording, cast: Cast, start: number): Pick<Cast, 'steps' | 'wait'> {
  const log = r.line.events;
  const find = (kind: number, dgrams?: readonly number[]): EventView =>
    new EventView(
      {
        from: start,
        all: [{ kinds: [kind] }, { conns: [cast.conn] }, ...(dgrams ? [{ dgrams }] : [])],
      },
      log,
    ).catchUp();
  const [begun] = find(EV.REBIND_START).numbers(0, 1);
  const [commit] = find(EV.COMMIT).numbers(0, 1);
  const { at, ms, ns } = log.columns;
  const time = (i: number): number => ms[i]! * 1e6 + ns[i]!;
  const handled = cast.late.length > 0 ? find(EV.HANDLED, cast.late) : null;
  const last = handled?.numbers(handled.length - 1, handled.length)[0];
  return {
    steps: begun !== undefined && commit !== undefined ? at[commit]! - at[begun]! : 0,
    wait: commit !== undefined && last !== undefined ? Math.max(0, time(last) - time(commit)) : 0,
  };
}

function choiceOf(c: StoryChoice, r: Recording, cast: Cast): Choice {
  const conn = (letter: string): number => (letter === 'A' ? cast.conn : connOfLetter(letter));
  switch (c.do) {
    case 'rebind':
      return { kind: 'rebind', conn: conn(c.conn), tid: cast[c.to] };
    case 'hold':
    case 'release':
      return { kind: c.do, tid: cast[c.thread] };
    case 'fail-allocation':
      return { kind: 'fail-allocation', n: c.n };
    case 'close':
      return { kind: 'close', conn: conn(c.conn) };
    case 'accept-target':
      return { kind: 'accept-target', tid: cast[c.thread], conn: c.conn ? conn(c.conn) : -1 };
    case 'duplicate':
      return { kind: 'duplicate', dgram: nextArriving(r, conn(c.conn), false) };
    case 'deliver':
      return {
        kind: 'deliver',
        dgram: nextArriving(r, conn(c.conn), c.copy ?? false),
        tid: cast[c.thread],
      };
  }
}

/** The datagram of a connection that arrives next, or the copy of one; -1 when none is on its way. */
function nextArriving({ machine }: Recording, conn: number, copy: boolean): number {
  const { W, m } = machine;
  const { datagrams } = W.consts;
  const found = inFlight(m, W, W.rows).find(
    (d) => datagrams.conn[d] === conn && d > datagrams.count === copy,
  );
  return found ?? -1;
}
