/** Rows of happenings as the pieces of work a person can tell apart: one call of a procedure on one thread. */
import type { Mark, Slices } from '../../hosts/engine.ts';
import type { StepWords } from '../../report/view.ts';

export type Words = (pc: number) => StepWords | null;

/** One step within a piece of work. */
export interface StepSlice {
  /** Number of the happening: it leads from this position to the next. */
  at: number;
  start: number;
  end: number;
  label: string;
  commit: boolean;
  /** Passes a late datagram on. */
  redispatch: boolean;
}

export interface Group {
  tid: number;
  fn: string;
  verb: string;
  part: StepWords['part'];
  /** The thread looks for work or waits; nothing is being done for anyone. */
  loop: boolean;
  /** Capture connection, -1 none. */
  conn: number;
  /** Datagram from 0, -1 none. */
  dgram: number;
  start: number;
  end: number;
  steps: StepSlice[];
}

/** Procedures of the scheduler itself: frames that hold a callback. */
export const LOOP_DEPTH = 1;

interface Thread {
  stack: (StepWords | null)[];
  open: Group | null;
  key: string;
}

/**
 * @param level how deep calls are told apart: 2 = one piece a callback, 3 = what the callback calls, …. A move and what
 * finishes it always stand alone.
 */
export function groupRows(rows: Slices, words: Words, level: number, marks: readonly Mark[]): Group[] {
  const threads = new Map<number, Thread>();
  const sent = new Set(marks.filter((m) => m.kind === 'redispatch').map((m) => m.at));
  const out: Group[] = [];
  for (let i = 0; i < rows.to - rows.from; i++) {
    const tid = rows.tid[i]!;
    const w = words(rows.pc[i]!);
    if (tid < 0 || !w) continue;
    const thread = threads.get(tid) ?? { stack: [], open: null, key: '' };
    threads.set(tid, thread);
    const depth = rows.depth[i]!;
    thread.stack.length = depth;
    thread.stack[depth] = w;
    const at = cutOf(thread.stack, Math.min(level, depth));
    const key = keyOf(thread.stack, at);
    if (!thread.open || thread.key !== key) {
      thread.open = begin(tid, thread.stack[at] ?? w, at <= LOOP_DEPTH, rows.start[i]!);
      thread.key = key;
      out.push(thread.open);
    }
    add(thread.open, rows, i, w, sent);
  }
  return out;
}

/** Depth at which the stack is cut: that of a move, if it is in one. */
function cutOf(stack: readonly (StepWords | null)[], level: number): number {
  const move = stack.findIndex((w) => w?.part === 'rebind' || w?.part === 'finish');
  return move >= 0 ? move : level;
}

const keyOf = (stack: readonly (StepWords | null)[], depth: number): string =>
  stack.slice(0, depth + 1).reduce((k, w) => `${k}/${w?.fn ?? ''}`, '');

const begin = (tid: number, w: StepWords, loop: boolean, start: number): Group => ({
  tid,
  fn: w.fn,
  verb: w.verb,
  part: w.part === 'redispatch' ? '' : w.part,
  loop,
  conn: -1,
  dgram: -1,
  start,
  end: start,
  steps: [],
});

function add(g: Group, rows: Slices, i: number, w: StepWords, sent: ReadonlySet<number>): void {
  const at = rows.from + i;
  const end = rows.start[i]! + rows.cost[i]!;
  if (g.conn < 0) g.conn = rows.conn[i]!;
  if (g.dgram < 0) g.dgram = rows.dgram[i]!;
  g.end = Math.max(g.end, end);
  const redispatch = sent.has(at);
  if (redispatch) for (const s of g.steps) if (s.redispatch || isCheck(s, g)) s.redispatch = true;
  const passes = redispatch || (w.part === 'redispatch' && (g.steps.at(-1)?.redispatch ?? false));
  g.steps.push({ at, start: rows.start[i]!, end, label: w.label, commit: w.commit, redispatch: passes });
}

/** The steps just before the push: the datagram is found to belong elsewhere. */
const isCheck = (s: StepSlice, g: Group): boolean => g.steps.length - g.steps.indexOf(s) <= 2;
