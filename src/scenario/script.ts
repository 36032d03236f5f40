/** From a dissected conversation to what the model replays: the client's datagrams, and the server's as scripted sends. */

import type { Connection, FrameLabel, Packet } from '../capture/index.ts';
import type { ConnScript, ScriptedSend, SentPacket } from '../haproxy/model/script.ts';
import { CryptoStream, elicitsAck, Frame, type FrameName, parseFrame } from '../quic/index.ts';

const SPACES: Record<string, 0 | 1 | 2> = { Initial: 0, Handshake: 1, '1-RTT': 2, '0-RTT': 2 };

/** Also where the name is only the listing's. */
const eliciting = (label: FrameLabel): boolean => elicitsAck(label as FrameName);

/** Builds one connection's script while its datagrams pass in order. */
export class ScriptBuilder {
  private readonly sends: ScriptedSend[] = [];
  private readonly hello = new CryptoStream();
  private handshakeEnd = 0;
  private lastClient = -1;
  private finishedAt = -1;
  private opened1Rtt = 0;
  private readonly unopened: [number, number, number] = [0, 0, 0];
  private readonly frame = new Frame();
  saddr = -1;

  constructor(private readonly conn: Connection) {}

  /** A client datagram: index `dgram` in the store, from address `saddr`, on capture row `row`. */
  fromClient(dgram: number, saddr: number, row: number, packets: readonly Packet[]): void {
    if (this.saddr < 0 || this.lastClient < 0) this.saddr = saddr;
    this.lastClient = dgram;
    if (this.conn.client.finishedRow === row) this.finishedAt = dgram;
    for (const p of packets) {
      if (p.type === '1-RTT' && p.state === 'opened') this.opened1Rtt++;
      if (p.plaintext && (p.type === 'Initial' || p.type === 'Handshake')) this.crypto(p.type, p.plaintext);
    }
  }

  /** After a Retry or Version Negotiation the client begins again: what came before is no part of the script. */
  again(): void {
    this.saddr = -1;
    this.lastClient = -1;
    this.sends.length = 0;
  }

  private crypto(type: 'Initial' | 'Handshake', bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const size = parseFrame(bytes, at, bytes.length, this.frame);
      if (size <= 0) return;
      if (this.frame.name === 'CRYPTO') {
        const { offset, dataOff, dataLen } = this.frame;
        if (type === 'Initial') this.hello.add(offset, bytes, dataOff, dataLen);
        else this.handshakeEnd = Math.max(this.handshakeEnd, offset + dataLen);
      }
      at += size;
    }
  }

  /** A server datagram of `bytes` bytes on capture frame `frame`. */
  fromServer(bytes: number, frame: number, packets: readonly Packet[]): void {
    if (packets.length === 0 || packets.some((p) => p.type === 'Retry' || p.type === 'VersionNegotiation')) {
      this.again();
      return;
    }
    const sent: SentPacket[] = [];
    for (const p of packets) {
      const space = SPACES[p.type];
      if (space === undefined) continue;
      const known = p.state === 'opened';
      sent.push({
        space,
        pn: known ? p.pn : this.unopened[space]++,
        ackEliciting: known ? p.frames.some(eliciting) : true,
        ack: known ? p.frames.some((f) => f === 'ACK' || f === 'ACK_ECN') : true,
        length: p.len,
      });
    }
    const names = packets.flatMap((p) => p.frames as readonly string[]);
    this.sends.push({
      cause: this.lastClient,
      bytes,
      packets: sent,
      needsMux:
        packets.every((p) => p.type === '1-RTT') &&
        (this.finishedAt >= 0 || this.conn.keys.suite === undefined),
      closes: names.includes('CONNECTION_CLOSE') || names.includes('CONNECTION_CLOSE_APP'),
      frame,
    });
  }

  get hasKeys(): boolean {
    return this.opened1Rtt > 0;
  }

  finish(index: number): ConnScript {
    const { conn } = this;
    const tp = conn.clientHello?.transportParameters;
    const notes: string[] = [];
    if (conn.retried) notes.push('Its Initial carries a Retry token, taken as valid.');
    const scids: Uint8Array[] = [];
    // A server without IDs leaves it to HAProxy to derive one.
    const given = conn.server.cids.filter(({ bytes }) => bytes.length > 0);
    for (const c of given) if (c.sequence >= 0) scids[c.sequence] = c.bytes;
    // What was met as a destination without being seen given out has a number all the same: the next that is free.
    for (const c of given) if (c.sequence < 0) scids[free(scids)] = c.bytes;
    return {
      index,
      odcid: conn.initialDcid ?? new Uint8Array(0),
      saddr: this.saddr,
      clientCid: conn.client.cids[0]?.bytes ?? new Uint8Array(0),
      version: conn.version,
      scids,
      sends: this.sends,
      clientHelloEnd: this.helloEnd(),
      finishedEnd: this.finishedAt >= 0 ? this.handshakeEnd : 0,
      maxIdleTimeout: tp?.maxIdleTimeout ?? 0,
      maxAckDelay: tp?.maxAckDelay ?? 25,
      ackDelayExponent: tp?.ackDelayExponent ?? 3,
      activeConnectionIdLimit: tp?.activeConnectionIdLimit ?? 2,
      hasKeys: this.hasKeys,
      notes,
    };
  }

  /** End of the ClientHello in the Initial CRYPTO stream: its message header says so (RFC 8446 section 4). */
  private helloEnd(): number {
    if (this.hello.contiguous < 4) return 0;
    const b = this.hello.bytes;
    return 4 + ((b[1]! << 16) | (b[2]! << 8) | b[3]!);
  }
}

/** The lowest sequence number without an ID. */
function free(scids: readonly (Uint8Array | undefined)[]): number {
  for (let i = 0; ; i++) if (scids[i] === undefined) return i;
}
