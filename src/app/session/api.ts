/** What a session offers to the views, and what it needs from the page. */
import type { Anchors, Slices, WorldOptions } from '../../hosts/engine.ts';
import type { Moment } from '../../link/index.ts';
import type { ShowView, StepWords } from '../../report/view.ts';
import type { Address } from '../address/address.ts';
import type { LiveSession } from '../live/session.ts';
import type { Backend, Opened, Source } from '../opening/contract.ts';
import type { Said } from './announcer.ts';
import type { Orders } from './orders.ts';
import type { Choices, createChoices, createPicture, Mode } from './store.ts';
import type { TimeStep } from './travel.ts';

export interface Session extends Orders {
  readonly backend: Backend;
  readonly choices: ReturnType<typeof createChoices>;
  readonly picture: ReturnType<typeof createPicture>;
  set(part: Partial<Choices>): void;
  /** Opens a capture, or a museum world; at a link's moment, or where that beginning begins. */
  open(source: Source, keys: File | null, link?: Moment): Promise<void>;
  cancelOpen(): void;
  /** Begins with what is open already: a moment frozen in Live. */
  adopt(opened: Opened): Promise<void>;
  /** What is open, or null. */
  opened(): Opened | null;
  setMode(mode: Mode): void;
  /** Live's run, once it has been begun; kept while Step mode is shown. */
  live: LiveSession | null;
  /** The page's address, once it is kept; null in a page that has none. */
  links: Address | null;
  /**
   * Begins again with other options; the person's conditions are kept. Of another program the same choices are made up to
   * the same step.
   */
  restart(options?: Partial<WorldOptions>): Promise<void>;
  play(): void;
  pause(): void;
  step(): void;
  /** Goes along the recorded line: to a position, back by one, to the nearest mark, or back onto the old future. */
  travel(step: TimeStep): void;
  /** Asks for what the happenings [from, to) of the line were; `onSlices` hears the answer. */
  askSlices(from: number, to: number): void;
  onSlices(cb: (rows: Slices) => void): () => void;
  /** Asks for the places of the line's choices; `onAnchors` hears the answer. */
  askAnchors(): void;
  onAnchors(cb: (anchors: Anchors) => void): () => void;
  /** Of the program that runs, 8 hex digits; empty while none does. */
  fingerprint(): string;
  /** `show quic` at the moment that is shown; null while none is. */
  show(all: boolean): ShowView | null;
  /** What the compiled program says about a step; null while no world runs. */
  stepWords(pc: number): StepWords | null;
  setSpeed(stepsPerSecond: number): void;
  select(conn: number): void;
  /** Says something to a screen reader. */
  say(said: Said): void;
  /** Calls back with what a screen reader should hear. */
  onSaid(cb: (said: Said) => void): () => void;
  close(): void;
}

export interface SessionEnv {
  backend: Backend;
  /** Wall clock in ms, for how long a picture lingers; never reaches the world. */
  now(): number;
  reducedMotion(): boolean;
  /** Runs work when the page has drawn and answered what waits. */
  later(work: () => void): void;
  first?: Partial<Choices>;
}
