/** One connection as `show quic` prints it at 25174d51e (semantics 8.1): the text, from its values. */

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
}

export interface ShownConn {
  pointer: string;
  /** Thread whose list holds it. */
  list: number;
  scid: string;
  dcid: string;
  local: ShownParameters;
  remote: ShownParameters;
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
  lost: number | null;
  streams: readonly { id: number; off: number; ack: number }[];
}

const num = (v: number | null): string => (v === null ? '-' : String(v));
const left = (v: number | null, width: number): string => num(v).padEnd(width);

/** A CID, filled up with dots to 20 bytes. */
const cid = (hex: string): string => hex.padEnd(40, '.');

/** The address without the brackets of IPv6: HAProxy writes none here. */
const address = (text: string): string => text.replace(/^\[(.*)\](:\d+)$/, '$1$2');

function parameters(p: ShownParameters): string {
  const flags = p.flags.length > 0 ? `    (${p.flags.join(',')})\n` : '';
  return (
    `${p.odcid === null ? '' : ` odcid=${p.odcid}`} iscid=${p.iscid}\n` +
    `    midle_timeout=${num(p.idle)}ms mudp_payload_sz=${num(p.payload)} ack_delay_exp=${num(p.ackExponent)}` +
    ` mack_delay=${num(p.ackDelay)}ms act_cid_limit=${num(p.cids)}\n` +
    `    md=${num(p.data)} msd_bidi_l=${num(p.bidiLocal)} msd_bidi_r=${num(p.bidiRemote)} msd_uni=${num(p.uni)}` +
    ` ms_bidi=${num(p.streamsBidi)} ms_uni=${num(p.streamsUni)}\n${flags}`
  );
}

const space = (s: ShownSpace): string =>
  `rx.ackrng=${left(s.ackRanges, 6)} tx.inflight=${left(s.inFlight, 6)}`;

function streams(list: ShownConn['streams']): string {
  let out = '';
  list.forEach((s, i) => {
    out += `  | stream=${left(s.id, 8)} off=${left(s.off, 8)} ack=${left(s.ack, 8)}`;
    if (i % 3 === 2) out += '\n';
  });
  return out;
}

/** The lines, each ended. */
export function showText(c: ShownConn): string {
  const [initial, handshake, app] = c.spaces;
  const expire = c.expire === null ? '' : `expire=${String(c.expire).padStart(2, '0')}s `;
  return (
    `* ${c.pointer}[${String(c.list).padStart(2, '0')}]: scid=${cid(c.scid)} dcid=${cid(c.dcid)}\n` +
    `  loc. TPs:${parameters(c.local)}` +
    `  rem. TPs:${parameters(c.remote)}\n` +
    `  st=${c.state.padEnd(17)}${`mux=${c.mux}`.padEnd(46)}${expire}\n` +
    `  fd=${c.fd}               from=${address(c.from)} to=${address(c.to)}\n` +
    `  [initl]             ${space(initial)}           [hndshk] ${space(handshake)}\n` +
    `  [01rtt]             ${space(app)}\n` +
    `  srtt=${left(c.srtt, 4)} rttvar=${left(c.rttvar, 4)} rttmin=${left(c.rttmin, 4)} ptoc=${left(c.ptoCount, 4)}` +
    ` cwnd=${left(c.cwnd, 6)} mcwnd=${left(c.maxCwnd, 6)} lostpkts=${left(c.lost, 6)}\n` +
    `${streams(c.streams)}\n`
  );
}
