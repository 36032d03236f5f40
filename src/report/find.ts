/** Words that somebody looks for, as a filter over the columns of events: resolved once, so that no line's text is made to be searched. */
import { called } from '../haproxy/step/called.ts';
import { EV } from '../haproxy/step/events.ts';
import { TRACE_POINTS, type TracePoint } from '../haproxy/step/trace-points.ts';
import { EVENT_KINDS } from '../machine/recording/event-kinds.ts';
import { connOfLetter } from '../machine/recording/named.ts';
import type { AnyOf, EventFilter } from '../machine/recording/query.ts';

/** What words can stand for in one world. */
export interface FindIn {
  threads: number;
  /** What functions are called otherwise than at first, by their first names. */
  names: Readonly<Record<string, string>>;
  /** Connections: capture index, client's address, CIDs as hex. */
  conns: readonly { index: number; addr: string; cids: readonly string[] }[];
}

/** Events that a line of the trace is made of; the others are steps on the way. */
export const LINE_KINDS: readonly number[] = [
  EV.TRACE,
  EV.COMMIT,
  EV.REDISPATCH,
  EV.REFUSED,
  EV.REBIND_ERROR,
  EV.DROP,
  EV.PKT_DROP,
  EV.DISPATCH,
  EV.ACCEPT,
  EV.FINALIZE,
  EV.CREATE,
  EV.NETWORK,
  EV.BUG,
  EV.CLOSE,
  EV.RELEASE,
  EV.TIMER,
  EV.SHOW_END,
];

/** What a trace point prints, as it is looked for. */
const printed = (p: TracePoint, { names }: FindIn): string =>
  `${called(names, p.fn)}(): ${p.text}`.toLowerCase();

/** Splits a query into words; digits that are grouped by spaces or narrow spaces are one number. */
export const wordsOf = (query: string): string[] =>
  query
    .replace(/(\d)[\u00a0\u202f ](?=\d{3}\b)/g, '$1')
    .split(/\s+/)
    .filter(Boolean);

/** What one word may stand for; null when nothing in a world is called so. */
export function wordFilter(word: string, where: FindIn): AnyOf | null {
  const low = word.toLowerCase();
  const any: { -readonly [K in keyof AnyOf]: number[] } = {};
  const thread = /^t(\d)$/.exec(low);
  if (thread && Number(thread[1]) < where.threads) any.tids = [Number(thread[1])];
  const pointer = /^(?:qc@)?0x7f([0-9a-f]{10})$/.exec(low);
  if (pointer) any.qcs = [Number.parseInt(pointer[1]!, 16) / 4];
  if (/^\d+[′']?$/.test(word)) {
    any.dgrams = [Number.parseInt(word, 10) - 1];
    any.pns = [Number.parseInt(word, 10)];
  }
  if (low in EVENT_KINDS) any.kinds = [...EVENT_KINDS[low as keyof typeof EVENT_KINDS]];
  const conns = where.conns.filter(
    (c) =>
      (/^[A-Z]{1,3}$/.test(word) && connOfLetter(word) === c.index) ||
      (low.length >= 4 && (c.addr.toLowerCase().includes(low) || c.cids.some((cid) => cid.includes(low)))),
  );
  if (conns.length > 0) any.conns = conns.map((c) => c.index);
  if (low.length >= 3 && !/^\d+$/.test(low)) {
    const points = TRACE_POINTS.flatMap((p, i) => (printed(p, where).includes(low) ? [i] : []));
    if (points.length > 0) any.points = points;
  }
  return Object.keys(any).length > 0 ? any : null;
}

/** Events for which all words hold; null when there is none to look for, or a word that nothing is called. */
export function eventFilter(query: string, where: FindIn, kinds: readonly number[]): EventFilter | null {
  const words = wordsOf(query);
  if (words.length === 0) return null;
  const all: AnyOf[] = [{ kinds }];
  for (const w of words) {
    const any = wordFilter(w, where);
    if (!any) return null;
    all.push(any);
  }
  return { all };
}
