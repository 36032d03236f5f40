import { toHex, versionText } from '../quic/index.ts';
import type { DissectedDatagram, Packet } from './packet.ts';
import type { DatagramTable } from './table.ts';

/** A packet in the shape of the ground truth; see `public/captures/README.md`. */
export interface TruthPacket {
  len: number;
  form: 'long' | 'short';
  type?: string;
  version?: string;
  dcil?: number;
  dcid?: string;
  scil?: number;
  scid?: string;
  token_length?: number;
  length?: number;
  pn?: number;
  pn_len?: number;
  key_phase?: number;
  spin?: number;
  retry_token_length?: number;
  supported_versions?: string[];
  frames?: string[];
  /** Why the list of frames ends early, where that is not a frame of unknown type. */
  frame_error?: string;
  decrypted?: false;
}

/** A datagram in the shape of the ground truth. */
export interface TruthDatagram {
  frame: number;
  t: number;
  src: string;
  sport: number;
  dst: string;
  dport: number;
  udp_payload: number;
  packets: TruthPacket[];
  trailing?: number;
  conn?: number;
}

/** The datagram in the shape of the ground truth. */
export function toTruth(table: DatagramTable, datagram: DissectedDatagram): TruthDatagram {
  const { row } = datagram;
  const payload = table.bytes(row);
  const out: TruthDatagram = {
    frame: table.frame(row),
    t: table.tNs(row) / 1e9,
    src: table.src(row),
    sport: table.sport(row),
    dst: table.dst(row),
    dport: table.dport(row),
    udp_payload: table.payloadLength(row),
    packets: datagram.packets.map((packet) => toTruthPacket(packet, payload)),
  };
  if (datagram.trailing !== 0) out.trailing = datagram.trailing;
  if (datagram.connection) out.conn = datagram.connection.number;
  return out;
}

function toTruthPacket(packet: Packet, payload: Uint8Array): TruthPacket {
  const out: TruthPacket = { len: packet.len, form: packet.form };
  if (packet.type !== 'Unknown') out.type = packet.type;
  // A stateless reset has no header behind its first bit.
  if (packet.form === 'short' && packet.state !== 'none') out.spin = packet.spin;
  if (packet.pnLen > 0) {
    if (packet.form === 'short') out.key_phase = packet.keyPhase;
    out.pn_len = packet.pnLen;
  }
  const dcid = toHex(payload, packet.dcidOff, packet.dcidOff + packet.dcidLen);
  const scid = toHex(payload, packet.scidOff, packet.scidOff + packet.scidLen);
  if (packet.form === 'long') {
    out.version = versionText(packet.version);
    out.dcil = packet.dcidLen;
    if (dcid !== '') out.dcid = dcid;
    out.scil = packet.scidLen;
    if (scid !== '') out.scid = scid;
    if (packet.type === 'Initial') out.token_length = packet.tokenLen;
    if (packet.lengthField >= 0) out.length = packet.lengthField;
    if (packet.type === 'Retry') out.retry_token_length = packet.tokenLen;
    if (packet.type === 'VersionNegotiation')
      out.supported_versions = packet.supportedVersions.map(versionText);
  } else if (dcid !== '') out.dcid = dcid;
  if (packet.pnLen > 0) out.pn = packet.pn;
  if (packet.state === 'opened') {
    out.frames = [...packet.frames];
    if (packet.frameError && packet.frameError !== 'frameTypeUnknown') out.frame_error = packet.frameError;
  } else if (packet.type !== 'Retry' && packet.type !== 'VersionNegotiation') out.decrypted = false;
  return out;
}
