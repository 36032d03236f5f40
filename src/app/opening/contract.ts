/**
 * What the page needs from outside itself. `main.tsx` gives the real ones; a test gives its own.
 */
import type { Engine, WorldOptions } from '../../hosts/engine.ts';
import type { FoundRun } from '../../hosts/explorer/contract.ts';
import type { StoredMoment } from '../../hosts/messages.ts';
import type { LinkScenario, Moment } from '../../link/index.ts';
import type { Broken } from '../../machine/explorable.ts';
import type { EventRow } from '../../machine/recording/events.ts';
import type { UntoldLine } from '../../report/events.ts';
import type { Look } from '../../report/look.ts';
import type { Moves } from '../../report/moves.ts';
import type { Happening, Sentence, StageView, StepWords, TraceLine } from '../../report/view.ts';
import type { WorldData } from '../../scenario/data.ts';
import type { WorldSpec } from '../../scenario/explore.ts';
import type { Frozen } from '../../scenario/frozen.ts';
import type { Tale } from '../../stories/index.ts';

/** Reads one world's frames. Made together with the engine, because it knows that world's constant stores. */
export interface WorldReader {
  /** `selected`: a connection that is to stand in the picture in any case. */
  stage(block: Int32Array, selected?: number): StageView;
  /** Turns to a block: for readers of what is not always shown. What it gives reads that block until the next is turned to. */
  at(block: Int32Array): Look;
  /** What it has seen of rebinds. */
  readonly moves: Moves;
  /** The one sentence about connection `conn` (capture index, or -1 for none). */
  sentence(stage: StageView, conn: number): Sentence;
  /** Reads the block that was turned to last. */
  readonly look: Look;
  /** Lines with `seq` above `since` that the block still holds, oldest first; `report/trace` makes their texts. */
  lines(block: Int32Array, since: number): UntoldLine[];
  happenings(block: Int32Array, since: number): Happening[];
  /** An event out of a recording's columns as a line. */
  line(row: EventRow): UntoldLine;
  /** What the compiled program says about the step at `pc`. */
  step(pc: number): StepWords | null;
  /** The state's hash without time, for the reader to compare two runs. */
  hash(block: Int32Array): string;
  /** The same of blocks that follow one another, each looked at in portions of so many words. */
  hashing(): StateHash;
}

/** `step` says whether all of the block has been looked at; `text` is its hash then. */
export interface StateHash {
  begin(): void;
  step(block: Int32Array, words: number): boolean;
  readonly text: string;
}

export interface Running {
  engine: Engine;
  reader: WorldReader;
  /** Of the compiled program, for links. */
  fingerprint: string;
}

/** What a run shows at its end. */
export interface Story {
  from: number;
  at: number;
  heading: string;
  detail: string;
  /** Thread that broke it, -1 none. */
  tid: number;
  /** Connection that it touched without owning it, -1 none. */
  touched: number;
}

/** What a capture holds, in words; `moves`: connections, one of which could be moved. */
export interface ContentsWords {
  heading: string;
  detail: string;
  moves: boolean;
}

/** A capture that has been read and can begin a world, as often as wanted. */
export interface Opened {
  name: string;
  /** What the person should know about it, a sentence each: no keys, CID length overridden, fragments left out. */
  notes: string[];
  datagrams: number;
  connections: number;
  keys: 'all' | 'some' | 'none';
  /** What this beginning wants; the person's own later choices stand above it. */
  options: Partial<WorldOptions>;
  /** What its worlds begin with. */
  data: WorldData;
  /** Of a run that was found: it begins at `from`, and at position `at` stands what it broke. Play stops there. */
  story?: Story;
  /** What was seen before its beginning, where that was observed and not stepped: the order between threads is approximate. */
  past?: TraceLine[];
  /** The key log that was given with it. */
  keysFile?: File | null;
  /** How a link names it; null for what no link can name. */
  scenario: LinkScenario | null;
  /** Of a moment frozen in Live: what a file of it holds. */
  frozen?: Frozen;
  /** Where whoever saved it had come to: it is shown at that moment. */
  here?: Moment;
  /** What is in it, where it begins at its beginning: said when it is opened. */
  contents?: ContentsWords;
  /** It was opened to be told. */
  tale?: Tale;
  /** Begins a world: at `moment`, or without one as this beginning has it. */
  start(options: WorldOptions, moment?: StoredMoment): Promise<Running>;
}

/** A run that a search found, to be played on the stage. */
export interface RunSource {
  kind: 'run';
  spec: WorldSpec;
  run: FoundRun;
  broken: Broken;
  name: string;
}

/** A file that the person gave; of a capture's servers the one that HAProxy stands for, else the busiest. */
export interface FileSource {
  kind: 'file';
  file: File;
  /** Address and port. */
  server?: string;
  /** A link waits for this capture: if it is the file, its server is taken. */
  awaited?: CaptureNamed;
}

/** A capture as a link names it. */
export type CaptureNamed = Extract<LinkScenario, { kind: 'capture' }>;

export type Source =
  | { kind: 'sample'; id: string }
  | FileSource
  | RunSource
  /** A story, from its beat `beat` (from 0) on. */
  | { kind: 'story'; name: string; beat: number }
  /** A world of the museum. */
  | Extract<LinkScenario, { kind: 'world' }>;

export interface Progress {
  read: number;
  /** 0 when it is not known. */
  total: number;
  /** "packets", "bytes". */
  unit: string;
  connections: number;
}

/** Thrown (rejected) by `open` for input it cannot use. Both parts are shown. */
export class UnusableInput extends Error {
  readonly advice: string;
  constructor(message: string, advice: string) {
    super(message);
    this.name = 'UnusableInput';
    this.advice = advice;
  }
}

export interface Sample {
  id: string;
  /** Plain name: "One request, curl-like client". */
  name: string;
}

export interface RevisionChoice {
  id: string;
  name: string;
  /** It has a name of its own; else it is called by its last commit. */
  preset: boolean;
}

export interface Backend {
  samples: readonly Sample[];
  revisions: readonly RevisionChoice[];
  /** Something will be opened soon: what has to be loaded for that is. */
  prepare(): void;
  /** Rejects with UnusableInput, or with an AbortError once `signal` is aborted. */
  open(
    source: Source,
    keys: File | null,
    progress: (p: Progress) => void,
    signal: AbortSignal,
  ): Promise<Opened>;
  /** What in an open capture is worth looking at first, as a story; null where nothing in it ever moves. */
  look(opened: Opened, options: WorldOptions, signal: AbortSignal): Promise<Tale | null>;
}
