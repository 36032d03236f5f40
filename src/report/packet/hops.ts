/** Where a datagram has been: from the events of a line, each hop with its thread, its step, and its cause in words. */
import { DROP, PKT_DROP } from '../../haproxy/model/flags.ts';
import { EV } from '../../haproxy/step/events.ts';
import type { EventFilter } from '../../machine/recording/query.ts';

/** What of an event a hop needs; see machine/recording/events.ts. */
export interface HopEvent {
  at: number;
  kind: number;
  tid: number;
  other: number;
  ms: number;
  ns: number;
  qc: number;
  b: number;
}

export interface Hop {
  /** Position from which it can be seen. */
  at: number;
  /** Virtual ms, and ns within them. */
  ms: number;
  ns: number;
  tid: number;
  kind: 'plain' | 'commit' | 'redispatch' | 'drop' | 'handled';
  text: string;
  /** Function or lock, and what else belongs to it; ''. */
  detail: string;
}

export interface Way {
  hops: Hop[];
  /** "Late. 77 µs from socket to handler, 2 inboxes, 1 redispatch." */
  lead: string;
  rest: string;
  /** Where its owner has opened and handled it; -1 while nobody has on this line. */
  handledAt: number;
  handledBy: number;
}

const KINDS = [
  EV.RECEIVE,
  EV.DISPATCH,
  EV.POP,
  EV.CREATE,
  EV.REDISPATCH,
  EV.HANDLED,
  EV.DROP,
  EV.PKT_DROP,
  EV.NETWORK,
];

/** The events that a datagram's hops are read from. `conn`: its connection, -1 none. */
export function hopFilter(dgram: number, conn: number): EventFilter {
  const own = { dgrams: [dgram], ...(conn >= 0 ? { conns: [conn] } : {}) };
  return {
    all: [own, { kinds: conn >= 0 ? [...KINDS, EV.COMMIT] : KINDS }, { dgrams: [dgram], kinds: [EV.COMMIT] }],
  };
}

const NETWORK = ['drops it', 'keeps it back', 'duplicates it', 'lets another pass it'];
const T = (tid: number): string => `T${tid}`;
const time = (e: HopEvent): number => e.ms * 1e6 + e.ns;

/**
 * @param events in order: of the datagram alone those of its own kinds, and commits of its connection
 * @param letter of its connection, '' none
 * @param duration virtual ns in words
 */
export function wayOf(events: readonly HopEvent[], letter: string, duration: (ns: number) => string): Way {
  const hops: Hop[] = [];
  const whose = letter ? `${letter}’s` : 'its';
  let waitsSince = -1;
  let inboxes = 0;
  let redispatches = 0;
  let read = -1;
  let handled: HopEvent | null = null;
  let dropped = false;
  const add = (e: HopEvent, text: string, detail = '', kind: Hop['kind'] = 'plain'): void => {
    hops.push({ at: e.at + 1, ms: e.ms, ns: e.ns, tid: e.tid, kind, text, detail });
  };
  const created = events.find((e) => e.kind === EV.CREATE);
  events.forEach((e, i) => {
    switch (e.kind) {
      case EV.NETWORK:
        add(e, `the network ${NETWORK[e.b] ?? 'has it'}`);
        return;
      case EV.RECEIVE:
        read = time(e);
        add(e, e.qc ? `reads it from ${whose} own socket` : 'reads it from the listener’s socket');
        return;
      case EV.DISPATCH: {
        waitsSince = time(e);
        inboxes++;
        const known = letter && !(created && created.at >= e.at);
        add(
          e,
          known
            ? `sorts it to ${T(e.other)}: ${whose} entry says ${T(e.other)}`
            : `sorts it to ${T(e.other)} by its bytes: no entry yet`,
          known
            ? `quic_get_cid_tid under the tree’s read lock, then into quic_dghdlrs[${e.other}]`
            : `into quic_dghdlrs[${e.other}]`,
        );
        return;
      }
      case EV.COMMIT:
        // Only changes while it waits are of its way.
        if (waitsSince < 0) return;
        add(
          e,
          `the entry changes: ${T(e.tid)} stores tid = ${e.other}, step S14`,
          `It has waited ${duration(time(e) - waitsSince)} by now. The store does not touch it.`,
          'commit',
        );
        return;
      case EV.POP: {
        waitsSince = -1;
        const next = events.slice(i + 1).find((n) => n.kind !== EV.COMMIT);
        if (next?.kind === EV.REDISPATCH)
          add(
            e,
            `takes it and reads the entry again: ${T(next.other)}, not ${T(e.tid)}`,
            `quic_rx_pkt_retrieve_conn, new_tid = ${next.other}`,
          );
        else if (created && created.at >= e.at) add(e, 'takes it: no connection has its CID yet');
        else if (letter) add(e, `takes it, reads the entry again: ${T(e.tid)} is ${T(e.tid)}`);
        else add(e, 'takes it from its inbox');
        return;
      }
      case EV.CREATE:
        add(e, `creates ${letter || 'a connection'} for it`);
        return;
      case EV.REDISPATCH:
        redispatches++;
        inboxes++;
        waitsSince = time(e);
        add(e, `passes it on to ${T(e.other)}, whole and unopened`, '', 'redispatch');
        return;
      case EV.HANDLED:
        handled ??= e;
        add(e, `has opened it${letter ? ` with ${whose} keys` : ''} and handled it`, '', 'handled');
        return;
      case EV.PKT_DROP:
        add(e, `drops a packet of it: ${PKT_DROP[e.b as 0] ?? 'unknown'}`, '', 'drop');
        return;
      case EV.DROP:
        dropped = true;
        add(e, `drops it: ${DROP[e.b as 0] ?? 'unknown'}`, '', 'drop');
        return;
    }
  });
  const done = handled as HopEvent | null;
  return {
    hops,
    ...summary({ read, done, inboxes, redispatches, dropped, waiting: waitsSince >= 0, duration }),
    handledAt: done ? done.at + 1 : -1,
    handledBy: done ? done.tid : -1,
  };
}

interface Sum {
  read: number;
  done: HopEvent | null;
  inboxes: number;
  redispatches: number;
  dropped: boolean;
  waiting: boolean;
  duration(ns: number): string;
}

function summary(s: Sum): Pick<Way, 'lead' | 'rest'> {
  const { read, done, inboxes, redispatches } = s;
  const boxes = inboxes === 1 ? '1 inbox' : `${inboxes} inboxes`;
  const passed =
    redispatches === 1 ? ', 1 redispatch' : redispatches > 0 ? `, ${redispatches} redispatches` : '';
  if (read < 0 && inboxes === 0) return { lead: 'Not read yet.', rest: 'The network has it.' };
  const lead = redispatches > 0 ? 'Late.' : done ? 'Not late.' : s.dropped ? 'Dropped.' : 'On its way.';
  if (done && read >= 0)
    return {
      lead,
      rest: `${s.duration(done.ms * 1e6 + done.ns - read)} from socket to handler${inboxes > 0 ? `, ${boxes}` : ', no inbox: its socket is the connection’s own'}${passed}.`,
    };
  return {
    lead,
    rest: `${inboxes > 0 ? boxes : 'No inbox'}${passed}${s.waiting ? ', and it waits there' : ''}.`,
  };
}
