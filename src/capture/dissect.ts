import {
  Frame,
  type FrameName,
  PacketHeader,
  parseFrame,
  parsePacket,
  Reason,
  type ReasonName,
  reasonName,
  supportedVersion,
} from '../quic/index.ts';
import { cidAt } from './cid.ts';
import type { Connection } from './connection.ts';
import { readHello } from './hello.ts';
import type { KeyLog } from './keylog.ts';
import { Opener, type OpenState } from './opener.ts';
import type { DissectedDatagram, Packet } from './packet.ts';
import type { Capture } from './read.ts';
import { ConnectionTracker, type Owner } from './tracker.ts';

export interface DissectOptions {
  /** Key log of the connections; without it only Initial packets are opened. */
  readonly keyLog?: KeyLog | undefined;
  /** Keep the frames of opened packets in clear, so that they can be read later. Default true. */
  readonly keepPlaintext?: boolean;
}

/**
 * Reads every QUIC packet of a capture, in portions like `CaptureScan`. Datagrams that neither come from nor go to a
 * server port are left out.
 */
export class Dissection {
  readonly datagrams: DissectedDatagram[] = [];
  private next = 0;
  private readonly tracker: ConnectionTracker;
  private readonly opener = new Opener();
  private readonly header = new PacketHeader();
  private readonly frame = new Frame();
  private readonly owner: Owner = { conn: undefined, fromServer: false, statelessReset: false };
  private readonly keepPlaintext: boolean;

  constructor(
    private readonly capture: Capture,
    options: DissectOptions = {},
  ) {
    this.keepPlaintext = options.keepPlaintext ?? true;
    this.tracker = new ConnectionTracker(capture.datagrams, capture.serverPorts, options.keyLog);
  }

  /** Connections in order of first appearance. */
  get connections(): readonly Connection[] {
    return this.tracker.connections;
  }

  /** Share of the datagrams that have been read, 0 to 1. */
  get progress(): number {
    const { length } = this.capture.datagrams;
    return length === 0 ? 1 : this.next / length;
  }

  /** Reads up to `datagrams` further datagrams; true once all are read. */
  step(datagrams: number): boolean {
    const table = this.capture.datagrams;
    const { serverPorts } = this.capture;
    for (let n = 0; n < datagrams && this.next < table.length; n++) {
      const row = this.next++;
      const ours = serverPorts.includes(table.sport(row)) || serverPorts.includes(table.dport(row));
      if (ours || serverPorts.length === 0) this.datagrams.push(this.datagram(row));
    }
    return this.next >= table.length;
  }

  private datagram(row: number): DissectedDatagram {
    const table = this.capture.datagrams;
    const { owner, header } = this;
    const from = table.offset(row);
    const end = from + table.capturedLength(row);
    const wireEnd = from + table.payloadLength(row);
    this.parse(from, end, wireEnd, 0);
    this.tracker.find(row, header, owner);
    const packets = owner.statelessReset ? [reset(wireEnd - from)] : this.packets(from, end, wireEnd);
    const used = packets.reduce((sum, packet) => sum + packet.len, 0);
    return {
      row,
      connection: owner.conn,
      fromServer: owner.fromServer,
      statelessReset: owner.statelessReset,
      packets,
      trailing: wireEnd - from - used,
      segments: undefined,
    };
  }

  /** The packets of the datagram at [from, wireEnd), of which [from, end) was captured. */
  private packets(from: number, end: number, wireEnd: number): Packet[] {
    const { file } = this.capture.datagrams;
    const { owner, header } = this;
    const list: Packet[] = [];
    const cidLen = owner.conn?.receiver(owner.fromServer).cidLength ?? 0;
    let firstDcid: Uint8Array | undefined;
    for (let at = from; at < end; ) {
      const len = this.parse(at, end, wireEnd, cidLen);
      if (len < 0) break;
      // Coalesced packets all go to the same ID (RFC 9000 section 12.2); what does not is no packet but padding.
      const known = header.form === 'long' || owner.conn !== undefined;
      if (!firstDcid) firstDcid = file.subarray(header.dcidOff, header.dcidOff + header.dcidLen);
      else if (known && !(header.dcidLen === firstDcid.length && cidAt(firstDcid, file, header.dcidOff, end)))
        break;
      const packet = this.packet(from, at, len, end);
      list.push(packet);
      if (packet.state === 'cut') break;
      at += len;
    }
    return list;
  }

  /**
   * Parses the header at `at`; returns the packet's length on the wire, or a negative reason. A Length field that reaches beyond the
   * datagram leaves a packet that is the rest of it.
   */
  private parse(at: number, end: number, wireEnd: number, cidLen: number): number {
    const { header } = this;
    const { file } = this.capture.datagrams;
    const result = parsePacket(file, at, end, cidLen, header);
    if (result > 0) return header.payloadEnd === end ? wireEnd - at : result;
    if (result !== Reason.lengthExceedsDatagram) return result;
    header.payloadEnd = Math.min(wireEnd, header.pnOff + header.lengthField);
    return header.payloadEnd - at;
  }

  private packet(from: number, at: number, len: number, end: number): Packet {
    const { header, owner, opener } = this;
    const { file } = this.capture.datagrams;
    const { conn, fromServer } = owner;
    const captured = Math.min(at + len, end);
    let state: OpenState = header.pnOff === 0 ? 'none' : 'no-keys';
    if (header.pnOff > 0 && captured < at + len) state = 'cut';
    opener.headerRead = false;
    if (conn && header.pnOff > 0)
      state = opener.open(conn, fromServer, header, file, captured, captured === at + len);
    const frames: FrameName[] = [];
    let plaintext: Uint8Array | undefined;
    let frameError: ReasonName | undefined;
    const { out } = opener;
    if (conn && state === 'opened') {
      frameError = this.readFrames(conn, frames);
      if (this.keepPlaintext) plaintext = out.bytes.slice(out.payloadOff, out.payloadEnd);
    }
    const supportedVersions: number[] = [];
    for (let i = 0; i < header.versionsCount; i++) supportedVersions.push(supportedVersion(file, header, i));
    const { headerRead } = opener;
    const relative = (off: number): number => (off === 0 ? 0 : off - from);
    return {
      off: at - from,
      len,
      form: header.form,
      type: header.type,
      version: header.version,
      dcidOff: relative(header.dcidOff),
      dcidLen: header.dcidLen,
      scidOff: relative(header.scidOff),
      scidLen: header.scidLen,
      tokenOff: relative(header.tokenOff),
      tokenLen: header.tokenLen,
      lengthField: header.lengthField,
      pnOff: relative(header.pnOff),
      spin: header.form === 'short' ? (((header.firstByte >> 5) & 1) as 0 | 1) : 0,
      state,
      pn: headerRead ? opener.pn : -1,
      pnLen: headerRead ? out.pnLen : 0,
      keyPhase: headerRead ? out.keyPhase : 0,
      plaintext,
      frames,
      frameError,
      supportedVersions,
    };
  }

  /** Names the frames of the packet that was just opened, and takes in what they tell about the connection. */
  private readFrames(conn: Connection, names: FrameName[]): ReasonName | undefined {
    const { frame, owner, header } = this;
    const { bytes, payloadOff, payloadEnd } = this.opener.out;
    for (let at = payloadOff; at < payloadEnd; ) {
      const size = parseFrame(bytes, at, payloadEnd, frame);
      if (size < 0) return reasonName(size);
      names.push(frame.name);
      at += size;
      if (frame.name === 'CRYPTO' && (header.type === 'Initial' || header.type === 'Handshake')) {
        const stream = conn.sender(owner.fromServer).crypto[header.type === 'Initial' ? 0 : 1];
        if (stream.add(frame.offset, bytes, frame.dataOff, frame.dataOff + frame.dataLen)) {
          readHello(conn, owner.fromServer, header.type, stream.view);
        }
      } else if (frame.name === 'NEW_CONNECTION_ID') {
        this.tracker.addCid(conn, owner.fromServer, {
          bytes: bytes.slice(frame.dataOff, frame.dataOff + frame.dataLen),
          sequence: frame.sequence,
          resetToken: bytes.slice(frame.resetTokenOff, frame.resetTokenOff + 16),
        });
      }
    }
    return undefined;
  }
}

/** Reads every packet of a capture at once: `Dissection` without the portions. */
export function dissect(capture: Capture, options: DissectOptions = {}): Dissection {
  const dissection = new Dissection(capture, options);
  while (!dissection.step(Number.MAX_SAFE_INTEGER));
  return dissection;
}

/** A stateless reset has the look of a short header and nothing in it to read (RFC 9000 section 10.3). */
function reset(len: number): Packet {
  return {
    off: 0,
    len,
    form: 'short',
    type: '1-RTT',
    version: 0,
    dcidOff: 0,
    dcidLen: 0,
    scidOff: 0,
    scidLen: 0,
    tokenOff: 0,
    tokenLen: 0,
    lengthField: -1,
    pnOff: 0,
    spin: 0,
    state: 'none',
    pn: -1,
    pnLen: 0,
    keyPhase: 0,
    plaintext: undefined,
    frames: [],
    frameError: undefined,
    supportedVersions: [],
  };
}
