/**
 * Finds the choices of a schedule that was made with another program. Whatever does not come is looked for in one run ahead:
 * a thousand anchors that never come cost as much as one.
 */
import { Budget, Notes, OverBudget, runLimit } from '../door/index.ts';
import { type StepName, stepIn } from '../haproxy/names.ts';
import { type Anchor, type Anchored, Tally } from './anchor.ts';
import { happens } from './choice.ts';
import type { Machine } from './machine.ts';
import type { Departure } from './schedule.ts';

/** The playhead of a schedule as its own program had it. */
export interface PlayheadThere {
  at: number;
  undone?: number;
  anchor?: Anchor | undefined;
}

export interface Placed {
  departures: Departure[];
  /** Position of the playhead, and how many of the choices made there lie ahead of it. */
  at: number;
  undone: number;
  /** Happenings run: the last choice or the playhead, whichever is later. */
  end: number;
  /** What could not be found or done here, a sentence each. */
  notes: string[];
}

/** Happenings beyond the recorded distance that are looked through for an anchor. */
const FURTHER = 20_000;
/** May be looked through in all, beyond what may be run. */
const LOOKED_THROUGH = 1_000_000;
/** `watch` is told after so many happenings. */
const TELL = 1000;

/**
 * The machine is booted and stands at the beginning; at the end it stands at the last choice or the playhead. A choice whose
 * place does not come is left out, and said. `watch` hears how many happenings were run so far.
 */
export function placeByAnchors(
  x: Machine,
  departures: readonly Anchored[],
  playhead: PlayheadThere,
  watch: (run: number) => void = () => {},
): Placed {
  return new Placing(x, departures, playhead, watch).placed();
}

/** The run ahead of where the machine is to stand: what came in it first, by how many happenings. */
interface Ahead {
  words: Int32Array;
  happened: number;
  steps: number;
  tally: Tally;
  came: Map<string, number>;
  ran: number;
  /** Nothing more can happen. */
  over: boolean;
}

/** A thread that is to stand at a step, and does not yet, is let on by so many steps. */
const LET_ON = 64;

const nameOf = (a: Anchor): string =>
  a.kind === 'arrival' ? `arrival ${a.dgram}` : `${a.tid}\n${a.proc}\n${a.label}\n${a.nth}`;

class Placing {
  private tally = new Tally();
  private ahead: Ahead | null = null;
  private readonly notes = new Notes();
  private readonly budget: Budget;
  private run = 0;
  /** Position of the last choice or of the playhead, as recorded. */
  private before = 0;
  /** Anchors that are looked for at all. */
  private readonly wanted = new Set<string>();
  private readonly made: Departure[] = [];
  private at = -1;
  /** How many choices had been placed when the playhead was. */
  private madeBefore = 0;
  /** The steps of this program that have the places of the schedule, whatever they were called there. */
  private readonly here = new Map<string, StepName | null>();
  private readonly departures: readonly Anchored[];
  private readonly playhead: PlayheadThere;

  constructor(
    private readonly x: Machine,
    departures: readonly Anchored[],
    playhead: PlayheadThere,
    private readonly watch: (run: number) => void,
  ) {
    const end = Math.max(playhead.at, departures.at(-1)?.at ?? 0);
    this.budget = new Budget(runLimit(end) + LOOKED_THROUGH, 'The search for its places');
    const named = <T extends { anchor?: Anchor | undefined }>(o: T): T =>
      o.anchor ? { ...o, anchor: this.named(o.anchor) } : o;
    this.departures = departures.map(named);
    this.playhead = named(playhead);
    for (const { anchor } of [...this.departures, this.playhead]) if (anchor) this.wanted.add(nameOf(anchor));
  }

  /** An anchor by this program's names, where it has the step. */
  private named(a: Anchor): Anchor {
    if (a.kind === 'arrival') return a;
    const name = `${a.proc}\n${a.label}`;
    let step = this.here.get(name);
    if (step === undefined) {
      step = stepIn(this.x.P, a.proc, a.label);
      this.here.set(name, step);
    }
    return step ? { ...a, proc: step.key, label: step.label } : a;
  }

  placed(): Placed {
    const { x, departures } = this;
    const cut = this.firstAhead();
    let i = 0;
    try {
      for (; i < departures.length; i++) {
        if (i === cut) this.placePlayhead();
        this.place(departures[i]!);
      }
      if (this.at < 0) this.placePlayhead();
    } catch (e) {
      if (!(e instanceof OverBudget)) throw e;
      const left = departures.length - i;
      this.notes.add('given up', e.message + (left > 0 ? ` ${left} of its choices are left out.` : ''));
    }
    this.standHere();
    if (this.at < 0) this.playheadIsHere();
    const { at, made } = this;
    let undone = 0;
    for (const d of made.slice(this.madeBefore)) if (d.at === at && !happens(d.choice)) undone++;
    return { departures: made, at, undone, end: x.happened, notes: this.notes.lines };
  }

  /** Number of the first choice that comes after the playhead: made later, or there and taken back. */
  private firstAhead(): number {
    const { departures, playhead } = this;
    let first = departures.findIndex(
      (d) => d.at > playhead.at || (d.at === playhead.at && happens(d.choice)),
    );
    if (first < 0) first = departures.length;
    let here = first;
    while (here > 0 && departures[here - 1]!.at === playhead.at) here--;
    return Math.max(here, first - (playhead.undone ?? 0));
  }

  private placePlayhead(): void {
    const { playhead } = this;
    const missed = this.goTo(playhead.anchor, playhead.at - this.before);
    if (missed) this.notes.add('playhead', `The playhead stands at the choice before it: ${missed}.`);
    this.standHere();
    this.before = playhead.at;
    this.playheadIsHere();
  }

  private playheadIsHere(): void {
    this.at = this.x.happened;
    this.madeBefore = this.made.length;
  }

  private place(d: Anchored): void {
    const { x } = this;
    const { kind } = d.choice;
    const { anchor } = d;
    const stands = anchor?.kind === 'step' && anchor.nth === 0;
    const missed = this.goTo(stands ? undefined : anchor, d.at - this.before);
    this.before = d.at + (happens(d.choice) ? 1 : 0);
    if (stands) this.letOn(anchor.tid, anchor);
    if (missed) {
      this.notes.add(`missed ${kind}`, `The choice “${kind}” is left out: ${missed}.`);
      return;
    }
    const at = x.happened;
    const why = x.apply(d.choice);
    if (why) {
      this.notes.add(`refused ${kind}`, `The choice “${kind}” is refused here: ${why}.`);
      return;
    }
    this.made.push({ at, choice: d.choice });
    this.tally.clear();
  }

  /** Lets a thread on until it stands at a step; where it does not come there, it stays where it is. */
  private letOn(t: number, to: { proc: string; label: string }): void {
    const { x } = this;
    if (t >= x.W.cfg.threads) return;
    const stands = (): boolean => x.at(t).proc.key === to.proc && x.at(t).label === to.label;
    if (stands()) return;
    const was = { words: x.m.w.slice(), happened: x.happened, steps: x.steps, made: this.made.length };
    for (let n = 0; n < LET_ON && !stands(); n++) {
      this.budget.spend(1);
      const at = x.happened;
      if (x.apply({ kind: 'step', tid: t })) break;
      this.made.push({ at, choice: { kind: 'step', tid: t } });
    }
    if (stands()) return;
    x.m.w.set(was.words);
    x.happened = was.happened;
    x.steps = was.steps;
    this.made.length = was.made;
  }

  /** Runs by the clock to the anchor, or without one by the distance. Empty, or why it did not come: `standHere` goes back. */
  private goTo(anchor: Anchor | undefined, distance: number): string {
    if (!anchor) {
      this.standHere();
      for (let i = 0; i < distance && this.happen(); i++);
      return '';
    }
    const n = this.comes(nameOf(anchor), 4 * distance + FURTHER);
    if (n < 0)
      return anchor.kind === 'arrival'
        ? `datagram ${anchor.dgram + 1} does not arrive`
        : `T${anchor.tid} does not come to ${anchor.label} of ${anchor.proc} (${nthText(anchor.nth)} time)`;
    if (this.ahead?.ran !== n) {
      this.standHere();
      for (let i = 0; i < n; i++) this.happen();
    }
    this.ahead = null;
    return '';
  }

  /** After how many happenings from here an anchor comes, at most `limit`; -1 when it does not. Runs ahead as far as needed. */
  private comes(name: string, limit: number): number {
    const { x, tally } = this;
    const here = tally.anchor(x);
    this.ahead ??= {
      words: x.m.w.slice(),
      happened: x.happened,
      steps: x.steps,
      tally: tally.copy(),
      came: new Map(here ? [[nameOf(here), 0]] : []),
      ran: 0,
      over: false,
    };
    const { ahead } = this;
    while (!ahead.came.has(name) && ahead.ran < limit && !ahead.over) {
      if (!this.happen()) {
        ahead.over = true;
        break;
      }
      ahead.ran++;
      const came = this.tally.anchor(x);
      const is = came && nameOf(came);
      if (is && this.wanted.has(is) && !ahead.came.has(is)) ahead.came.set(is, ahead.ran);
    }
    const n = ahead.came.get(name);
    return n === undefined || n > limit ? -1 : n;
  }

  /** Back from the run ahead. */
  private standHere(): void {
    const { x, ahead } = this;
    if (!ahead) return;
    x.m.w.set(ahead.words);
    x.happened = ahead.happened;
    x.steps = ahead.steps;
    this.tally = ahead.tally;
    this.ahead = null;
  }

  /** One happening by the clock; false when there is none. */
  private happen(): boolean {
    this.budget.spend(1);
    if (++this.run % TELL === 0) this.watch(this.run);
    return this.tally.take(this.x);
  }
}

const nthText = (n: number): string => (n === 1 ? 'first' : n === 2 ? '2nd' : n === 3 ? '3rd' : `${n}th`);
