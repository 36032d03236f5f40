/** What the page may ask about the recording, and the answers: read beside the world, which is left alone. */
import { dgramNamed } from '../machine/network.ts';
import { changedBy } from '../machine/recording/changed.ts';
import type { EventLog, Rows } from '../machine/recording/events.ts';
import { positionOf } from '../machine/recording/find.ts';
import { Calls, FOLD, FOLD_WORDS, Folded } from '../machine/recording/folds.ts';
import type { Named } from '../machine/recording/named.ts';
import { type EventFilter, EventView } from '../machine/recording/query.ts';
import type { Recording } from '../machine/recording/recording.ts';
import type { RowReader } from '../machine/recording/rows.ts';
import { type Sum, Tally, type TallyRead } from '../machine/recording/tally.ts';
import { positionAtMs } from '../machine/recording/times.ts';

export interface EventsAsk {
  filter: EventFilter;
  /** Of the events found, those numbered [from, to) are wanted. */
  from: number;
  to: number;
  /** How many of them can be seen at this position. */
  at?: number;
  /** In how many equal parts of the line they are to be counted; without, none. */
  spread?: number;
}

export interface EventsRead {
  /** The line that was read (`Frame.line`), and how far it was recorded. */
  line: number;
  end: number;
  /** How many were found. */
  total: number;
  before: number;
  /** Number of the first of `rows` among those found. */
  from: number;
  rows: Rows;
  spread: Int32Array<ArrayBuffer> | null;
}

/** Events as rows: what one run of a callback told is one of them until it is opened. Callbacks are named by what called them. */
export interface LinesAsk {
  filter: EventFilter;
  /** Of the rows, those numbered [from, to) are wanted. */
  from: number;
  to: number;
  /** The playhead: the callback that told what was told last before it is open. */
  at: number;
  /** Opened and shut by hand. */
  opened: readonly number[];
  shut: readonly number[];
  /** Callbacks that told one of these are open. */
  hits: EventFilter | null;
}

export interface LinesRead {
  line: number;
  /** Events that pass the filter, and rows they stand in; how many rows there are up to the playhead. */
  events: number;
  total: number;
  before: number;
  /** Number of the first of `rows`. */
  from: number;
  /** The event that each row begins with, and the one that says most of it. */
  rows: Rows;
  telling: Rows;
  /** FOLD_WORDS for each row; `proc` is the program's entry of the procedure. */
  folds: Int32Array<ArrayBuffer>;
}

/** A position that an event, a time or a step names, counted from a moment's `start`. */
export interface PlaceAsk {
  named: Named;
  start: number;
}

export interface PlaceRead {
  line: number;
  /** -1 when it does not come on what is recorded. */
  at: number;
}

/** The words that the happening before position `at` changed. */
export interface ChangedAsk {
  at: number;
}

export interface ChangedRead {
  line: number;
  at: number;
  /** Word index, old, new, one after the other; and how many words there are in all. */
  triples: number[];
  all: number;
}

/** Events of this line and of the one that is kept, from where they part on; `most` of each. */
export interface BesideAsk {
  filter: EventFilter;
  most: number;
}

export interface BesideRead {
  line: number;
  /** Position where they part; -1 when none is kept. */
  from: number;
  here: Rows;
  kept: Rows;
}

/** The picture of the whole line; each answer is further along than the one before, until it is at the line's end. */
export interface TallyAsk {
  /** How far the last answer was: one that is no further has no picture. */
  known: number;
  /** And of which line. */
  line: number;
}

export interface TallyAnswer {
  line: number;
  end: number;
  upTo: number;
  read: TallyRead | null;
}

/** What happenings [from, to) held. */
export interface SumAsk {
  from: number;
  to: number;
}

export interface SumRead {
  line: number;
  from: number;
  to: number;
  /** Null: the line has not been added up so far; asked again, it is further. */
  sum: Sum | null;
}

/** Every question by its name, with what it is asked with and what is answered. */
export interface QuestionMap {
  events: { ask: EventsAsk; answer: EventsRead };
  lines: { ask: LinesAsk; answer: LinesRead };
  place: { ask: PlaceAsk; answer: PlaceRead };
  changed: { ask: ChangedAsk; answer: ChangedRead };
  beside: { ask: BesideAsk; answer: BesideRead };
  tally: { ask: TallyAsk; answer: TallyAnswer };
  sum: { ask: SumAsk; answer: SumRead };
}

export type QuestionKind = keyof QuestionMap;
export type Question = { [K in QuestionKind]: { kind: K; ask: QuestionMap[K]['ask'] } }[QuestionKind];
export type Answer = QuestionMap[QuestionKind]['answer'];

/** Rows that are added up for one answer: some 20 ms. */
const PORTION = 10_000;

/** Views kept: what one panel or another is likely to ask for again. */
const KEPT = 8;

export class Questions {
  private views = new Map<string, EventView>();
  private line = -1;
  private calls: Calls | null = null;
  private folded: { key: string; rows: Folded } | null = null;
  private tally: { line: number; sums: Tally } | null = null;

  /** `beside` reads rows of the same recording in a block of its own. */
  constructor(
    private readonly record: Recording,
    private readonly beside: () => RowReader,
  ) {}

  answer(q: Question): { answer: Answer; give: ArrayBuffer[] } {
    switch (q.kind) {
      case 'events': {
        const answer = this.events(q.ask);
        const give = answer.spread ? [answer.rows.buffer, answer.spread.buffer] : [answer.rows.buffer];
        return { answer, give };
      }
      case 'lines': {
        const answer = this.lines(q.ask);
        return { answer, give: [answer.rows.buffer, answer.telling.buffer, answer.folds.buffer] };
      }
      case 'place':
        return { answer: this.place(q.ask), give: [] };
      case 'beside': {
        const answer = this.parted(q.ask);
        return { answer, give: [answer.here.buffer, answer.kept.buffer] };
      }
      case 'tally': {
        const { line } = this.record;
        const { sums } = this.tallied();
        const known = q.ask.line === line.id && q.ask.known === sums.upTo;
        const read = known ? null : sums.read();
        const give = read ? [read.busy.buffer, read.spans.buffer, read.of.buffer] : [];
        return { answer: { line: line.id, end: line.end, upTo: sums.upTo, read }, give };
      }
      case 'sum': {
        const { line } = this.record;
        const { sums } = this.tallied();
        const to = Math.min(q.ask.to, line.end);
        const from = Math.max(0, Math.min(q.ask.from, to));
        const rowsOf = (a: number, b: number) => this.beside().read(line, a, b);
        const sum = sums.upTo >= to ? sums.sum(from, to, rowsOf) : null;
        return { answer: { line: line.id, from, to, sum }, give: [] };
      }
      case 'changed': {
        const { line } = this.record;
        const read = this.beside().moment(line, (p) => changedBy(p, line, q.ask.at));
        return { answer: { line: line.id, at: q.ask.at, ...read }, give: [] };
      }
    }
  }

  private events({ filter, from, to, at, spread }: EventsAsk): EventsRead {
    const { line } = this.record;
    const view = this.view(filter).catchUp();
    const first = Math.max(0, Math.min(from, view.length));
    return {
      line: line.id,
      end: line.end,
      total: view.length,
      before: at === undefined ? view.length : view.before(at),
      from: first,
      rows: line.events.rows(view.numbers(first, to)),
      spread: spread ? (view.spread(spread, line.end) as Int32Array<ArrayBuffer>) : null,
    };
  }

  private lines({ filter, from, to, at, opened, shut, hits }: LinesAsk): LinesRead {
    const { line, machine } = this.record;
    const { events } = line;
    const view = this.view(filter).catchUp();
    const found = hits && this.view(hits).catchUp();
    const grown = [view.length, found?.length, view.before(at)];
    const key = JSON.stringify([line.id, grown, filter, opened, shut, hits]);
    if (this.folded?.key !== key) {
      this.calls ??= new Calls(events);
      const open = { opened, shut, hits: found };
      this.folded = { key, rows: new Folded(events, view, this.calls, open, at) };
    }
    const { rows } = this.folded;
    const first = Math.max(0, Math.min(from, rows.length));
    const { firsts, words: folds } = rows.window(first, to);
    const telling = firsts.map((_, i) => folds[i * FOLD_WORDS + FOLD.telling]!);
    for (let i = FOLD.proc; i < folds.length; i += FOLD_WORDS)
      if (folds[i]! >= 0) folds[i] = machine.P.entry[folds[i]!]!;
    return {
      line: line.id,
      events: view.length,
      total: rows.length,
      before: rows.upTo,
      from: first,
      rows: events.rows(firsts),
      telling: events.rows(telling),
      folds: folds as Int32Array<ArrayBuffer>,
    };
  }

  /** The line added up, a portion further than before. */
  private tallied(): { sums: Tally } {
    const { line, kept, machine } = this.record;
    const { P, W } = machine;
    const before = this.tally;
    const here = before ?? { line: line.id, sums: new Tally(W.cfg.threads, (pc) => P.steps[pc]!.proc.id) };
    // What this line has in common with the one that it parted from stays.
    if (here.line !== line.id) here.sums.cut(line.id === here.line + 1 ? (kept?.from.at ?? 0) : 0);
    here.line = line.id;
    this.tally = here;
    const { sums } = here;
    if (sums.upTo < line.end)
      sums.add(this.beside().read(line, sums.upTo, Math.min(line.end, sums.upTo + PORTION)));
    return here;
  }

  private parted({ filter, most }: BesideAsk): BesideRead {
    const { line, kept } = this.record;
    const from = kept?.from.at ?? -1;
    const rows = (log: EventLog): Rows => {
      const view = new EventView({ ...filter, from: Math.max(0, from) }, log).catchUp();
      return log.rows(view.numbers(0, most));
    };
    return {
      line: line.id,
      from,
      here: kept ? rows(line.events) : new Int32Array(0),
      kept: kept ? rows(kept.events) : new Int32Array(0),
    };
  }

  private view(filter: EventFilter): EventView {
    const { line } = this.record;
    if (this.line !== line.id) {
      this.views.clear();
      this.calls = null;
      this.folded = null;
    }
    this.line = line.id;
    const key = JSON.stringify(filter);
    const view = this.views.get(key) ?? new EventView(filter, line.events);
    // The one asked for last is the last to go.
    this.views.delete(key);
    this.views.set(key, view);
    const [oldest] = this.views.keys();
    if (this.views.size > KEPT && oldest !== undefined) this.views.delete(oldest);
    return view;
  }

  private place({ named, start }: PlaceAsk): PlaceRead {
    const { line, machine } = this.record;
    const atMs = (ms: number): number => this.beside().moment(line, (p) => positionAtMs(p, line, ms));
    return { line: line.id, at: positionOf(named, line, start, (no) => dgramNamed(machine.W, no), atMs) };
  }
}
