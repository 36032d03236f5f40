/** The text of one trace line, as HAProxy prints it (semantics 8.4 and N12). */

import { LINE, lastOf, PRESETS } from '../haproxy/line.ts';
import { PKT, QC } from '../haproxy/model/flags.ts';
import { called } from '../haproxy/step/called.ts';
import { TRACE_NAMES } from '../haproxy/step/trace.ts';
import {
  idleTaskIn,
  LATER,
  packetTypeIn,
  TRACE_POINTS,
  type TracePoint,
} from '../haproxy/step/trace-points.ts';
import type { EventRow } from '../machine/recording/events.ts';
import type { UntoldLine } from './events.ts';
import { type Look, pointer } from './look.ts';
import { LAYOUT, since, type Version, versionOf } from './runtime/version.ts';
import { TRACE_LINES } from './trace-lines.ts';
import type { TraceLine } from './view.ts';

/** A line as it is printed. */
export function told(look: Look, { printed, ...line }: UntoldLine): TraceLine {
  return { ...line, text: printed ? traceText(look, printed) : '' };
}

/** An event of a recording as a line; `reader` is that world's. */
export const lineOf = (
  reader: { readonly look: Look; line(row: EventRow): UntoldLine },
  row: EventRow,
): TraceLine => told(reader.look, reader.line(row));

/** What the event ring holds of one trace point. */
export interface TraceRecord {
  tid: number;
  /** The connection, 0 = none. */
  qc: number;
  /** Trace point. */
  a: number;
  /** The packet, 0 = none. */
  b: number;
  flags: number;
  /** Packet type as the block stores it, and the connection's idle timer task: see `packetTypeIn` and `idleTaskIn`. */
  type: number;
  /** Packet number, -1 while it is not known. */
  pn: number;
  /** Version in a long header, 0 for a short one. */
  version: number;
}

/** enum quic_pkt_type counts the short header after Retry, the block before; of an unparsed packet the word is not set. */
const PRINTED: Readonly<Record<number, number>> = { [PKT.SHORT]: 4, [PKT.RETRY]: 3, [PKT.UNKNOWN]: 0 };

/** WHERE: the last 13 characters of file and line, '?' where the documents give no line for this revision. */
function where(p: TracePoint, n: number, last: string): string {
  if (last === '25174d51e') return placeText(p.file, p.seed);
  if (last === '1acbbca17') return placeText(p.file, p.pair);
  const later = TRACE_LINES[TRACE_NAMES[n]!];
  const column = PRESETS.get(last) === '3.4.0' ? 1 : last === LINE.at(-1) ? 2 : 0;
  return later && column > 0 ? placeText(later[0], later[column as 1 | 2]) : '?';
}

const placeText = (file: string, line: number): string => (line ? `src/${file}:${line}`.slice(-13) : '?');

const hex = (n: number): string => (n >>> 0).toString(16);

/** A point as `version` prints it. */
const pointOf = (n: number, version: Version): TracePoint =>
  LATER[n]!.filter((l) => since(version, l.since)).reduce<TracePoint>(
    (is, l) => ({ ...is, ...l }),
    TRACE_POINTS[n]!,
  );

/**
 * One line as the revision's version prints it, with its own line number where that is known. Pointers are the block's own
 * (`pointer`). Of the decoded arguments it has the connection and the packet; further ones, which some points print after
 * them, and a connection's upper part (from 3.4 on), are left out.
 */
export function traceText(look: Look, r: TraceRecord): string {
  const version = versionOf(look.P.fixes);
  const p = pointOf(r.a, version);
  const fn = p.level === 5 ? `${called(look.P.names, p.fn)}(): ` : '';
  const head = `[${String(r.tid).padStart(2, '0')}|quic|${p.level}|${where(p, r.a, lastOf(look.P.fixes))}] ${fn}${p.text}`;
  const qc = p.args.includes('c') && r.qc ? connText(r, version) : '';
  return head + qc + (p.args.includes('p') && r.b ? packetText(r) : '');
}

function connText(r: TraceRecord, version: Version): string {
  const side = since(version, LAYOUT.traceSide) ? '(F)' : '';
  const task = idleTaskIn(r.type);
  const idle = since(version, LAYOUT.traceIdleTask)
    ? ` idle_timer_task@${task ? pointer(task) : '(nil)'}`
    : '';
  const flags = since(version, LAYOUT.noListenerFlag) ? r.flags & ~QC.LISTENER : r.flags;
  return ` : qc@${pointer(r.qc)}${side}${idle} flags=0x${hex(flags)}`;
}

function packetText(r: TraceRecord): string {
  const is = packetTypeIn(r.type);
  const short = is === PKT.SHORT;
  const type = hex(PRINTED[is] ?? is).padStart(2, '0');
  const pn = r.pn >= 0 ? ` pn=${r.pn}` : '';
  const version = r.version ? ` ver=0x${hex(r.version).padStart(8, '0')}` : '';
  return ` pkt@${pointer(r.b)} type=0x${type} ${short ? 'short' : 'long'}${pn}${version}`;
}
