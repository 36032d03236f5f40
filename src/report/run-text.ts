/** What a connection went through, for an issue, a commit message or a page: as a table in Markdown, or as a Mermaid sequence. */
import { EV } from '../haproxy/step/events.ts';
import type { EventFilter } from '../machine/recording/query.ts';
import { nameOf } from './name.ts';
import { TOLD_KINDS } from './told-kinds.ts';

/** What of an event is told; see machine/recording/events.ts. */
export interface ToldEvent {
  at: number;
  kind: number;
  tid: number;
  other: number;
  dgram: number;
}

export interface ToldStep {
  /** Position from which it can be seen. */
  step: number;
  tid: number;
  /** Thread that it goes to; -1 none. */
  to: number;
  words: string;
  /** A rebind begins with it; it moved the connection. */
  begins: boolean;
  decides: boolean;
}

/** The events of connection `conn` from position `from` on that a run is told by. */
export const toldFilter = (conn: number, from = 0): EventFilter => ({
  from,
  all: [{ kinds: TOLD_KINDS }, { conns: [conn] }],
});

/** The steps that are worth telling, in order. Of handled datagrams those that came the long way. `noOf`: a datagram's number on screen. */
export function toldSteps(
  events: readonly ToldEvent[],
  conn: number,
  noOf: (dgram: number) => string,
): ToldStep[] {
  const { letter } = nameOf(conn);
  const passed = new Set<number>();
  const out: ToldStep[] = [];
  for (const e of events) {
    const words = wordsOf(e, letter, noOf);
    if (e.kind === EV.REDISPATCH) passed.add(e.dgram);
    if (words === '' || (e.kind === EV.HANDLED && !passed.has(e.dgram))) continue;
    const to = e.kind === EV.REDISPATCH || e.kind === EV.COMMIT ? e.other : -1;
    out.push({
      step: e.at + 1,
      tid: e.tid,
      to: to === e.tid ? -1 : to,
      words,
      begins: e.kind === EV.REBIND_START,
      decides: e.kind === EV.COMMIT,
    });
  }
  return out;
}

function wordsOf(e: ToldEvent, A: string, noOf: (dgram: number) => string): string {
  switch (e.kind) {
    case EV.CREATE:
      return `creates ${A}`;
    case EV.ACCEPT:
      return `accepts ${A}`;
    case EV.REBIND_START:
      return `begins to rebind ${A} to T${e.other}`;
    case EV.COMMIT:
      return `stores tid = ${e.other}: ${A} belongs to T${e.other}`;
    case EV.FINALIZE:
      return `has adopted ${A}`;
    case EV.REFUSED:
    case EV.REBIND_ERROR:
      return `does not give ${A} away: the rebind is refused`;
    case EV.REDISPATCH:
      return `passes ${noOf(e.dgram)} on to T${e.other}`;
    case EV.HANDLED:
      return `handles ${noOf(e.dgram)}`;
    case EV.DROP:
      return `drops ${noOf(e.dgram)}`;
    case EV.CLOSE:
      return `closes ${A}`;
    case EV.RELEASE:
      return `releases ${A}`;
    default:
      return '';
  }
}

/** From where the last rebind began; all of them where none did. */
export function lastMove(steps: readonly ToldStep[]): readonly ToldStep[] {
  const from = steps.findLastIndex((s) => s.begins);
  return from < 0 ? steps : steps.slice(from);
}

export interface RunWords {
  title: string;
  /** Of the program, as the page calls it. */
  revision: string;
  /** Where it can be opened; '' for what no address names. */
  link: string;
}

const ofHaproxy = (revision: string): string =>
  revision.startsWith('HAProxy ') ? revision : `HAProxy, “${revision}”`;

const cell = (text: string): string => text.replace(/[\\|]/g, '\\$&').replace(/\s+/g, ' ');

/** A table, two columns and the step. */
export function markdownOf(steps: readonly ToldStep[], { title, revision, link }: RunWords): string {
  const rows = steps.map(({ step, tid, words, decides }) => {
    const bold = decides ? '**' : '';
    return `| ${bold}${step}${bold} | ${bold}T${tid}${bold} | ${bold}${cell(words)}${bold} |`;
  });
  const end = `${ofHaproxy(revision)}, emulated.${link ? ` [Open in Rebind](${link.replace(/[()]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)})` : ''}`;
  return `**${cell(title)}**\n\n| step | thread | what |\n|---|---|---|\n${rows.join('\n')}\n\n${end}\n`;
}

/** What Mermaid would read as its own is written as an entity. */
const label = (text: string): string =>
  text.replace(/[#;]/g, (c) => (c === '#' ? '#35;' : '#59;')).replace(/\s+/g, ' ');

export function mermaidOf(steps: readonly ToldStep[], { title, revision, link }: RunWords): string {
  const tids = [...new Set(steps.flatMap((s) => (s.to >= 0 ? [s.tid, s.to] : [s.tid])))].sort(
    (a, b) => a - b,
  );
  const lines = steps.map(({ step, tid, to, words }) =>
    to >= 0
      ? `  T${tid}->>T${to}: ${step}: ${label(words)}`
      : `  Note over T${tid}: ${step}: ${label(words)}`,
  );
  const participants = tids.map((t) => `  participant T${t}`);
  return [
    'sequenceDiagram',
    `  %% ${title}. ${ofHaproxy(revision)}, emulated.${link ? ` ${link}` : ''}`,
    ...participants,
    ...lines,
    '',
  ].join('\n');
}
