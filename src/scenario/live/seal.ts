/** The clients' packets: written and sealed when they are first needed. */
import {
  initialKeys,
  QUIC_V1,
  quicVersion,
  sealPacket,
  Workspace,
  writeAck,
  writeConnectionClose,
  writeCrypto,
  writeLongHeader,
  writePadding,
  writePing,
  writeShortHeader,
} from '../../quic/index.ts';
import { ClientKeys, type ClientSpec, clientCidOf, FINISHED_BYTES, HELLO_BYTES, odcidOf } from './clients.ts';
import { LEVELS, ReplayKeys, TO } from './replay.ts';

const TAG = 16;
const INITIAL_BYTES = 1200;

/** Writes the packets of clients into a store's bytes. Offsets and lengths are bytes. */
export class Sealer {
  private readonly ws = new Workspace();
  private scratch = new Uint8Array(0);
  private readonly captured: ReplayKeys[];
  readonly keys: ClientKeys;
  private readonly hello = Uint8Array.from({ length: HELLO_BYTES }, (_, i) => (i * 31 + 1) & 255);
  private readonly finished = Uint8Array.from({ length: FINISHED_BYTES }, (_, i) => (i * 17 + 20) & 255);

  constructor(
    private readonly spec: ClientSpec,
    private readonly bytes: Uint8Array,
  ) {
    this.keys = new ClientKeys(spec);
    this.captured = (spec.replay?.keys ?? []).map((k) => new ReplayKeys(k));
  }

  /** Datagram `d` of the capture for another client, to other CIDs. `server` is the server's first CID. Returns the length. */
  replay(at: number, d: number, server: Uint8Array, place: number, generation: number): number {
    const { spec, captured } = this;
    const replay = spec.replay!;
    const { bytes, packets, conn } = replay.datagrams[d]!;
    const buf = bytes.slice();
    for (const p of packets) {
      const odcid = odcidOf(spec, place, generation, replay.scripts[conn]!.odcid.length);
      if (p.to !== TO.asItIs) buf.set(p.to === TO.odcid ? odcid : server, p.dcidOff);
      const keys =
        p.level === LEVELS.initial
          ? initialKeys(quicVersion(p.version) ?? QUIC_V1, odcid).client
          : p.level === LEVELS.handshake
            ? captured[conn]!.handshake(p.version)
            : p.level === LEVELS.application
              ? captured[conn]!.application(p.generation)
              : undefined;
      if (keys) sealPacket(keys, buf, p.off, p.pnOff, p.pnLen, p.end - TAG, p.pn, this.ws);
    }
    this.bytes.set(buf, at);
    return buf.length;
  }

  /** The first Initial: 1200 bytes, the ClientHello in it (its bytes mean nothing). Returns the length. */
  initial(at: number, place: number, generation: number): number {
    const { spec } = this;
    const dcid = odcidOf(spec, place, generation);
    const buf = new Uint8Array(INITIAL_BYTES);
    const overhead = 1 + 4 + 1 + 8 + 1 + 8 + 1 + 2 + 2;
    const pnOff = writeLongHeader(buf, 0, {
      version: QUIC_V1,
      type: 'Initial',
      dcid,
      scid: clientCidOf(spec, place, generation),
      pn: 0,
      pnLen: 2,
      payloadLen: INITIAL_BYTES - overhead - TAG,
    });
    const end = INITIAL_BYTES - TAG;
    const body = writeCrypto(buf, pnOff + 2, 0, this.hello);
    writePadding(buf, body, end - body);
    sealPacket(initialKeys(QUIC_V1, dcid).client, buf, 0, pnOff, 2, end, 0, this.ws);
    this.bytes.set(buf, at);
    return INITIAL_BYTES;
  }

  /** The client's Finished in a Handshake packet, to the server's CID. Returns the length. */
  handshake(at: number, scid: Uint8Array, place: number, generation: number): number {
    const buf = new Uint8Array(160);
    const payloadLen = 40 + 8;
    const pnOff = writeLongHeader(buf, 0, {
      version: QUIC_V1,
      type: 'Handshake',
      dcid: scid,
      scid: clientCidOf(this.spec, place, generation),
      pn: 0,
      pnLen: 2,
      payloadLen,
    });
    const end = pnOff + 2 + payloadLen;
    const body = writeCrypto(buf, pnOff + 2, 0, this.finished);
    writePadding(buf, body, end - body);
    const length = sealPacket(this.keys.handshake(), buf, 0, pnOff, 2, end, 0, this.ws);
    this.bytes.set(buf.subarray(0, length), at);
    return length;
  }

  /** A 1-RTT packet of `size` bytes with a PING, or PADDING alone. Without opening only its header means anything. */
  data(at: number, scid: Uint8Array, place: number, pn: number, size: number): number {
    const buf = this.scratch.length === size ? this.scratch : new Uint8Array(size);
    this.scratch = buf;
    const pnOff = writeShortHeader(buf, 0, scid, pn, 2, 0);
    if (this.spec.opening) {
      const end = size - TAG;
      const body = writePing(buf, pnOff + 2);
      writePadding(buf, body, end - body);
      sealPacket(this.keys.application(place), buf, 0, pnOff, 2, end, pn, this.ws);
    } else {
      for (let i = pnOff; i < size; i++) buf[i] = mixByte(place, i);
      buf[0] = 0x40 | (mixByte(place, 0) & 0x3f);
    }
    // In one go: after an image has been put back the same bytes may be written while a thread reads them.
    this.bytes.set(buf, at);
    return size;
  }

  /** CONNECTION_CLOSE in a 1-RTT packet. Returns the length. */
  close(at: number, scid: Uint8Array, place: number, pn: number): number {
    const buf = new Uint8Array(96);
    const pnOff = writeShortHeader(buf, 0, scid, pn, 2, 0);
    let end = writeAck(buf, pnOff + 2, [0, 0], 0);
    end = writeConnectionClose(buf, end, 0, 0, new Uint8Array(0));
    end = writePadding(buf, end, 16);
    const length = sealPacket(this.keys.application(place), buf, 0, pnOff, 2, end, pn, this.ws);
    this.bytes.set(buf.subarray(0, length), at);
    return length;
  }
}

const mixByte = (place: number, i: number): number => (Math.imul(place + 1, 0x9e3779b1) >>> 24) ^ (i * 37);
