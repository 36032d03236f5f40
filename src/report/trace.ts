/** The text of one trace line, as HAProxy prints it (semantics 8.4 and N12). */

import { lastOf } from '../haproxy/line.ts';
import { PKT } from '../haproxy/model/flags.ts';
import { called } from '../haproxy/step/called.ts';
import { TRACE_POINTS, type TracePoint } from '../haproxy/step/trace-points.ts';
import type { EventRow } from '../machine/recording/events.ts';
import type { UntoldLine } from './events.ts';
import { type Look, pointer } from './look.ts';
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
  /** Packet type as the block stores it. */
  type: number;
  /** Packet number, -1 while it is not known. */
  pn: number;
  /** Version in a long header, 0 for a short one. */
  version: number;
}

/** enum quic_pkt_type counts the short header after Retry, the block before; of an unparsed packet the word is not set. */
const PRINTED: Readonly<Record<number, number>> = { [PKT.SHORT]: 4, [PKT.RETRY]: 3, [PKT.UNKNOWN]: 0 };

/** WHERE: the last 13 characters of file and line, '?' where the documents give no line for this revision. */
function where(p: TracePoint, last: string): string {
  const line = last === '25174d51e' ? p.seed : last === '1acbbca17' ? p.pair : 0;
  return line ? `src/${p.file}:${line}`.slice(-13) : '?';
}

const hex = (n: number): string => (n >>> 0).toString(16);

/**
 * One line at the revision's own line numbers. Pointers are the block's own (`pointer`). Of the decoded arguments it has
 * the connection and the packet; further ones, which some points print after them, are left out.
 */
export function traceText(look: Look, r: TraceRecord): string {
  const p = TRACE_POINTS[r.a]!;
  const fn = p.level === 5 ? `${called(look.P.names, p.fn)}(): ` : '';
  const place = where(p, lastOf(look.P.fixes));
  const head = `[${String(r.tid).padStart(2, '0')}|quic|${p.level}|${place}] ${fn}${p.text}`;
  const qc = p.args.includes('c') && r.qc ? ` : qc@${pointer(r.qc)} flags=0x${hex(r.flags)}` : '';
  return head + qc + (p.args.includes('p') && r.b ? packetText(r) : '');
}

function packetText(r: TraceRecord): string {
  const short = r.type === PKT.SHORT;
  const type = hex(PRINTED[r.type] ?? r.type).padStart(2, '0');
  const pn = r.pn >= 0 ? ` pn=${r.pn}` : '';
  const version = r.version ? ` ver=0x${hex(r.version).padStart(8, '0')}` : '';
  return ` pkt@${pointer(r.b)} type=0x${type} ${short ? 'short' : 'long'}${pn}${version}`;
}
