/** What a session offers to the views, and what it needs from the page. */
import type { Anchors, Slices } from '../../hosts/engine.ts';
import type { QuestionKind, QuestionMap } from '../../hosts/questions.ts';
import type { StepWords } from '../../report/view.ts';
import type { Address } from '../address/address.ts';
import type { Explorer } from '../explorer/control.ts';
import type { LiveSession } from '../live/session.ts';
import type { Backend } from '../opening/contract.ts';
import type { Stories } from '../story/control.ts';
import type { Said } from './announcer.ts';
import type { Beginnings } from './beginnings.ts';
import type { Marks, Point } from './marks.ts';
import type { MenuOf } from './menu.ts';
import type { Orders } from './orders.ts';
import type { See } from './painter.ts';
import type { LinkSaid } from './said.ts';
import type { ChoiceStore, Choices, Mode, PictureStore } from './store.ts';
import type { Time } from './time.ts';

/** What is attached to a session when it is first needed, and closed with it. */
export interface Parts {
  /** Live's run, once it has been begun; kept while Step mode is shown. */
  live: LiveSession;
  /** The page's address. A page may have none. */
  links: Address;
  explorer: Explorer;
  /** Tells stories, once one has been opened. */
  stories: Stories;
}

export interface Session extends Beginnings, Orders, Time {
  readonly backend: Backend;
  readonly choices: ChoiceStore;
  readonly picture: PictureStore;
  /** Where things stand on screen. */
  readonly marks: Marks;
  readonly parts: Readonly<Partial<Parts>>;
  /** The part named so; `make` is called when there is none yet. */
  attach<K extends keyof Parts>(name: K, make: () => Parts[K]): Parts[K];
  /** What is said of the link that is followed. */
  readonly linkSaid: LinkSaid;
  set(part: Partial<Choices>): void;
  setMode(mode: Mode): void;
  /** Opens the one menu, at a point of the window or beneath the mark of what it is about. */
  openMenu(of: MenuOf, at?: Point): void;
  /** Asks for what the happenings [from, to) of the line were; `onSlices` hears the answer. */
  askSlices(from: number, to: number): void;
  onSlices(cb: (rows: Slices) => void): () => void;
  /** Asks about the recording; null while no world runs. */
  ask<K extends QuestionKind>(kind: K, ask: QuestionMap[K]['ask']): Promise<QuestionMap[K]['answer'] | null>;
  /** Opens a datagram in the Packet tab, by its number in the store (from 1); the tab takes the focus, unless it is not to. */
  openPacket(dgram: number, focus?: boolean): void;
  /** Asks for the places of the line's choices; `onAnchors` hears the answer. */
  askAnchors(): void;
  onAnchors(cb: (anchors: Anchors) => void): () => void;
  /** Of the program that runs, 8 hex digits; empty while none does. */
  fingerprint(): string;
  /** What `see` reads of the moment that is shown; null while none is. */
  look<T>(see: See<T>): T | null;
  /** What the compiled program says about a step; null while no world runs. */
  stepWords(pc: number): StepWords | null;
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
  /** Runs work once what has just changed on the page has been painted. */
  painted(work: () => void): void;
  first?: Partial<Choices>;
  /** Nothing is said of a link: it stands in somebody else's page, whose readers have not chosen it. */
  quiet?: boolean;
}
