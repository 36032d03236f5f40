/** A run in figures: what `rebind run --json` prints. */

import { REFUSAL } from '../haproxy/lib/hand.ts';
import { BUGS, type Bug, fatalText } from '../haproxy/model/bugs.ts';
import { derivedOrScripted } from '../haproxy/model/cids.ts';
import { DROP, PKT_DROP } from '../haproxy/model/flags.ts';
import { Global, LiPerThread, Listener, QuicConn, ThreadCtx } from '../haproxy/model/layouts.ts';
import type { DatagramStore } from '../haproxy/model/script.ts';
import { UNREAD, type Unread } from '../haproxy/model/unread.ts';
import { EV, type EventSink } from '../haproxy/step/events.ts';
import type { Exec } from '../haproxy/step/exec.ts';
import { census } from '../machine/census.ts';
import type { Machine } from '../machine/machine.ts';

export interface RebindEntry {
  /** Capture connection, from 0; -1 for one that the capture does not hold. */
  conn: number;
  from: number;
  to: number;
  /** Virtual ms since the first datagram. */
  ms: number;
  trigger: 'accept' | 'hand';
  /** `done`, `refused: REASON` or `aborted: TEXT` of what stopped the run. */
  result: string;
}

export interface RunReport {
  datagrams: { received: number; handled: number; dropped: Record<string, number>; queued: number };
  /** Client datagrams of the capture that are not replayed, by reason; `received` does not count them. */
  unread: Partial<Record<Unread, number>>;
  packetsDropped: Record<string, number>;
  redispatches: number;
  rebinds: RebindEntry[];
  threads: { tid: number; handled: number; redispatched: number; connections: number }[];
  connections: { conn: number; scid: string; owner: number; datagrams: number }[];
  rulesBroken: { rule: string; text: string; ms: number }[];
  /** Connections in the order in which they were accepted: on which thread, and for which. */
  accepts: { conn: number; on: number; to: number }[];
  /** Sessions that are counted in the end: on each thread, and on the listener. */
  loads: { threads: number[]; listener: number };
  /** Text of the assertion or crash that stopped the run, absent when none did. */
  aborted?: string;
  /** The same as a line for a reader. */
  fatal?: string;
  leakedPackets: number;
  notes: string[];
  /** What was wrong with the capture or is to be known of it, a kind each. */
  problems: { frame: number | null; text: string }[];
  hash: string;
}

/** Collects what a report needs while the run goes on; everything else is read from the block at its end. */
export class RunLog implements EventSink {
  readonly rebinds: RebindEntry[] = [];
  readonly owners = new Map<number, number>();
  readonly handled = new Map<number, number>();
  readonly accepts: RunReport['accepts'] = [];
  private readonly open = new Map<number, RebindEntry>();
  leaked = 0;

  note(x: Exec, kind: number, qc: number, a = 0, b = 0): void {
    const conn = qc ? x.m.ld(qc + QuicConn.capConn) : -1;
    switch (kind) {
      case EV.CREATE:
        this.owners.set(conn, x.t);
        break;
      case EV.HANDLED:
        this.handled.set(conn, (this.handled.get(conn) ?? 0) + 1);
        break;
      case EV.REDISPATCH:
        if (!x.P.traits.freesOnRedispatch) this.leaked++;
        break;
      case EV.TAKEN:
        this.accepts.push({ conn, on: x.t, to: a });
        break;
      case EV.REBIND_START: {
        const trigger = x.m.ld(qc + QuicConn.rebindTrigger) === 2 ? 'hand' : 'accept';
        const entry: RebindEntry = { conn, from: x.t, to: a, ms: msOf(x), trigger, result: '' };
        this.rebinds.push(entry);
        this.open.set(qc, entry);
        break;
      }
      case EV.COMMIT:
        this.owners.set(conn, a);
        this.end(qc, 'done');
        break;
      case EV.REBIND_ERROR:
        this.end(qc, 'refused: no memory');
        break;
      case EV.REFUSED:
        this.rebinds.push({
          conn,
          from: x.t,
          to: a,
          ms: msOf(x),
          trigger: 'hand',
          result: `refused: ${REFUSAL[b]}`,
        });
        break;
      case EV.BUG:
        for (const qcOpen of this.open.keys()) this.end(qcOpen, `aborted: ${BUGS[a]!.text}`);
        break;
    }
  }

  trace(): void {}

  called(): void {}

  private end(qc: number, result: string): void {
    const entry = this.open.get(qc);
    if (entry) entry.result = result;
    this.open.delete(qc);
  }
}

const msOf = (x: Exec): number =>
  x.m.ld(x.th + ThreadCtx.clockMs) + x.m.ld(x.th + ThreadCtx.clockNs) / 1_000_000;

const counts = (names: readonly string[], read: (i: number) => number): Record<string, number> => {
  const out: Record<string, number> = {};
  names.forEach((name, i) => {
    const n = read(i);
    if (i > 0 && n) out[name] = n;
  });
  return out;
};

/** How many datagrams of a store are not replayed, by reason; reasons without any are absent. */
export function unreadOf(store: DatagramStore): Partial<Record<Unread, number>> {
  const out: Partial<Record<Unread, number>> = {};
  for (let d = 0; d < store.count; d++) {
    const reason = UNREAD[store.unread?.[d] ?? 0];
    if (reason) out[reason] = (out[reason] ?? 0) + 1;
  }
  return out;
}

const stoppedBy = (b: Bug, tid: number): Pick<RunReport, 'aborted' | 'fatal'> => ({
  aborted: b.text,
  fatal: fatalText(b, tid),
});

/** Reads the report off a machine whose sink was `log`. `hash` is without time. */
export function runReport(
  machine: Machine,
  log: RunLog,
  broken: RunReport['rulesBroken'],
  notes: string[],
  problems: RunReport['problems'] = [],
): RunReport {
  const { m, W } = machine;
  const counted = census((i) => m.ld(i), W);
  const dropped: Record<string, number> = {};
  for (const [reason, n] of counted.reasons) dropped[DROP[reason]!] = n;
  const owned = new Array<number>(W.cfg.threads).fill(0);
  for (const [conn, tid] of machine.owners()) {
    if (tid < 0) continue;
    owned[tid]!++;
    if (conn >= 0) log.owners.set(conn, tid);
  }
  const bug = m.ld(W.global + Global.bug);
  return {
    datagrams: {
      received: counted.received,
      handled: counted.handled,
      dropped,
      queued: counted.queued,
    },
    unread: unreadOf(W.consts.datagrams),
    packetsDropped: counts(PKT_DROP, (i) => m.ld(W.pktDropCounts + i)),
    redispatches: counted.redispatches,
    rebinds: log.rebinds,
    threads: owned.map((connections, tid) => ({
      tid,
      handled: m.ld(W.th(tid) + ThreadCtx.handled),
      redispatched: m.ld(W.th(tid) + ThreadCtx.redispatched),
      connections,
    })),
    connections: [...log.owners]
      .filter(([conn]) => conn >= 0 && conn < W.consts.clients.conns)
      .sort(([a], [b]) => a - b)
      .map(([conn, owner]) => ({
        conn,
        scid: hex(derivedOrScripted(W, conn)),
        owner,
        datagrams: log.handled.get(conn) ?? 0,
      })),
    accepts: log.accepts,
    loads: {
      threads: owned.map((_, tid) => m.ald(W.perThread(tid) + LiPerThread.thrConn)),
      listener: m.ald(W.listener + Listener.nbconn),
    },
    rulesBroken: broken,
    ...(bug ? stoppedBy(BUGS[bug - 1]!, m.ld(W.global + Global.bugTid)) : {}),
    leakedPackets: log.leaked,
    notes,
    problems,
    hash: machine.hash(),
  };
}

export const hex = (b: Uint8Array): string => [...b].map((v) => v.toString(16).padStart(2, '0')).join('');
