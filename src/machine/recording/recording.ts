/**
 * The recording of one world: every line that began in it. The machine stands at a position of the present line; at its end
 * things happen anew and are recorded, before its end they follow what was recorded. What is chosen before the end begins a
 * branch, and the future that was left is kept until another takes its place.
 */
import { Notes } from '../../door/index.ts';
import { refill } from '../../memory/bounded.ts';
import { type Choice, happens, sameChoice } from '../choice.ts';
import type { Machine } from '../machine.ts';
import type { Departure } from '../schedule.ts';
import { EventLog, type Rows } from './events.ts';
import { bytesOf, takeKeyframe, thinned } from './keyframe.ts';
import {
  choicesBefore,
  cut,
  isEmpty,
  join,
  type Kept,
  type Line,
  type Position,
  positionAt,
  reaches,
} from './line.ts';
import { type Mark, marksOf } from './mark.ts';
import { Player } from './player.ts';

/** Happenings between two keyframes: running over half of them takes a few milliseconds. */
const EVERY = 16_000;
/** In a large block a keyframe costs more than so many happenings, so they lie further apart: words a happening. */
const WORDS_A_HAPPENING = 48;
/** Bytes that keyframes may hold before every second one is let go. */
const BUDGET = 200e6;

const NOTHING: Rows = new Int32Array(0);

export interface RecordingOptions {
  /** Happenings between two keyframes. */
  every?: number;
  /** Bytes of keyframes. */
  budget?: number;
}

export class Recording {
  line!: Line;
  kept: Kept | null = null;
  /** Looks on while `run` runs: told of each turn with its thread, of each arrival with -1. */
  watch: ((tid: number) => void) | null = null;
  /** Counts how often a mark came in among older ones: the list has then not only grown. */
  reordered = 0;
  private readonly player: Player;
  private readonly budget: number;
  private every: number;
  private lines = 0;
  private newBytes = 0;

  /** `machine` is booted, over plain words, and nothing has happened yet. It is the recording's from now on. */
  constructor(
    readonly machine: Machine,
    /** Gives what the machine's own sink has caught since the last time. */
    private readonly caught: () => Rows,
    options: RecordingOptions = {},
  ) {
    this.every = options.every ?? Math.max(EVERY, Math.floor(machine.m.w.length / WORDS_A_HAPPENING));
    this.budget = options.budget ?? BUDGET;
    this.player = new Player(machine);
    this.player.sound = true;
    this.clear();
    this.keyframe();
  }

  private clear(): void {
    this.line = {
      id: this.lines++,
      departures: [],
      end: 0,
      keyframes: [],
      marks: [],
      events: new EventLog(),
    };
    this.kept = null;
    this.newBytes = 0;
    this.caught();
  }

  /** Forgets every line and stands at the beginning again. */
  restart(): void {
    const first = this.line.keyframes[0]!;
    this.clear();
    this.line.keyframes.push(first);
    this.player.put(first);
  }

  /** Happenings before the present position. */
  get at(): number {
    return this.machine.happened;
  }

  /** Something of the present line lies ahead: happenings, or choices taken back. */
  get past(): boolean {
    return this.at < this.line.end || this.player.next < this.line.departures.length;
  }

  /** Choices of the line at this position that have been taken back. */
  get undone(): number {
    return positionAt(this.line, this.at).next - this.player.next;
  }

  /** The line's choice that comes next, if it comes at this position. */
  get due(): Choice | null {
    const d = this.line.departures[this.player.next];
    return d && d.at === this.at ? d.choice : null;
  }

  /** How many of `most` happenings lie before the line's next choice and the next keyframe. */
  until(most: number): number {
    const d = this.line.departures[this.player.next];
    const last = this.line.keyframes.at(-1)!.at;
    const copy = last + this.every - this.at;
    return Math.min(most, d ? d.at - this.at : most, copy > 0 ? copy : most);
  }

  /** Does the line's next choice, which is due here. Throws when it can't be done: the recording does not hold then. */
  followDue(): void {
    const choice = this.due;
    const { at } = this;
    const why = choice ? this.machine.apply(choice) : 'there is none';
    if (!choice || why) throw new Error(`the recording does not hold: choice at ${at}: ${why}`);
    this.player.next++;
    this.checkHappened(choice, at);
    // It was told when it was made.
    this.caught();
    this.moved(NOTHING);
  }

  /**
   * A choice of the person at this position, one that others than the machine need not carry out. Returns why it could not
   * be done: then nothing has changed.
   */
  choose(choice: Choice): string {
    const { due } = this;
    if (due && sameChoice(due, choice)) {
      this.followDue();
      return '';
    }
    const from = this.player.position;
    const past = this.past;
    const why = this.machine.apply(choice);
    if (why) return why;
    if (past) this.branch(from);
    this.note(from.at, choice);
    this.checkHappened(choice, from.at);
    this.moved();
    return '';
  }

  /** A chosen step of a thread that the person wants: whether the line goes on with that step anyway. */
  goesOnWith(tid: number): boolean {
    if (!this.past) return false;
    const { due } = this;
    if (due) return due.kind === 'step' && due.tid === tid;
    const p = this.machine.pick();
    return p?.kind === 'step' && p.tid === tid;
  }

  /**
   * A chosen step was taken by someone else, who has changed the block: it began at position `at`, the machine counts it
   * already, and this was told in it.
   */
  chosenStep(tid: number, at: number, found: Rows = this.caught()): void {
    const choice: Choice = { kind: 'step', tid };
    const d = this.line.departures[this.player.next];
    if (d && d.at === at && sameChoice(d.choice, choice)) this.player.next++;
    else {
      if (at < this.line.end || this.player.next < this.line.departures.length)
        this.branch({ at, next: this.player.next });
      this.note(at, choice);
    }
    this.moved(found);
  }

  /** Things have happened, and the machine counts them: the line grows, if it was at its end. */
  moved(found: Rows = this.caught()): void {
    const { line } = this;
    const told = line.events.length;
    line.events.append(found, line.end);
    for (const m of marksOf(line.events, told)) line.marks.push(m);
    if (this.at <= line.end) return;
    line.end = this.at;
    if (line.end - line.keyframes.at(-1)!.at >= this.every) this.keyframe();
  }

  /** Adds a mark that no step tells of (a rule that broke), once. */
  mark(mark: Mark): void {
    const { marks } = this.line;
    let i = marks.length;
    while (i > 0 && marks[i - 1]!.at > mark.at) i--;
    if (marks[i - 1]?.at === mark.at && marks[i - 1]?.kind === mark.kind) return;
    if (i < marks.length) this.reordered++;
    marks.splice(i, 0, mark);
  }

  /** Runs here for up to `most` happenings, along the line and on beyond its end by the clock. Returns how many. */
  run(most: number): number {
    const from = this.at;
    const until = from + most;
    for (;;) {
      const { due } = this;
      if (due && (this.at < until || !happens(due))) {
        this.followDue();
        continue;
      }
      if (this.at >= until || this.stretch(this.until(until - this.at)) === 0) break;
    }
    return this.at - from;
  }

  /** A stretch by the clock; where somebody looks on, one turn. */
  private stretch(most: number): number {
    const { machine, watch } = this;
    refill(machine.m, most);
    if (!watch) {
      const n = machine.run(most);
      this.moved();
      return n;
    }
    const p = machine.pick();
    if (!p) return 0;
    const from = this.at;
    if (p.kind === 'deliver') machine.take(p);
    else machine.turn(p, most, machine.horizon(p.tid));
    this.moved();
    watch(p.kind === 'deliver' ? -1 : p.tid);
    return this.at - from;
  }

  /**
   * Takes a schedule for the line, runs it to its end and stands there. Returns what could not be followed, a line for each
   * kind of choice; the rest is kept. Who goes to position `back` next need not run there again.
   */
  load(departures: readonly Departure[], end: number, back = 0): string[] {
    this.restart();
    const problems = new Notes();
    for (const d of departures) {
      if (d.at > end) break;
      this.runBy(back, d.at);
      const { kind } = d.choice;
      if (this.at < d.at) {
        problems.add('end', `the run ends after ${this.at} happenings, before choice ${kind} at ${d.at}`);
        return problems.lines;
      }
      const why = this.choose(d.choice);
      if (why) problems.add(kind, `${kind} at ${d.at}: ${why}`);
    }
    this.runBy(back, end);
    if (this.at < end) problems.add('end', `the run ends after ${this.at} of ${end} happenings`);
    return problems.lines;
  }

  /** Runs to position `to`; a position `by` on the way there is kept. */
  private runBy(by: number, to: number): void {
    if (by >= this.at && by <= to) {
      this.run(by - this.at);
      if (this.at === by && by > this.line.keyframes.at(-1)!.at) this.keyframe();
    }
    this.run(to - this.at);
  }

  /** Stands at position `at` of the line, clamped to what is recorded, with the choices that were made there. */
  seek(at: number): void {
    const here = Math.max(0, Math.min(this.line.end, Math.floor(at)));
    this.go(positionAt(this.line, here));
  }

  /** One back: over the last choice made here, or, when none was made, over one happening. False at the beginning. */
  back(): boolean {
    const { at } = this;
    const { next } = this.player;
    if (next > choicesBefore(this.line, at)) this.go({ at, next: next - 1 });
    else if (at > 0) this.go(positionAt(this.line, at - 1));
    else return false;
    return true;
  }

  /** Changes the present line for the kept one. False when none is kept. */
  bringBack(): boolean {
    const { kept } = this;
    if (!kept) return false;
    const here = this.player.position;
    const { head, tail } = cut(this.line, kept.from, this.lines++);
    this.line = join(head, kept);
    this.kept = isEmpty(tail) ? null : tail;
    if (!reaches(here, kept.from)) {
      this.player.sound = false;
      this.go(kept.from);
    }
    return true;
  }

  /** The block was lost: makes it anew as it was at the present position. */
  rebuild(): void {
    const here = this.player.position;
    this.player.sound = false;
    this.go(here);
  }

  /** The present position, for another machine that follows the line. */
  get position(): Position {
    return this.player.position;
  }

  /** Bytes of keyframes held now. */
  get bytes(): number {
    return bytesOf([...this.line.keyframes, ...(this.kept?.keyframes ?? [])]);
  }

  private go(p: Position): void {
    this.player.go(this.line, p);
    this.caught();
  }

  private branch(from: Position): void {
    const { head, tail } = cut(this.line, from, this.lines++);
    this.line = head;
    this.kept = tail;
  }

  private note(at: number, choice: Choice): void {
    this.line.departures.push({ at, choice });
    this.player.next = this.line.departures.length;
  }

  private checkHappened(choice: Choice, before: number): void {
    if (this.at - before !== (happens(choice) ? 1 : 0))
      throw new Error(`choice ${choice.kind} was ${this.at - before} happenings`);
  }

  private keyframe(): void {
    const { line, machine } = this;
    const before = line.keyframes.at(-1);
    const k = takeKeyframe(machine.m.w, this.at, this.player.next, machine.steps, before);
    for (const [i, page] of k.pages.entries())
      if (page !== before?.pages[i]) this.newBytes += page.byteLength;
    line.keyframes.push(k);
    if (this.newBytes > this.budget) this.thin();
  }

  /** Lets every second keyframe go. */
  private thin(): void {
    this.every *= 2;
    this.line.keyframes = thinned(this.line.keyframes);
    if (this.kept) this.kept.keyframes = this.kept.keyframes.filter((_, i) => i % 2 === 1);
    this.newBytes = this.bytes;
  }
}
