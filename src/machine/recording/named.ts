/**
 * A position named by what happens there: `start`, `end`, `A.commit`, `A.33.handled`, `A.redispatch.2`, `A.commit-1`, `@55.85`,
 * `8105`. Counted from a moment's start, so that it holds in another program too. Stories, moments, addresses and the command
 * line write it alike.
 */

/** What can be named; `event-kinds.ts` says which events of the recording each is. */
export const EVENT_NAMES = [
  'create',
  'accept',
  'rebind',
  'commit',
  'finalize',
  'refused',
  'receive',
  'dispatch',
  'pop',
  'redispatch',
  'handled',
  'drop',
  'timer',
  'close',
  'release',
  'violation',
] as const;

export type EventKind = (typeof EVENT_NAMES)[number];

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
  `^(?:([A-Z]{1,3})\\.)?(?:(\\d+[′']?)\\.)?(${EVENT_NAMES.join('|')})(?:\\.(-1|[1-9]\\d*))?([+-]\\d+)?$`,
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
