/** Turn-taking: takes the page's orders, turns the crank as they say, and sends pictures of what comes of it. */

import { silent } from '../haproxy/step/events.ts';
import type { AnchorReader } from '../machine/anchor.ts';
import { Machine } from '../machine/machine.ts';
import type { placeByAnchors } from '../machine/place.ts';
import { putKeyframe } from '../machine/recording/keyframe.ts';
import { record } from '../machine/recording/make.ts';
import type { Recording } from '../machine/recording/recording.ts';
import type { RowReader } from '../machine/recording/rows.ts';
import { recording } from '../machine/sink.ts';
import { memLike } from '../memory/bounded.ts';
import { makeWhenLoaded } from '../scenario/make-when.ts';
import { Crank } from './crank.ts';
import type { EngineOrder, EngineStatus } from './engine.ts';
import { EventPace } from './event-pace.ts';
import { FRAME, Frames } from './frames.ts';
import type {
  Begin,
  FromCoordinator,
  FromThread,
  StoredMoment,
  ToCoordinator,
  ToThread,
} from './messages.ts';
import { Pace } from './pace.ts';
import type { Port } from './port.ts';
import { Beating } from './pulse.ts';
import type { Questions } from './questions.ts';
import type { SeatEvents } from './seat.ts';
import { Table } from './table.ts';

/** Most happenings before the coordinator looks at its messages again. */
const STRETCH = 2000;

/** Orders for which no thread takes a turn. */
const WITHOUT_TURN: ReadonlySet<EngineOrder['kind']> = new Set([
  'seek',
  'back',
  'slices',
  'anchors',
  'ask',
  'pause',
]);

const reason = (e: unknown): string => (e instanceof Error ? e.message : String(e));

/** Anchors that are being read for the page. */
interface AnchorJob {
  line: number;
  at: number;
  undone: number;
  reader: AnchorReader;
}

interface Running {
  begin: Begin;
  record: Recording;
  crank: Crank;
  table: Table;
  /** Finds the moment's places in a program that it was not made with; null where it was made with this one. */
  place: typeof placeByAnchors | null;
}

export class Coordinator {
  private running: Running | undefined;
  private rows: RowReader | undefined;
  private questions: Questions | undefined;
  private anchors: AnchorJob | undefined;
  private readonly orders: EngineOrder[] = [];
  private readonly frames: Frames;
  private readonly beating: Beating;
  private pace: Pace | EventPace = new Pace(1, 0);
  private busy = false;
  /** Playing by events, it may have run past one: no picture is of that. */
  private ahead = false;
  /** The world stands where it was to begin. */
  private stands = false;
  /** All workers have been started once. */
  private up = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly status: EngineStatus = {
    sharing: 'transferred',
    playing: false,
    lost: [],
    silent: [],
    stopped: '',
    message: '',
    resting: false,
  };

  constructor(
    private readonly page: Port<ToCoordinator, FromCoordinator>,
    private readonly spawn: (tid: number) => Port<FromThread, ToThread>,
  ) {
    this.frames = new Frames(page);
    this.beating = new Beating((beat) => page.post(beat));
    page.onMessage((m) => this.hear(m));
  }

  private hear(m: ToCoordinator): void {
    if (m.kind === 'begin')
      this.start(m.begin).catch((e: unknown) => this.refuse(`the world can’t be built: ${reason(e)}`));
    else if (m.kind === 'frame-back') {
      this.frames.back(m.block);
      if (this.frames.changed) this.schedule(0);
    } else {
      this.orders.push(m.order);
      this.schedule(0);
    }
  }

  private refuse(why: string): void {
    this.page.post({ kind: 'refused', why });
  }

  /** How far the moment's line has been run. */
  private onTheWay(done: number, of: number): void {
    this.beating.on({ done: Math.min(done, of), of });
  }

  private async start(begin: Begin): Promise<void> {
    this.status.sharing = begin.sharing;
    const { W, P, revision } = await makeWhenLoaded(begin.data, begin.options);
    const { words } = W.layout;
    const events: SeatEvents = {
      lost: (tid, why, silent) => this.lost(tid, why, silent),
      back: (tid) => this.backAgain(tid),
    };
    const table = new Table(
      this.spawn,
      begin.sharing,
      begin.data,
      begin.options,
      words,
      events,
      begin.image?.foreign,
    );
    const recorded = record(table.mem, W, P, recording, begin.image && { image: begin.image.words });
    const changed = (): void => {
      this.frames.changed = true;
      if (!this.ahead) this.frames.show(recorded, this.status, false);
    };
    const crank = new Crank(recorded, table, revision, this.status, changed);
    const saved = begin.moment?.fingerprint;
    const place =
      saved && saved !== P.fingerprint ? (await import('../machine/place.ts')).placeByAnchors : null;
    this.running = { begin, record: recorded, crank, table, place };
    const seat = () => Promise.all(Array.from({ length: begin.options.threads }, (_, t) => this.seat(t)));
    // A moment that is gone to at once is the first picture, before anything that no picture needs; else it is the beginning, while
    // the moment is still being run. No thread has a turn yet, so that is done here.
    const atOnce = begin.moment?.at !== undefined;
    if (!atOnce) this.frames.show(recorded, this.status, true);
    const early = atOnce ? null : seat();
    this.beginLine();
    this.stands = true;
    this.frames.show(recorded, this.status, true);
    if (this.orders.length > 0) this.schedule(0);
    await (early ?? seat());
    this.up = true;
    this.frames.changed = true;
    this.schedule(0);
  }

  private async seat(tid: number): Promise<void> {
    const up = await this.running!.table.seat(tid);
    if (up) this.found(tid);
    else if (!this.status.lost.includes(tid)) this.lost(tid, 'it does not start', false);
    this.frames.changed = true;
  }

  /** The world at its beginning, or where the stored moment says, with a recording of nothing else. */
  private beginLine(): void {
    const { begin, record, crank, place } = this.running!;
    const { moment } = begin;
    crank.begin(
      () => {
        if (!moment) return -1;
        if (place) this.placeAnew(moment, place);
        else this.load(moment);
        return moment.at === undefined ? record.line.end : -1;
      },
      () => this.onTheWay(record.at, moment?.end ?? 0),
    );
    this.frames.changed = true;
  }

  private load(moment: StoredMoment): void {
    const { record } = this.running!;
    const problems = record.load(moment.departures, moment.end, moment.at);
    if (problems.length > 0)
      this.refuse(`part of the stored choices can’t be followed: ${problems.join('; ')}`);
    record.seek(moment.at ?? 0);
    for (let n = Math.min(moment.undone ?? 0, record.position.next); n > 0; n--) record.back();
  }

  /** The moment was made with another program: its places are looked for in this one. */
  private placeAnew(moment: StoredMoment, place: typeof placeByAnchors): void {
    const { record } = this.running!;
    const { at = 0, undone = 0, anchor } = moment;
    const far = Math.max(at, moment.departures.at(-1)?.at ?? 0);
    const placed = place(this.beside(), moment.departures, { at, undone, anchor }, (run) =>
      this.onTheWay(run, far),
    );
    record.load(placed.departures, placed.end, placed.at);
    record.seek(placed.at);
    for (let n = placed.undone; n > 0; n--) record.back();
    this.page.post({ kind: 'misplaced', notes: placed.notes });
  }

  /** Another machine of the same world, at its beginning. */
  private beside(): Machine {
    const { record, table } = this.running!;
    const { W, P } = record.machine;
    const m = memLike(record.machine.m, table.freshWords());
    putKeyframe(record.line.keyframes[0]!, m.w);
    return new Machine(m, W, P, silent);
  }

  /** `silent`: its worker may answer yet. */
  private lost(tid: number, why: string, silent: boolean): void {
    const { status } = this;
    const known = status.lost.includes(tid);
    if (known && status.silent.includes(tid) === silent) return;
    if (!known) status.lost = [...status.lost, tid].sort((a, b) => a - b);
    status.silent = silent ? [...status.silent, tid] : status.silent.filter((t) => t !== tid);
    status.message = silent
      ? `T${tid} stands still, since ${why}; the others go on. If it answers yet, it goes on too.`
      : `The worker of T${tid} has ended (${why}). T${tid} stands still; the others go on.`;
    this.frames.changed = true;
    this.schedule(0);
  }

  /** A thread has a worker again. */
  private found(tid: number): void {
    const { status } = this;
    status.lost = status.lost.filter((t) => t !== tid);
    status.silent = status.silent.filter((t) => t !== tid);
  }

  /** Its worker was only slow: nothing that has been said of it holds. */
  private backAgain(tid: number): void {
    const { status } = this;
    this.found(tid);
    if (status.lost.length === 0) status.message = '';
    if (status.stopped === 'lost' && status.lost.length === 0) status.stopped = '';
    this.frames.changed = true;
    this.schedule(0);
  }

  /** Something may have to be done in `ms`. */
  private schedule(ms: number): void {
    if (this.busy) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.work(), ms);
  }

  /** Whether the next order can be obeyed: for those that nobody takes a turn for the threads' workers may still be starting. */
  private get mayObey(): boolean {
    const o = this.orders[0];
    if (!o || this.up) return o !== undefined;
    return WITHOUT_TURN.has(o.kind) || (o.kind === 'forward' && this.running!.record.undone > 0);
  }

  private async work(): Promise<void> {
    if (this.busy || !this.stands) return;
    const { status, frames } = this;
    const { record } = this.running!;
    this.busy = true;
    try {
      while (this.mayObey) {
        frames.changed = true;
        const order = this.orders.shift()!;
        // Whoever drags along the timeline wants the last place, not each one on the way.
        if (order.kind === 'seek' && this.orders[0]?.kind === 'seek') continue;
        await this.obey(order);
      }
      if (status.playing) {
        await this.play();
      }
    } catch (e) {
      status.playing = false;
      status.stopped = 'lost';
      status.message = `The run can’t go on: ${reason(e)}`;
      frames.changed = true;
    }
    this.busy = false;
    this.tellRest();
    frames.show(record, status, !status.playing);
    if (this.mayObey) this.schedule(0);
    else if (this.anchors && !status.playing) this.readAnchors();
    else if (status.playing)
      this.schedule(this.pace instanceof Pace && this.pace.rate === Number.POSITIVE_INFINITY ? 0 : FRAME);
  }

  /** What is due by now. */
  private async play(): Promise<void> {
    const { pace, status } = this;
    const { crank, record } = this.running!;
    const now = performance.now();
    const ordered = () => this.orders.length > 0;
    if (pace instanceof Pace) {
      await crank.advance(pace.due(now, STRETCH), ordered);
      return;
    }
    const from = record.at;
    if (from === pace.until) this.ended();
    const n = status.playing ? pace.due(now, record) : 0;
    if (n > 0) {
      this.ahead = true;
      await crank.advance(n, ordered).finally(() => {
        this.ahead = false;
      });
      const back = pace.passed(record, from, performance.now());
      if (back >= 0 && back < record.at) crank.standAt(back);
      if (record.at === pace.until) this.ended();
    }
  }

  /** What was to be played has been. */
  private ended(): void {
    this.status.playing = false;
    this.frames.changed = true;
  }

  private tellRest(): void {
    const { pace, status } = this;
    const resting = status.playing && pace instanceof EventPace && pace.resting;
    if (resting !== status.resting) this.frames.changed = true;
    status.resting = resting;
  }

  private async obey(o: EngineOrder): Promise<void> {
    const { status } = this;
    const { crank, record, table } = this.running!;
    switch (o.kind) {
      case 'play':
        this.pace = new Pace(o.stepsPerSecond > 0 ? o.stepsPerSecond : 1, performance.now());
        status.playing = true;
        if (status.stopped !== 'bug') status.stopped = '';
        if (status.lost.length === 0) status.message = '';
        return;
      case 'play-events':
        this.pace = new EventPace(o.times, performance.now(), o.until ?? -1);
        status.playing = true;
        if (status.stopped !== 'bug') status.stopped = '';
        if (status.lost.length === 0) status.message = '';
        return;
      case 'pause':
        status.playing = false;
        return;
      case 'step':
      case 'forward':
        await crank.forward(o.kind === 'step');
        return;
      case 'choice': {
        const why = await crank.choose(o.choice);
        if (why) this.refuse(why);
        return;
      }
      case 'seek':
        crank.travel(() => record.seek(o.at));
        return;
      case 'back':
        crank.travel(() => record.back());
        return;
      case 'bring-back':
        if (record.kept) crank.travel(() => record.bringBack());
        else this.refuse('no other future is kept');
        return;
      case 'slices':
        await this.sendRows(o.from, o.to);
        return;
      case 'anchors': {
        const { line, at, undone } = record;
        this.anchors = { line: line.id, at, undone, reader: await this.anchorReader() };
        return;
      }
      case 'ask': {
        const { answer, give } = (await this.desk()).answer(o.question);
        this.page.post({ kind: 'answer', id: o.id, answer }, give);
        return;
      }
      case 'restart':
        status.playing = false;
        this.beginLine();
        for (const t of status.lost) await this.seat(t);
        return;
      case 'kill':
        table.kill(o.tid, 'it was ended on purpose');
        return;
      case 'revive':
        await this.revive(o.tid);
        return;
    }
  }

  private async revive(tid: number): Promise<void> {
    const { status } = this;
    if (!status.lost.includes(tid)) return;
    await this.seat(tid);
    if (status.lost.includes(tid)) return;
    status.message = `T${tid} has a new worker and goes on where it stood.`;
    status.stopped = '';
  }

  private async anchorReader(): Promise<AnchorReader> {
    const { AnchorReader } = await import('./desk.ts');
    const { record } = this.running!;
    const { at, undone } = record;
    return new AnchorReader(this.beside(), record.line.departures.slice(), { at, undone });
  }

  /** A portion of what a link wants to know; orders that came meanwhile go first. */
  private readAnchors(): void {
    const { reader, ...moment } = this.anchors!;
    try {
      const read = reader.read(STRETCH * 10);
      if (read) this.page.post({ kind: 'anchors', anchors: { ...moment, ...read } });
      if (read) this.anchors = undefined;
      else this.schedule(0);
    } catch (e) {
      this.anchors = undefined;
      this.refuse(`the places of this line’s choices can’t be read: ${reason(e)}`);
    }
  }

  /** Who answers about the recording. */
  private async desk(): Promise<Questions> {
    const { Questions, RowReader } = await import('./desk.ts');
    const { record, table } = this.running!;
    this.rows ??= new RowReader(record.machine, table.freshWords());
    const { rows } = this;
    this.questions ??= new Questions(record, () => rows);
    return this.questions;
  }

  private async sendRows(from: number, to: number): Promise<void> {
    await this.desk();
    const rows = this.rows!.read(this.running!.record.line, from, to);
    const arrays = Object.values(rows).filter((a) => ArrayBuffer.isView(a));
    this.page.post(
      { kind: 'slices', rows },
      arrays.map((a) => a.buffer as ArrayBuffer),
    );
  }
}
