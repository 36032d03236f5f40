/**
 * A position named by what happens there: `start`, `end`, `A.commit`, `A.33.handled`, `A.redispatch.2`, `A.commit-1`, `@55.85`,
 * `8105`. Counted from a moment's start, so that it holds in another program too. Stories, moments, addresses and the command
 * line write it alike.
 */
import { EV } from '../../haproxy/step/events.ts';
import type { EventFilter } from './query.ts';

export const EVENT_KINDS = {
  create: [EV.CREATE],
  accept: [EV.ACCEPT],
  rebind: [EV.REBIND_START],
  commit: [EV.COMMIT],
  finalize: [EV.FINALIZE],
  refused: [EV.REFUSED, EV.REBIND_ERROR],
  receive: [EV.RECEIVE],
  dispatch: [EV.DISPATCH],
  pop: [EV.POP],
  redispatch: [EV.REDISPATCH],
  handled: [EV.HANDLED],
  drop: [EV.DROP, EV.PKT_DROP],
  timer: [EV.TIMER],
  close: [EV.CLOSE],
  release: [EV.RELEASE],
  violation: [EV.BUG],
} as const satisfies Record<string, readonly number[]>;

export type EventKind = keyof typeof EVENT_KINDS;

export type Named =
  | { kind: 'start' }
  | { kind: 'end' }
  /** Happenings from the beginning of the world. */
  | { kind: 'step'; at: number }
  /** The first happening at `ms` or later. */
  | { kind: 'time'; ms: number }
  | {
      kind: 'event';
      event: EventKind;
      /** Letter of a connection, '' for any. */
      conn: string;
      /** Number of a datagram as on screen ("33", "33′"), '' for any. */
      dgram: string;
      /** From 1; -1 is the last. */
      nth: number;
      /** Happenings after (or before) the first position from which it can be seen. */
      steps: number;
    };

const EVENT = new RegExp(
  `^(?:([A-Z]{1,3})\\.)?(?:(\\d+[′']?)\\.)?(${Object.keys(EVENT_KINDS).join('|')})(?:\\.(-1|[1-9]\\d*))?([+-]\\d+)?$`,
);

/** What `text` names, or null when it names nothing. */
export function parseNamed(text: string): Named | null {
  if (text === 'start' || text === 'end') return { kind: text };
  const time = /^@(\d+(?:\.\d+)?)$/.exec(text);
  if (time) return { kind: 'time', ms: Number(time[1]) };
  if (/^\d+$/.test(text)) return { kind: 'step', at: Number(text) };
  const e = EVENT.exec(text);
  if (!e) return null;
  return {
    kind: 'event',
    conn: e[1] ?? '',
    dgram: (e[2] ?? '').replace("'", '′'),
    event: e[3] as EventKind,
    nth: Number(e[4] ?? 1),
    steps: Number(e[5] ?? 0),
  };
}

export function namedText(n: Named): string {
  if (n.kind === 'start' || n.kind === 'end') return n.kind;
  if (n.kind === 'step') return String(n.at);
  if (n.kind === 'time') return `@${n.ms}`;
  const steps = n.steps === 0 ? '' : n.steps > 0 ? `+${n.steps}` : String(n.steps);
  const nth = n.nth === 1 ? '' : `.${n.nth}`;
  return `${[n.conn, n.dgram, n.event].filter(Boolean).join('.')}${nth}${steps}`;
}

/** Capture connection of a letter: A is 0, Z 25, AA 26. */
export function connOfLetter(letter: string): number {
  let n = 0;
  for (const c of letter) n = n * 26 + (c.charCodeAt(0) - 64);
  return n - 1;
}

/** What to look for in the events from `start` on. `dgramOf` gives the place of a datagram in the store, -1 none. */
export function filterOf(
  n: Extract<Named, { kind: 'event' }>,
  start: number,
  dgramOf: (no: string) => number,
): EventFilter {
  return {
    from: start,
    all: [
      { kinds: EVENT_KINDS[n.event] },
      ...(n.conn ? [{ conns: [connOfLetter(n.conn)] }] : []),
      ...(n.dgram ? [{ dgrams: [dgramOf(n.dgram)] }] : []),
    ],
  };
}
