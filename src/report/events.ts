/** The event ring as HAProxy's trace lines and as happenings. Both share the ring's numbers. */

import { BUGS } from '../haproxy/model/bugs.ts';
import { DROP, PKT_DROP } from '../haproxy/model/flags.ts';
import { EV } from '../haproxy/proc/events.ts';
import { REFUSAL } from '../haproxy/proc/rebind.ts';
import { TRACE_POINTS, type TracePoint } from '../haproxy/proc/trace.ts';
import { ringHead, ringSince } from '../memory/ring.ts';
import { type Look, nameOf, pointer } from './look.ts';
import type { Moves } from './moves.ts';
import type { ConnName, Happening, TraceLine } from './view.ts';

/** Records kept by a reader; older ones have been read by then. */
const KEPT = 20_000;

interface Record {
  kind: number;
  tid: number;
  ms: number;
  ns: number;
  qc: number;
  a: number;
  b: number;
  flags: number;
  conn: number;
  type: number;
  pn: number;
}

export class EventReader {
  private read = 0;
  private lines: TraceLine[] = [];
  private news: Happening[] = [];

  constructor(
    private readonly look: Look,
    private readonly moves: Moves,
  ) {}

  /** Takes in what is new in the block that is looked at. */
  catchUp(): void {
    const { look } = this;
    const ring = look.W.events;
    if (ringHead(look.mem, ring) < this.read) {
      this.read = 0;
      this.lines = [];
      this.news = [];
      this.moves.clear();
    }
    this.read = ringSince(look.mem, ring, this.read, (seq, at) => {
      const w = (i: number): number => look.ld(at + i);
      this.take(seq + 1, {
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
      });
    });
    if (this.lines.length > KEPT) this.lines = this.lines.slice(-KEPT / 2);
    if (this.news.length > KEPT) this.news = this.news.slice(-KEPT / 2);
  }

  trace(since: number): TraceLine[] {
    return tail(this.lines, since);
  }

  happenings(since: number): Happening[] {
    return tail(this.news, since);
  }

  private take(seq: number, r: Record): void {
    const conn = r.qc ? this.look.index(r.qc) : -1;
    const of = r.conn >= 0 ? r.conn : r.qc && this.look.nameAt(r.qc) ? conn : -1;
    const at = r.ms * 1_000_000 + r.ns;
    if (r.kind === EV.COMMIT) this.moves.commit(of, r.b, r.a, at);
    if (r.kind === EV.FINALIZE) this.moves.finalize(of, at);
    if (r.kind === EV.TRACE) {
      const text = traceText(this.look, r);
      const name = of >= 0 ? nameOf(of) : null;
      this.lines.push({
        seq,
        tid: r.tid,
        clock: { ms: r.ms, ns: r.ns },
        text,
        note: '',
        kind: 'trace',
        conn: name,
      });
      return;
    }
    const h = this.happening(seq, r, of);
    if (!h) return;
    this.news.push(h);
    const kind = lineKind(h);
    if (kind) {
      // HAProxy prints nothing here; the line is our note alone.
      this.lines.push({ seq, tid: r.tid, clock: h.clock, text: '', note: h.text, kind, conn: h.conn });
    }
  }

  private happening(seq: number, r: Record, of: number): Happening | null {
    const s = this.look.W.consts.datagrams;
    const dgConn = (d: number): ConnName | null => (d >= 0 && s.conn[d]! >= 0 ? nameOf(s.conn[d]!) : null);
    const base = { seq, clock: { ms: r.ms, ns: r.ns }, tid: r.tid, dgram: -1, other: -1 };
    const conn = of >= 0 ? nameOf(of) : null;
    const A = conn?.letter ?? 'a connection';
    const T = `T${r.tid}`;
    const d = r.a + 1;
    const D = dgConn(r.a)?.letter;
    const on = (kind: Happening['kind'], text: string, other = -1): Happening => ({
      ...base,
      kind,
      conn: dgConn(r.a),
      dgram: d,
      other,
      text,
    });
    const by = (kind: Happening['kind'], text: string, other = -1): Happening => ({
      ...base,
      kind,
      conn,
      other,
      text,
    });
    switch (r.kind) {
      case EV.RECEIVE:
        return on('receive', `${T} received datagram ${d}${D ? ` for ${D}` : ''}.`);
      case EV.DISPATCH:
        return on('dispatch', `${T} put datagram ${d} in T${r.b}’s inbox.`, r.b);
      case EV.POP:
        return on('pop', `${T} took datagram ${d} from its inbox.`);
      case EV.REDISPATCH:
        return on('redispatch', `Redispatch. ${T} sent datagram ${d} on to T${r.b}.`, r.b);
      case EV.HANDLED:
        return on('handled', `${T} handled datagram ${d}.`);
      case EV.DROP:
        return on('drop', `${T} dropped datagram ${d}: ${DROP[r.b]}.`);
      case EV.PKT_DROP:
        return on('drop', `${T}: a packet of datagram ${d} was dropped: ${PKT_DROP[r.b]}.`);
      case EV.CREATE:
        return by('create', `${T} created connection ${A}.`);
      case EV.ACCEPT_PUSH:
        return by('accept-push', `${A} waits to be accepted on ${T}.`);
      case EV.ACCEPT:
        return by('accept', `${A} is accepted on ${T}.`);
      case EV.REBIND_START:
        return by('rebind-start', `Rebinding ${A} from T${r.b} to T${r.a}.`, r.a);
      case EV.COMMIT:
        return by('commit', `Commit. ${A} now belongs to T${r.a}.`, r.a);
      case EV.FINALIZE:
        return by('finalize', `${A} is fully on ${T}.`);
      case EV.REFUSED:
        return by('refused', `Rebind refused: ${REFUSAL[r.b]}.`, r.a);
      case EV.REBIND_ERROR:
        return by(
          'error',
          `Rebind refused: no memory on ${T} for T${r.a}. ${A} stays on ${T}, unchanged.`,
          r.a,
        );
      case EV.TIMER:
        return by('timer', `${T}: a timer of ${A} ran out.`);
      case EV.SEND:
        return by(
          'send',
          `${T} sent ${r.b === -2 ? 'CONNECTION_CLOSE' : r.b === -1 ? 'an ACK' : r.b === -3 ? 'a probe' : `${r.a} bytes`} for ${A}.`,
        );
      case EV.CLOSE:
        return by('close', `${A} is ${r.flags & (1 << 29) ? 'closing' : 'draining'}.`);
      case EV.RELEASE:
        return by('release', `${T} released ${A}.`);
      case EV.BUG:
        return by('bug', `BUG_ON on ${T}: ${BUGS[r.a]?.text}`);
      default:
        return null;
    }
  }
}

function lineKind(h: Happening): TraceLine['kind'] | null {
  if (h.kind === 'commit' || h.kind === 'redispatch' || h.kind === 'drop' || h.kind === 'bug') return h.kind;
  return h.kind === 'dispatch' || h.kind === 'refused' || h.kind === 'error' || h.kind === 'accept'
    ? 'other'
    : null;
}

function tail<T extends { seq: number }>(all: readonly T[], since: number): T[] {
  let i = all.length;
  while (i > 0 && all[i - 1]!.seq > since) i--;
  return all.slice(i);
}

/** WHERE: the last 13 characters of file and line, '?' where the documents give no line for this revision. */
function where(p: TracePoint, pair: boolean): string {
  const line = pair ? p.pair : p.seed;
  return line ? `src/${p.file}:${line}`.slice(-13) : '?';
}

/** One line as HAProxy prints it at this revision (semantics 8.4). */
export function traceText(
  look: Look,
  r: { tid: number; qc: number; a: number; b: number; flags: number; type: number; pn: number },
): string {
  const p = TRACE_POINTS[r.a]!;
  const fn = p.level === 5 ? `${p.fn}(): ` : '';
  const head = `[${String(r.tid).padStart(2, '0')}|quic|${p.level}|${where(p, look.P.fixes.has('1acbbca17'))}] ${fn}${p.text}`;
  const qc =
    p.args.includes('c') && r.qc ? ` : qc@${pointer(r.qc)} flags=0x${(r.flags >>> 0).toString(16)}` : '';
  return head + qc + (p.args.includes('p') && r.b ? packetText(r) : '');
}

function packetText(r: { b: number; type: number; pn: number }): string {
  const short = r.type === 3;
  const pn = r.pn >= 0 ? ` pn=${r.pn}` : '';
  return ` pkt@${pointer(r.b)} type=0x0${short ? 0 : r.type} ${short ? 'short' : 'long'}${pn}`;
}
