/** The event ring as lines and as happenings. Both share the ring's numbers. What HAProxy prints in a line is made by `trace.ts`. */
import { EV } from '../haproxy/step/events.ts';
import { ringAt, ringHead, ringSince } from '../memory/ring.ts';
import { type EventRecord, happeningOf } from './happenings.ts';
import { Inboxes } from './inboxes.ts';
import { type Look, nameOf } from './look.ts';
import type { Moves } from './moves.ts';
import type { Happening, TraceLine } from './view.ts';

/** Records kept by a reader; older ones have been read by then. */
const KEPT = 20_000;

/** A line whose text is not made yet. */
export interface UntoldLine extends Omit<TraceLine, 'text'> {
  /** The trace point that HAProxy prints; null: it prints nothing, the line is our note alone. */
  printed: EventRecord | null;
}

export class EventReader {
  private read = 0;
  /** The record read last: another one in its place means another run. */
  private last: EventRecord | null = null;
  private lastNow = 0;
  private lines: UntoldLine[] = [];
  private news: Happening[] = [];
  private readonly inboxes = new Inboxes();

  /** `restarted` is called when the block turns out to be that of another run. */
  constructor(
    private readonly look: Look,
    private readonly moves: Moves,
    private readonly restarted: () => void,
  ) {}

  /** Takes in what is new in the block that is looked at. */
  catchUp(): void {
    const { look } = this;
    const ring = look.W.events;
    if (this.isOtherRun()) this.clear();
    this.lastNow = look.machine.now();
    let next = this.read;
    this.read = ringSince(look.mem, ring, this.read, (at, i) => {
      if (at > next) this.gap(at, at - next);
      next = at + 1;
      this.last = this.recordAt(i);
      this.take(at + 1, this.last);
    });
    this.inboxes.recount(look);
    if (this.lines.length > KEPT) this.lines = this.lines.slice(-KEPT / 2);
    if (this.news.length > KEPT) this.news = this.news.slice(-KEPT / 2);
  }

  linesSince(since: number): UntoldLine[] {
    return tail(this.lines, since);
  }

  happenings(since: number): Happening[] {
    return tail(this.news, since);
  }

  private isOtherRun(): boolean {
    const { look, last } = this;
    const ring = look.W.events;
    if (ringHead(look.mem, ring) < this.read || look.machine.now() < this.lastNow) return true;
    const i = ringAt(ring, this.read - 1);
    if (!last || look.mem.ald(i - 1) !== this.read) return false;
    const now = this.recordAt(i);
    return (Object.keys(last) as (keyof EventRecord)[]).some((k) => now[k] !== last[k]);
  }

  private clear(): void {
    this.read = 0;
    this.last = null;
    this.lines = [];
    this.news = [];
    this.inboxes.clear();
    this.moves.clear();
    this.restarted();
  }

  /** More happened between two pictures than the ring holds. */
  private gap(at: number, lost: number): void {
    this.inboxes.lose();
    const i = ringAt(this.look.W.events, at);
    this.lines.push({
      seq: at,
      tid: -1,
      clock: { ms: this.look.ld(i + 2), ns: this.look.ld(i + 3) },
      printed: null,
      note: `${lost} records are missing here: the run went faster than they are kept.`,
      kind: 'other',
      conn: null,
    });
  }

  private recordAt(i: number): EventRecord {
    const w = (k: number): number => this.look.ld(i + k);
    return {
      kind: w(0),
      tid: w(1),
      ms: w(2),
      ns: w(3),
      qc: w(4),
      a: w(5),
      b: w(6),
      flags: w(7),
      conn: w(8),
      type: w(9),
      pn: w(10),
      version: w(11),
    };
  }

  private readonly connOf = (dgram: number): number => this.look.W.consts.datagrams.conn[dgram] ?? -1;

  /** An event out of the columns as a line; of a commit or a redispatch how many are left is not known then. */
  lineOf(seq: number, r: EventRecord): UntoldLine {
    const of = r.conn >= 0 ? r.conn : r.qc && this.look.nameAt(r.qc) ? this.look.index(r.qc) : -1;
    const line: UntoldLine = {
      seq,
      tid: r.tid,
      clock: { ms: r.ms, ns: r.ns },
      printed: null,
      note: '',
      kind: 'trace',
      conn: of >= 0 ? nameOf(of) : null,
    };
    if (r.kind === EV.TRACE) return { ...line, printed: r };
    const h = happeningOf(seq, r, of, {
      no: (d) => this.look.no(d),
      connOf: this.connOf,
      waiting: () => -1,
    });
    return h ? { ...line, note: h.text, kind: lineKind(h) ?? 'other', conn: h.conn } : line;
  }

  private take(seq: number, r: EventRecord): void {
    const of = r.conn >= 0 ? r.conn : r.qc && this.look.nameAt(r.qc) ? this.look.index(r.qc) : -1;
    const clock = { ms: r.ms, ns: r.ns };
    const at = r.ms * 1_000_000 + r.ns;
    this.inboxes.take(r);
    if (r.kind === EV.REBIND_START) this.moves.begin(of, r.tid);
    if (r.kind === EV.REBIND_ERROR) this.moves.fail(of);
    if (r.kind === EV.ACCEPT) this.moves.accept(of);
    if (r.kind === EV.COMMIT) this.moves.commit(of, r.b, r.a, at);
    if (r.kind === EV.FINALIZE) this.moves.finalize(of, at);
    if (r.kind === EV.TRACE) {
      const conn = of >= 0 ? nameOf(of) : null;
      this.lines.push({
        seq,
        tid: r.tid,
        clock,
        printed: r,
        note: '',
        kind: 'trace',
        conn,
      });
      return;
    }
    const h = happeningOf(seq, r, of, {
      no: (d) => this.look.no(d),
      connOf: this.connOf,
      waiting: (tid, conn) => this.inboxes.waiting(tid, conn, this.connOf),
    });
    if (!h) return;
    this.news.push(h);
    const kind = lineKind(h);
    // HAProxy prints nothing here; the line is our note alone.
    if (kind) this.lines.push({ seq, tid: r.tid, clock, printed: null, note: h.text, kind, conn: h.conn });
  }
}

function lineKind(h: Happening): TraceLine['kind'] | null {
  if (h.kind === 'commit' || h.kind === 'redispatch' || h.kind === 'drop' || h.kind === 'bug') return h.kind;
  return h.kind === 'dispatch' ||
    h.kind === 'network' ||
    h.kind === 'shown' ||
    h.kind === 'refused' ||
    h.kind === 'error' ||
    h.kind === 'accept'
    ? 'other'
    : null;
}

function tail<T extends { seq: number }>(all: readonly T[], since: number): T[] {
  let i = all.length;
  while (i > 0 && all[i - 1]!.seq > since) i--;
  return all.slice(i);
}
