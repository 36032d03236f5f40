/** Where everything of the timeline stands: plain rectangles and arrows, drawn by SVG or on a canvas. */
import type { Mark, Slices } from '../../hosts/engine.ts';
import { type Fold, type Gap, makeFold } from './fold.ts';
import { type Group, groupRows, type StepSlice, type Words } from './groups.ts';

/** `ahead` is recorded but lies after the playhead. */
export type SliceState = 'done' | 'now' | 'ahead';

export interface SlicePlace {
  group: Group;
  x: number;
  w: number;
  state: SliceState;
  /** Written inside; empty where it does not fit. */
  text: string;
  /** Where its steps part, px from its left; empty when they are too narrow to tell apart. */
  cuts: number[];
  /** Steps with a width and a label of their own. */
  steps: { x: number; w: number; text: string; step: StepSlice; state: SliceState }[];
}

export interface ArrowPlace {
  dgram: number;
  /** The happening with which it is taken on. */
  at: number;
  conn: number;
  from: { x: number; tid: number };
  to: { x: number; tid: number };
  redispatch: boolean;
  state: SliceState;
}

export interface SpanPlace {
  x: number;
  w: number;
  owner: number;
  text: string;
  kind: 'owns' | 'moving' | 'moved';
  state: SliceState;
}

export interface Places {
  fold: Fold;
  slices: SlicePlace[];
  arrows: ArrowPlace[];
  /** Datagrams that arrive at the socket. */
  arrivals: { x: number; dgram: number; conn: number; at: number; state: SliceState }[];
  commits: { x: number; tid: number; conn: number; state: SliceState }[];
  gaps: readonly Gap[];
  playhead: number;
  /** Where the old future parts, -1 when it is not among the rows. */
  branch: number;
  /** Steps drawn. */
  count: number;
}

/** Rows as pieces of work along a fold, whichever of them are done: the playhead moves over them. */
export interface Laid {
  groups: readonly Group[];
  fold: Fold;
}

export interface LayInput {
  rows: Slices;
  words: Words;
  marks: readonly Mark[];
  scale: number;
}

export interface PlaceInput extends LayInput {
  /** The playhead's position. */
  at: number;
  /** Virtual ns at which the clock's next choice begins. */
  now: number;
  /** Position at which the old future parts, -1 none. */
  fork: number;
}

/** Narrower than this a step is not drawn apart, px. */
const APART = 4;
/** Width of a character in a slice, px. */
const CHAR = 6.2;

export function layRows({ rows, words, marks, scale }: LayInput): Laid {
  const level = scale <= 5 ? 3 : 2;
  const groups = groupRows(rows, words, level, marks);
  const fold = makeFold(
    // A thread that looks for work is busy in its steps alone: what it sleeps between two of them is folded.
    groups
      .filter((g) => !isWait(g))
      .flatMap((g) =>
        g.loop ? g.steps.map((s) => ({ from: s.start, to: s.end })) : [{ from: g.start, to: g.end }],
      ),
    scale,
  );
  return { groups, fold };
}

/** `laid` is of the same rows, words, marks and scale. */
export function placeRows(input: PlaceInput, laid: Laid = layRows(input)): Places {
  const { rows, marks, at, now, fork } = input;
  const { groups, fold } = laid;
  return {
    fold,
    slices: groups.filter((g) => !isWait(g)).map((g) => slice(g, fold, at)),
    arrows: arrows(rows, marks, fold, at),
    arrivals: arrivals(rows, fold, at),
    commits: commits(groups, fold, at),
    gaps: fold.gaps,
    playhead: fold.x(playheadNs(rows, at, now)),
    branch: fork >= rows.from && fork < rows.to ? fold.x(rows.start[fork - rows.from]!) : -1,
    count: groups.reduce((n, g) => n + g.steps.length, 0),
  };
}

/** A thread that only waits is not drawn: nothing happens in it. */
const isWait = (g: Group): boolean => g.end === g.start;

/**
 * The line between what was done and what was not: where the next happening begins.
 * @param now virtual ns at which the clock's next choice begins, for the end of the recording.
 */
export function playheadNs(rows: Slices, at: number, now: number): number {
  const i = at - rows.from;
  const n = rows.to - rows.from;
  if (i >= 0 && i < n) return rows.start[i]!;
  return i === n && n > 0 ? Math.max(now, rows.start[n - 1]!) : now;
}

export const stateOf = (step: number, at: number): SliceState =>
  step >= at ? 'ahead' : step === at - 1 ? 'now' : 'done';

function slice(g: Group, fold: Fold, at: number): SlicePlace {
  const x = fold.x(g.start);
  const w = Math.max(1.5, fold.x(g.end) - x);
  const own = g.part !== '' || g.steps.some((s) => s.redispatch);
  const steps = own ? stepPlaces(g, fold, at) : [];
  const first = stateOf(g.steps[0]!.at, at);
  const last = stateOf(g.steps.at(-1)!.at, at);
  const wide = w / g.steps.length >= APART;
  const labelled = steps.some((s) => s.text);
  const text = labelled ? '' : fit(nameOf(g), w);
  return {
    group: g,
    x,
    w,
    state: last === 'now' || (first !== 'ahead' && last === 'ahead') ? 'now' : last,
    text,
    cuts: wide && !own && !text ? g.steps.slice(1).map((s) => fold.x(s.start) - x) : [],
    steps,
  };
}

function stepPlaces(g: Group, fold: Fold, at: number): SlicePlace['steps'] {
  return g.steps.map((step) => {
    const x = fold.x(step.start);
    const w = Math.max(1, fold.x(step.end) - x);
    return {
      x,
      w,
      step,
      text: (g.part !== '' || step.redispatch) && step.label.length * CHAR + 2 <= w ? step.label : '',
      state: stateOf(step.at, at),
    };
  });
}

/** Function and, where it has one in its hands, the datagram. */
function nameOf(g: Group): string[] {
  const short = g.fn.replace(/^quic_|^qc_|^lstnr_/, '');
  const d = g.dgram >= 0 ? ` ${g.dgram + 1}` : '';
  return [`${g.fn}${d}`, `${short}${d}`, short, d.trim()];
}

const fit = (names: readonly string[], w: number): string =>
  names.find((n) => n !== '' && n.length * CHAR + 6 <= w) ?? '';

function arrows(rows: Slices, marks: readonly Mark[], fold: Fold, at: number): ArrowPlace[] {
  const sent = new Set(marks.filter((m) => m.kind === 'redispatch').map((m) => m.at));
  const last = new Map<number, { i: number; redispatch: boolean }>();
  const out: ArrowPlace[] = [];
  for (let i = 0; i < rows.to - rows.from; i++) {
    const d = rows.dgram[i]!;
    if (d < 0 || rows.tid[i]! < 0) continue;
    const before = last.get(d);
    const redispatch = sent.has(rows.from + i);
    if (before && rows.tid[before.i] !== rows.tid[i]) {
      const from = rows.start[before.i]! + rows.cost[before.i]!;
      const to = rows.start[i]!;
      // Threads' clocks may stand the other way round after orders by hand: no arrow goes back in time.
      if (to >= from)
        out.push({
          dgram: d,
          at: rows.from + i,
          conn: rows.conn[i]!,
          from: { x: fold.x(from), tid: rows.tid[before.i]! },
          to: { x: fold.x(to), tid: rows.tid[i]! },
          redispatch: before.redispatch,
          state: stateOf(rows.from + i, at),
        });
    }
    const same = before && rows.tid[before.i] === rows.tid[i];
    last.set(d, { i, redispatch: redispatch || (same ? before.redispatch : false) });
  }
  return out;
}

function arrivals(rows: Slices, fold: Fold, at: number): Places['arrivals'] {
  const out: Places['arrivals'] = [];
  for (let i = 0; i < rows.to - rows.from; i++) {
    if (rows.tid[i]! >= 0) continue;
    const row = rows.from + i;
    out.push({
      x: fold.x(rows.start[i]!),
      dgram: rows.dgram[i]!,
      conn: rows.conn[i]!,
      at: row,
      state: stateOf(row, at),
    });
  }
  return out;
}

function commits(groups: readonly Group[], fold: Fold, at: number): Places['commits'] {
  return groups.flatMap((g) =>
    g.steps
      .filter((s) => s.commit)
      .map((s) => ({ x: fold.x(s.end), tid: g.tid, conn: g.conn, state: stateOf(s.at, at) })),
  );
}
