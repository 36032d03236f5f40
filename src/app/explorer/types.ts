/** What the Explorer holds: the form, and one row a run of a search. */
import type { SearchOrder, SearchProgress, SearchVerdict } from '../../hosts/explorer/contract.ts';
import type { Lifelines } from '../../report/lifelines.ts';
import type { WorldSpec } from '../../scenario/explore.ts';
import type { Asked, Asking } from './question.ts';

/** What a person has chosen to search. */
export interface Form {
  spec: WorldSpec;
  order: SearchOrder;
  reduction: boolean;
  memoryMB: number;
  /** Longest run looked at; 0 for no limit. */
  depth: number;
}

export type RunState = 'searching' | 'paused' | 'ended' | 'failed';

/** One search, from its start on. */
export interface Run {
  id: number;
  form: Form;
  /** "M01, before its fix". */
  name: string;
  state: RunState;
  progress: SearchProgress | null;
  verdict: SearchVerdict | null;
  /** Of a violation. */
  lifelines: Lifelines | null;
  /** The same choices with the fix, or without the mutation, or without what was tried. */
  beside: Beside | null;
  /** Why it could not begin or go on. */
  failure: string;
}

/** A run's choices on another program. */
export interface Beside {
  lifelines: Lifelines;
  /** The first row that is another one; -1 where none is. */
  parting: number;
  /** What the other program has or lacks: "the fix". */
  program: string;
}

/** "What if this step were missing?", and what was found out so far. */
export interface Question {
  asking: Asking;
  /** How many worlds there are to ask. */
  worlds: number;
  asked: readonly Asked[];
  /** The world that is being searched; empty when none is. */
  at: string;
  state: 'asking' | 'ended' | 'cancelled';
  /** The run that shows what noticed, or -1. */
  run: number;
}

/** What a cell of the museum says. */
export type CellMark = 'found' | 'safe' | 'running' | 'none';

/** A world of the museum, as a row. */
export interface WorldRow {
  id: string;
  title: string;
  trouble: string;
  /** The fix that ends it, or empty. */
  fix: string;
  mutation: string;
  /** Which revision a mutation's world runs on, and why; empty for any other. */
  runsOn: string;
  /** The mutation that would end a hypothesis, or empty; and what is known of it. */
  cure: string;
  hypothesis: string;
  /** Its two sides in words. */
  sides: readonly [before: string, after: string];
  threads: number;
  /** Thread groups, 1 or 2. */
  threadGroups: number;
  conns: number;
  datagrams: number;
  rebinds: number;
  timerFirings: number;
  allocationFailures: number;
  socketFailures: number;
  batchLimit: number;
  ringSize: number;
  /** Records that a byte ring has room for; 0 where that is HAProxy's. */
  inboxRecords: number;
}

export interface RuleRow {
  id: string;
  sentence: string;
  /** `blind`: it looks for steps that a changed program has not. */
  state: 'on' | 'off' | 'not-meant' | 'blind';
  /** Why it is not meant to hold: the bug's number; what it has not to look at; or why the world spares it. */
  why: string;
}
