/** The clients' packets: written and sealed when they are sent. */
import {
  clientInitialKeys,
  type Engines,
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
import { ConnKeys } from '../conn-keys.ts';
import {
  ClientKeys,
  type ClientSpec,
  clientCidOf,
  FINISHED_BYTES,
  firstDcidOf,
  HELLO_BYTES,
  odcidOf,
} from './clients.ts';
import { DataPackets } from './data-packets.ts';
import { LEVELS, TO } from './replay.ts';
import { acknowledged } from './server-flight.ts';

/** Keys whose tables are kept. */
const KEYS = 64;
const TAG = 16;
const INITIAL_BYTES = 1200;
const PN_BYTES = 4;

/** Writes the packets of clients into a store's bytes. Offsets and lengths are bytes. */
export class Sealer {
  readonly packets: DataPackets;
  private readonly ws: Workspace;
  /** A packet is put in the store in one go: no thread reads a half-written one. */
  private readonly scratch: Uint8Array;
  private readonly captured: ConnKeys[];
  private readonly keys: ClientKeys;
  private readonly hello = Uint8Array.from({ length: HELLO_BYTES }, (_, i) => (i * 31 + 1) & 255);
  private readonly finished = Uint8Array.from({ length: FINISHED_BYTES }, (_, i) => (i * 17 + 20) & 255);

  /** `from`: the largest number of a 1-RTT packet that any client has used, -1 none; `key`: the number of its key. */
  constructor(
    private readonly spec: ClientSpec,
    private readonly bytes: Uint8Array,
    from = -1,
    key = 0,
    engines?: Engines,
  ) {
    this.ws = new Workspace(KEYS, engines);
    this.keys = new ClientKeys(spec);
    this.captured = (spec.replay?.keys ?? []).map((k) => new ConnKeys(k));
    const longest = Math.max(INITIAL_BYTES, ...(spec.replay?.datagrams ?? []).map((d) => d.bytes.length));
    this.scratch = new Uint8Array(Math.max(longest, spec.size));
    this.packets = new DataPackets(spec.size, spec.replay ? 0 : spec.places, this.ws, from, key);
  }

  /** Datagram `d` of the capture for another client, to other CIDs. `server` is the server's first CID. Returns the length. */
  replay(at: number, d: number, server: Uint8Array, place: number, generation: number): number {
    const { spec, captured, scratch } = this;
    const replay = spec.replay!;
    const { bytes, packets, conn } = replay.datagrams[d]!;
    scratch.set(bytes);
    for (const p of packets) {
      const dcid =
        p.to === TO.first
          ? firstDcidOf(spec, place, generation, p.dcidLen)
          : p.to === TO.odcid
            ? odcidOf(spec, place, generation, p.dcidLen)
            : server;
      if (p.to !== TO.asItIs) scratch.set(dcid, p.dcidOff);
      scratch.set(clientCidOf(spec, place, generation, p.scidLen), p.scidOff);
      const keys =
        p.level === LEVELS.initial
          ? clientInitialKeys(
              quicVersion(p.version) ?? QUIC_V1,
              p.to === TO.first ? dcid : odcidOf(spec, place, generation, replay.scripts[conn]!.odcid.length),
            )
          : p.level === LEVELS.handshake
            ? captured[conn]!.handshake(p.version)
            : p.level === LEVELS.application
              ? captured[conn]!.application(p.generation)
              : undefined;
      if (keys) sealPacket(keys, scratch, p.off, p.pnOff, p.pnLen, p.end - TAG, p.pn, this.ws);
    }
    return this.put(at, bytes.length);
  }

  /** An Initial: 1200 bytes, the ClientHello in it (its bytes mean nothing). Returns the length. */
  initial(at: number, place: number, generation: number, pn: number): number {
    const { spec, scratch } = this;
    const dcid = odcidOf(spec, place, generation);
    const overhead = 1 + 4 + 1 + 8 + 1 + 8 + 1 + 2 + 2;
    const pnOff = writeLongHeader(scratch, 0, {
      version: QUIC_V1,
      type: 'Initial',
      dcid,
      scid: clientCidOf(spec, place, generation),
      pn,
      pnLen: 2,
      payloadLen: INITIAL_BYTES - overhead - TAG,
    });
    const end = INITIAL_BYTES - TAG;
    const body = writeCrypto(scratch, pnOff + 2, 0, this.hello);
    writePadding(scratch, body, end - body);
    sealPacket(clientInitialKeys(QUIC_V1, dcid), scratch, 0, pnOff, 2, end, pn, this.ws);
    return this.put(at, INITIAL_BYTES);
  }

  /** The client's Finished in a Handshake packet, to the server's CID, with an ACK of the server's. Returns the length. */
  handshake(at: number, scid: Uint8Array, place: number, generation: number, pn: number): number {
    const { scratch } = this;
    const payloadLen = 40 + 8;
    const pnOff = writeLongHeader(scratch, 0, {
      version: QUIC_V1,
      type: 'Handshake',
      dcid: scid,
      scid: clientCidOf(this.spec, place, generation),
      pn,
      pnLen: 2,
      payloadLen,
    });
    const end = pnOff + 2 + payloadLen;
    let body = writeAck(scratch, pnOff + 2, [0, 0], 0);
    body = writeCrypto(scratch, body, 0, this.finished);
    writePadding(scratch, body, end - body);
    return this.put(at, sealPacket(this.keys.handshake(), scratch, 0, pnOff, 2, end, pn, this.ws));
  }

  /** What completes the handshake where nobody opens it: a Handshake packet and a 1-RTT packet behind it. Returns the length. */
  closedHandshake(at: number, scid: Uint8Array, place: number, generation: number): number {
    const { scratch } = this;
    const payloadLen = 40;
    const pnOff = writeLongHeader(scratch, 0, {
      version: QUIC_V1,
      type: 'Handshake',
      dcid: scid,
      scid: clientCidOf(this.spec, place, generation),
      pn: 0,
      pnLen: 2,
      payloadLen: payloadLen - TAG,
    });
    const end = pnOff + 2 + payloadLen;
    for (let i = pnOff; i < end; i++) scratch[i] = mixByte(place, i);
    return this.put(at, this.writeClosed(end, end + 50, scid, place));
  }

  /** The client's next 1-RTT packet, with a PING. `key`: number of its key. Returns the length. */
  data(at: number, scid: Uint8Array, place: number, generation: number, key: number): number {
    return this.packets.write(this.keys.application(key), this.bytes, at, scid, place, generation);
  }

  /** A 1-RTT packet that nobody opens: only its header means anything. Returns the length. */
  closed(at: number, scid: Uint8Array, place: number): number {
    return this.put(at, this.writeClosed(0, this.spec.size, scid, place));
  }

  /** The same where such a packet stands already: its header alone. */
  closedAgain(at: number, scid: Uint8Array, place: number): number {
    const { bytes } = this;
    bytes[at] = firstOfClosed(place);
    for (let i = 0; i < scid.length; i++) bytes[at + 1 + i] = scid[i]!;
    return this.spec.size;
  }

  private writeClosed(from: number, to: number, scid: Uint8Array, place: number): number {
    const { scratch } = this;
    const pnOff = writeShortHeader(scratch, from, scid, 0, 2, 0);
    for (let i = pnOff; i < to; i++) scratch[i] = mixByte(place, i);
    scratch[from] = firstOfClosed(place);
    return to;
  }

  /** A PING and an ACK of the `heard` datagrams that the server has sent beside mere ACKs. Returns the length. */
  ack(at: number, scid: Uint8Array, place: number, generation: number, key: number, heard: number): number {
    return this.single(at, scid, place, generation, key, (body) =>
      writePing(this.scratch, writeAck(this.scratch, body, acknowledged(heard), 0)),
    );
  }

  /** CONNECTION_CLOSE in a 1-RTT packet. Returns the length. */
  close(at: number, scid: Uint8Array, place: number, generation: number, key: number): number {
    return this.single(at, scid, place, generation, key, (body) =>
      writeConnectionClose(this.scratch, body, 0, 0, new Uint8Array(0)),
    );
  }

  /** A small 1-RTT packet with the frames that `write` puts at an offset of `scratch`; it returns where they end. */
  private single(
    at: number,
    scid: Uint8Array,
    place: number,
    generation: number,
    key: number,
    write: (at: number) => number,
  ): number {
    const { scratch } = this;
    const pn = this.packets.numberFor(place, generation, key);
    const pnOff = writeShortHeader(scratch, 0, scid, pn, PN_BYTES, 0);
    const end = writePadding(scratch, write(pnOff + PN_BYTES), 16);
    return this.put(
      at,
      sealPacket(this.keys.application(key), scratch, 0, pnOff, PN_BYTES, end, pn, this.ws),
    );
  }

  private put(at: number, length: number): number {
    this.bytes.set(this.scratch.subarray(0, length), at);
    return length;
  }
}

const firstOfClosed = (place: number): number => 0x40 | (mixByte(place, 0) & 0x3f);

const mixByte = (place: number, i: number): number => (Math.imul(place + 1, 0x9e3779b1) >>> 24) ^ (i * 37);
