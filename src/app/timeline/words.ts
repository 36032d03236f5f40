/** Moments of the recording in words: the scrubber's value, a slice's tooltip, a cell of the hidden grid. */
import type { Mark, Slices } from '../../hosts/engine.ts';
import { nameOf } from '../../report/look.ts';
import { clockText, count } from '../stage/text.ts';
import type { Group, Words } from './groups.ts';

/** "Step 33 of 58, T0 redispatches datagram 41". `rows` may be of elsewhere. */
export function momentWords(
  at: number,
  end: number,
  rows: Slices | null,
  words: Words,
  marks: readonly Mark[],
): string {
  const head = `Step ${at} of ${end}`;
  if (at === 0) return `${head}, nothing has happened yet`;
  const did = happeningWords(at - 1, rows, words, marks);
  return did ? `${head}, ${did}` : head;
}

/** What happening `at` was; empty where the rows do not hold it. */
export function happeningWords(
  at: number,
  rows: Slices | null,
  words: Words,
  marks: readonly Mark[],
): string {
  const mark = marks.find((m) => m.at === at);
  const i = rows ? at - rows.from : -1;
  const known = rows !== null && i >= 0 && i < rows.to - rows.from;
  const dgram = known ? rows.dgram[i]! + 1 : 0;
  if (mark) return markWords(mark, dgram);
  if (!known) return '';
  const tid = rows.tid[i]!;
  if (tid < 0) return `datagram ${dgram} arrives`;
  const w = words(rows.pc[i]!);
  return w ? `T${tid}, ${w.fn} ${w.label}: ${lower(w.text)}` : '';
}

/** `dgram` from 1, 0 when it is not known. */
export function markWords(mark: Mark, dgram = 0): string {
  const who = mark.conn >= 0 ? nameOf(mark.conn).letter : 'a connection';
  switch (mark.kind) {
    case 'commit':
      return `T${mark.tid} commits the rebind of ${who}`;
    case 'redispatch':
      return dgram > 0
        ? `T${mark.tid} redispatches datagram ${dgram}`
        : `T${mark.tid} redispatches a datagram of ${who}`;
    case 'refused':
      return `T${mark.tid} refuses the rebind of ${who}`;
    case 'violation':
      return mark.tid >= 0 ? `violation on T${mark.tid}` : 'violation';
  }
}

/** "T0, qc_set_tid_affinity S1.1 to S15, steps 3 241 to 3 288, 25.516 ms, 1 060 ns". */
export function groupWords(g: Group): string {
  const first = g.steps[0]!;
  const last = g.steps.at(-1)!;
  const labels = first === last ? first.label : `${first.label} to ${last.label}`;
  const steps =
    first === last ? `step ${count(first.at + 1)}` : `steps ${count(first.at + 1)} to ${count(last.at + 1)}`;
  const d = g.dgram >= 0 ? `, datagram ${g.dgram + 1}` : '';
  const ms = Math.floor(g.start / 1e6);
  return `T${g.tid}, ${g.fn} ${labels}${d}, ${steps}, ${clockText({ ms, ns: g.start - ms * 1e6 })} ms, ${count(g.end - g.start)} ns`;
}

/** Time that a gap stands for. */
export function gapWords(ns: number): string {
  if (ns >= 1e9) return `${(ns / 1e9).toFixed(1)} s`;
  if (ns >= 1e6) return `${(ns / 1e6).toFixed(1)} ms`;
  return `${Math.round(ns / 1e3)} us`;
}

const lower = (text: string): string =>
  /^[A-Z][a-z’ ]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
