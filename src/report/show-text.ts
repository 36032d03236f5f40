/** One connection as `show quic` prints it in the long form, the only one before 2.8-dev10 (semantics 8.1): the text, from its values. */
import { LAYOUT, since, type Version } from './runtime/version.ts';

/** Transport parameters of one side. Null: the model does not have it, and a dash stands in its place. */
export interface ShownParameters {
  odcid: string | null;
  iscid: string;
  /** Idle timeout, ms. */
  idle: number | null;
  payload: number | null;
  ackExponent: number | null;
  /** Max ACK delay, ms. */
  ackDelay: number | null;
  cids: number | null;
  /** Initial limits: of data, and of data a stream. */
  data: number | null;
  bidiLocal: number | null;
  bidiRemote: number | null;
  uni: number | null;
  streamsBidi: number | null;
  streamsUni: number | null;
  flags: readonly string[];
}

export interface ShownSpace {
  ackRanges: number;
  /** Bytes. */
  inFlight: number;
  /** Its keys are gone, and its packets with them. */
  gone: boolean;
}

export interface ShownConn {
  pointer: string;
  /** Thread whose list holds it. */
  list: number;
  scid: string;
  dcid: string;
  local: ShownParameters;
  remote: ShownParameters;
  frontend: string | null;
  /** The handshake is complete; `state` says so once it is confirmed. */
  complete: boolean;
  /** Ack-eliciting: bytes, and packets. */
  inFlight: number;
  inFlightPackets: number;
  state: 'closing' | 'draining' | 'handshake' | 'opened';
  mux: 'null' | 'ready' | 'released';
  /** Seconds left; null without an idle timer task. */
  expire: number | null;
  fd: number;
  from: string;
  to: string;
  spaces: readonly [ShownSpace, ShownSpace, ShownSpace];
  srtt: number;
  rttvar: number;
  rttmin: number;
  ptoCount: number;
  cwnd: number | null;
  maxCwnd: number | null;
  sent: number | null;
  lost: number | null;
  /** The mux; null where there is none. */
  muxPointer: string | null;
  streams: readonly { id: number; off: number; ack: number }[];
}

const num = (v: number | null): string => (v === null ? '-' : String(v));
const left = (v: number | null, width: number): string => num(v).padEnd(width);

/** A CID, filled up with dots to 20 bytes. */
const cid = (hex: string): string => hex.padEnd(40, '.');

/** The address without the brackets of IPv6: HAProxy writes none here. */
const address = (text: string): string => text.replace(/^\[(.*)\](:\d+)$/, '$1$2');

function parameters(p: ShownParameters): string {
  const flags = p.flags.length > 0 ? `    (${p.flags.join(',')})` : '';
  return (
    `${p.odcid === null ? '' : ` odcid=${p.odcid}`} iscid=${p.iscid}\n` +
    `    midle_timeout=${num(p.idle)}ms mudp_payload_sz=${num(p.payload)} ack_delay_exp=${num(p.ackExponent)}` +
    ` mack_delay=${num(p.ackDelay)}ms act_cid_limit=${num(p.cids)}\n` +
    `    md=${num(p.data)} msd_bidi_l=${num(p.bidiLocal)} msd_bidi_r=${num(p.bidiRemote)} msd_uni=${num(p.uni)}` +
    ` ms_bidi=${num(p.streamsBidi)} ms_uni=${num(p.streamsUni)}\n${flags}\n`
  );
}

const space = (s: ShownSpace): string =>
  `rx.ackrng=${left(s.ackRanges, 6)} tx.inflight=${left(s.inFlight, 6)}`;

function spaces({ spaces: all, cwnd }: ShownConn, version: Version): string {
  const names = ['initl', 'hndshk', '01rtt'];
  const [initial, handshake, app] = all;
  if (since(version, LAYOUT.quicMux)) {
    const share = (s: ShownSpace): string =>
      since(version, LAYOUT.quicWindow)
        ? `(${cwnd === null ? '-' : Math.floor((100 * s.inFlight) / cwnd)}%)`
        : '';
    return all.map((s, i) => (s.gone ? '' : `  [${names[i]}] ${space(s)}${share(s)}\n`)).join('');
  }
  // Where spaces that are gone are left out, a line feed follows the last two of them.
  const some = since(version, LAYOUT.quicSpaces);
  return (
    (some && initial.gone ? '' : `  [initl]             ${space(initial)}`) +
    (some && handshake.gone ? '' : `           [hndshk] ${space(handshake)}\n`) +
    (some && app.gone ? '' : `  [01rtt]             ${space(app)}\n`)
  );
}

function path(c: ShownConn, version: Version): string {
  if (since(version, LAYOUT.quicWindow)) {
    const most = since(version, LAYOUT.quicLastMax) ? 'cwnd_last_max' : 'mcwnd';
    return (
      `  srtt=${left(c.srtt, 4)}  rttvar=${left(c.rttvar, 4)} rttmin=${left(c.rttmin, 4)} ptoc=${left(c.ptoCount, 4)}\n` +
      `  cwnd=${left(c.cwnd, 6)}            ${most}=${left(c.maxCwnd, 6)}\n` +
      `  sentbytes=${left(null, 12)} sentbytesgso=${left(null, 12)} sentpkts=${left(c.sent, 6)}\n` +
      `  lostpkts=${left(c.lost, 6)}        reorderedpkts=${left(null, 6)}\n`
    );
  }
  const sent = since(version, LAYOUT.quicSpaces) ? ` sentpkts=${left(c.sent, 6)}` : '';
  const reordered = since(version, LAYOUT.quicMux) ? ` reorderedpkts=${left(null, 6)}` : '';
  return (
    `  srtt=${left(c.srtt, 4)} rttvar=${left(c.rttvar, 4)} rttmin=${left(c.rttmin, 4)} ptoc=${left(c.ptoCount, 4)}` +
    ` cwnd=${left(c.cwnd, 6)} mcwnd=${left(c.maxCwnd, 6)}${sent} lostpkts=${left(c.lost, 6)}${reordered}\n`
  );
}

function upper(c: ShownConn, version: Version): string {
  if (!since(version, LAYOUT.quicMux)) return streams(c.streams);
  if (c.mux !== 'ready') return '';
  const window = since(version, LAYOUT.quicWindow) ? ' bwnd=-/-' : '';
  // The prefix stands twice in what HAProxy prints.
  return `  qcc=0x${c.muxPointer ?? '-'} flags=- sc=- hreq=-${window}\n`;
}

function streams(list: ShownConn['streams']): string {
  let out = '';
  list.forEach((s, i) => {
    out += `  | stream=${left(s.id, 8)} off=${left(s.off, 8)} ack=${left(s.ack, 8)}`;
    if (i % 3 === 2) out += '\n';
  });
  return out;
}

/** The lines, each ended. */
export function showText(c: ShownConn, version: Version): string {
  const [from, to] = since(version, LAYOUT.localForeign) ? ['local_addr', 'foreign_addr'] : ['from', 'to'];
  const expire = c.expire === null ? '' : `expire=${String(c.expire).padStart(2, '0')}s `;
  return (
    `* ${c.pointer}[${String(c.list).padStart(2, '0')}]: scid=${cid(c.scid)} dcid=${cid(c.dcid)}\n` +
    `  loc. TPs:${parameters(c.local)}` +
    `  rem. TPs:${parameters(c.remote)}` +
    `  st=${c.state.padEnd(17)}${`mux=${c.mux}`.padEnd(46)}${expire}\n` +
    `  fd=${c.fd}               ${from}=${address(c.from)} ${to}=${address(c.to)}\n` +
    `${spaces(c, version)}${path(c, version)}${upper(c, version)}\n`
  );
}
