/** Every table of the page as it can be taken along. */

import { UNREAD_ONE } from '../../haproxy/model/unread.ts';
import { rowAt } from '../../machine/recording/events.ts';
import { SENTENCES } from '../../machine/rules/sentences.ts';
import { ledgerFilter, movesOf } from '../../report/ledger.ts';
import { ACCEPT_EVENTS, countAccepts } from '../../report/runtime/accepts.ts';
import { roomAt, shownAt, timersAt } from '../../report/runtime/shown.ts';
import { showAt } from '../../report/show.ts';
import type { Cell, Table } from '../../report/table.ts';
import type { Clock, StageView } from '../../report/view.ts';
import { connRows, unreadRows } from '../capture/rows.ts';
import type { Session } from '../session/session.ts';
import type { Panel } from '../session/store.ts';
import { lockWords, timerWords } from '../threads/words.ts';
import { lineFilter } from '../trace/filter.ts';
import { lineIn } from '../trace/line-in.ts';

export interface TableRow {
  id: string;
  /** As in "Copy or save …". */
  name: string;
  /** The panel that shows it. */
  panel?: Panel;
  /** Null where there is nothing to be taken. */
  make(s: Session): Table | null | Promise<Table | null>;
}

/** Most lines of the trace, and most events of a connection. */
const MOST = 200_000;

const ms = ({ ms, ns }: Clock): number => ms + ns / 1e6;
const nsMs = (ns: number): number | null => (ns < 0 ? null : ns / 1e6);
const thread = (tid: number): string => (tid < 0 ? '' : `T${tid}`);

function ofStage(
  name: string,
  columns: readonly string[],
  rows: (v: StageView) => (readonly Cell[])[],
): TableRow['make'] {
  return (s) => {
    const { stage } = s.picture.getState();
    return stage && { name, columns, rows: rows(stage) };
  };
}

function shown(what: 'fd' | 'threads' | 'activity'): TableRow['make'] {
  return async (s) => {
    const { travel, stage } = s.picture.getState();
    if (!stage) return null;
    const events =
      what === 'activity'
        ? await s.ask('events', {
            filter: { all: [{ kinds: ACCEPT_EVENTS }], to: travel.at },
            from: 0,
            to: MOST,
          })
        : null;
    const accepts = events && countAccepts(events.rows, stage.threads.length);
    const parts = s.look((r, block) => shownAt(r, block, what, 0, accepts)) ?? [];
    return lines(`show-${what}`, parts.map((p) => p.text).join(''));
  };
}

const lines = (name: string, text: string): Table => ({
  name,
  columns: ['line'],
  rows: text
    .trimEnd()
    .split('\n')
    .map((l) => [l]),
});

export const TABLES: readonly TableRow[] = [
  {
    id: 'cids',
    name: 'the table of connection IDs',
    make: ofStage('cids', ['cid', 'connection', 'sequence', 'owner', 'before', 'lock'], (v) =>
      v.cids.map((c) => [c.cid, c.conn?.letter ?? null, c.seq, thread(c.tid), thread(c.oldTid), c.lock]),
    ),
  },
  {
    id: 'connections',
    name: 'the connections of this moment',
    make: ofStage(
      'connections',
      [
        'connection',
        'pointer',
        'client',
        'owner',
        'list',
        'state',
        'mux',
        'accepted',
        'flags',
        'idle ms',
        'loss ms',
        'late',
      ],
      (v) =>
        v.conns.map((c) => [
          c.name.letter,
          c.pointer,
          c.client,
          thread(c.owner),
          thread(c.listTid),
          c.state,
          c.mux,
          c.accepted,
          c.flagNames.join(' '),
          c.idle.armed ? c.idle.leftMs : null,
          c.loss.armed ? c.loss.leftMs : null,
          c.late,
        ]),
    ),
  },
  {
    id: 'threads',
    name: 'the threads',
    make: ofStage(
      'threads',
      [
        'thread',
        'state',
        'does',
        'function',
        'next step',
        'clock ms',
        'inbox',
        'run queue',
        'accept ring',
        'handled',
        'passed on',
      ],
      (v) =>
        v.threads.map((t) => [
          thread(t.tid),
          t.state,
          t.verb,
          t.fn,
          t.step ? `${t.step.label} ${t.step.text}` : null,
          ms(t.clock),
          t.inbox.length,
          t.runQueue.length,
          t.ring.waiting,
          t.handled,
          t.redispatched,
        ]),
    ),
  },
  {
    id: 'waiting',
    name: 'the datagrams that wait',
    make: ofStage(
      'waiting',
      ['where', 'datagram', 'connection', 'bytes', 'packets', 'passed on', 'owner'],
      (v) => [
        ...v.sockets.flatMap((k) =>
          k.waiting.map((d) => row(k.kind === 'listener' ? 'listener’s socket' : `fd ${k.fd}`, d)),
        ),
        ...v.threads.flatMap((t) => t.inbox.map((d) => row(`inbox of ${thread(t.tid)}`, d))),
      ],
    ),
  },
  { id: 'happened', name: 'what happened to the selected connection', panel: 'happened', make: happened },
  { id: 'trace', name: 'the trace, as it is filtered', panel: 'trace', make: trace },
  {
    id: 'show-quic',
    name: 'show quic',
    make: (s) => {
      const v = s.look((r, block, stage) => showAt(r, block, stage, true, true));
      return v && lines('show-quic', v.head + v.rows.map((r) => r.text).join(''));
    },
  },
  { id: 'show-fd', name: 'show fd', make: shown('fd') },
  { id: 'show-threads', name: 'show threads', make: shown('threads') },
  { id: 'show-activity', name: 'show activity', make: shown('activity') },
  {
    id: 'thread',
    name: 'the thread that is looked into',
    panel: 'thread',
    make: (s) => {
      const { stage } = s.picture.getState();
      const tid = Math.min(s.choices.getState().room, (stage?.threads.length ?? 1) - 1);
      const room = s.look((r, block) => roomAt(r, block, tid));
      if (!room) return null;
      const rows: Cell[][] = [
        ...room.queues.flatMap((q) =>
          q.items.map((t) => ['run queue', q.name, `${t.fn}${t.conn ? ` ${t.conn.letter}` : ''}`]),
        ),
        ...room.timers.map((t) => ['timer', `${t.conn?.letter ?? ''} ${timerWords(t)}`.trim(), t.leftMs]),
        ...room.fds.map((f) => ['fd', f.fd, f.polled ? 'polled' : 'not polled']),
        ...room.locks.map((l) => ['lock', lockWords(l), l.how]),
        ...Object.entries(room.load).map(([k, n]) => ['load', k, n]),
      ];
      return { name: `thread-${tid}`, columns: ['what', 'which', 'value'], rows };
    },
  },
  {
    id: 'timers',
    name: 'the armed timers',
    panel: 'timers',
    make: (s) => {
      const timers = s.look(timersAt);
      return (
        timers && {
          name: 'timers',
          columns: ['connection', 'timer', 'thread', 'left ms', 'due ms', 'armed ms'],
          rows: timers.map((t) => [
            t.conn?.letter ?? null,
            timerWords(t),
            thread(t.tid),
            t.leftMs,
            t.dueMs,
            t.armedMs,
          ]),
        }
      );
    },
  },
  {
    id: 'capture',
    name: 'the connections of the capture',
    panel: 'capture',
    make: (s) => {
      const data = s.opened()?.data;
      return data
        ? {
            name: 'capture-connections',
            columns: ['connection', 'clients', 'first ID', 'datagrams'],
            rows: connRows(data).map((c) => [c.name.letter, c.clients.join(' '), c.id, c.datagrams]),
          }
        : null;
    },
  },
  {
    id: 'unread',
    name: 'what is not replayed of the capture',
    make: (s) => {
      const data = s.opened()?.data;
      return data
        ? {
            name: 'not-replayed',
            columns: ['datagram', 'packet', 'ms', 'client', 'reason'],
            rows: unreadRows(data).map((u) => [u.no, u.frame, u.ms, u.client, UNREAD_ONE[u.reason]]),
          }
        : null;
    },
  },
  {
    id: 'rules',
    name: 'the rules',
    make: ofStage('rules', ['rule', 'state', 'sentence', 'why'], (v) =>
      v.rules.map((r) => [r.id, r.state, SENTENCES[r.id]!, r.why]),
    ),
  },
];

function row(where: string, d: StageView['threads'][number]['inbox'][number]): Cell[] {
  return [where, d.no, d.conn?.letter ?? null, d.bytes, d.label, d.redispatches, thread(d.ownerTid)];
}

async function trace(s: Session): Promise<Table | null> {
  const { traceFilter } = s.choices.getState();
  const { stage } = s.picture.getState();
  const filter = lineFilter(traceFilter, {
    threads: stage?.threads.length ?? 0,
    names: stage?.names ?? {},
    conns: (stage?.clients ?? []).map((c) => ({
      index: c.connIndex,
      addr: c.addr,
      cids: (stage?.cids ?? []).filter((k) => k.connIndex === c.connIndex).map((k) => k.cid),
    })),
  });
  const a = filter && (await s.ask('events', { filter, from: 0, to: MOST }));
  if (!a) return null;
  const rows: Cell[][] = [];
  for (let i = 0; i < Math.min(a.total, MOST); i++) {
    const event = rowAt(a.rows, i);
    const line = lineIn(s, event);
    if (line) rows.push([event.at + 1, thread(line.tid), ms(line.clock), line.text, line.note]);
  }
  return { name: 'trace', columns: ['step', 'thread', 'ms', 'line', 'note'], rows };
}

async function happened(s: Session): Promise<Table | null> {
  const conn = s.choices.getState().selected;
  const a = conn < 0 ? null : await s.ask('events', { filter: ledgerFilter(conn), from: 0, to: MOST });
  if (!a) return null;
  const moves = movesOf(Array.from({ length: Math.min(a.total, MOST) }, (_, i) => rowAt(a.rows, i)));
  const nameOf = (d: number): number => d + 1;
  return {
    name: 'what-happened',
    columns: [
      'step',
      'from',
      'to',
      'store ms',
      'finalized ms',
      'datagram',
      'sorted ms',
      'passed on ms',
      'ended ms',
      'times',
      'by',
      'end',
    ],
    rows: moves.flatMap((m) => {
      const head = [m.at, thread(m.from), thread(m.to), nsMs(m.store), nsMs(m.finalized)] as const;
      if (m.refused || m.late.length === 0)
        return [[...head, null, null, null, null, null, null, m.refused ? 'refused' : 'none late']];
      return m.late.map((l) => [
        ...head,
        nameOf(l.dgram),
        nsMs(l.sorted),
        nsMs(l.passed),
        nsMs(l.ended),
        l.hops,
        thread(l.by),
        l.ended < 0 ? '' : l.dropped ? 'dropped' : 'handled',
      ]);
    }),
  };
}
