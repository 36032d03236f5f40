/**
 * Client datagrams of our own for worlds that no capture holds: sealed with real keys, marked "built". The server's half is
 * empty: such a server answers nothing, so nothing of it is ever in flight.
 */
import type { Address, ConnScript, ScriptedSend } from '../../haproxy/model/script.ts';
import {
  AES_128_GCM,
  initialKeys,
  type PacketKeys,
  packetKeys,
  QUIC_V1,
  sealPacket,
  Workspace,
  writeCrypto,
  writeLongHeader,
  writePadding,
  writePing,
  writeRetireConnectionId,
  writeShortHeader,
} from '../../quic/index.ts';
import type { KeyMaterial, WorldData } from '../data.ts';

/** What a built datagram holds, packets in order. */
export type BuiltPacket =
  /** The client's whole ClientHello; the datagram is filled up to 1200 bytes. */
  | 'hello'
  /** A Handshake packet with the client's Finished. */
  | 'finished'
  /** A Handshake packet with a PING. */
  | 'handshake ping'
  /** A 1-RTT packet with a PING. */
  | 'ping'
  /** A 1-RTT packet that retires the server's CID of sequence number 1. */
  | 'retire 1';

export interface BuiltDatagram {
  /** Connection, from 0. */
  conn: number;
  packets: readonly BuiltPacket[];
  /** Arrival by the clock, virtual ms. */
  ms: number;
  /** From the address of that connection instead of its own; one more than there are connections is nobody's. */
  from?: number;
}

/** Bytes that look like nothing, the same for the same seed. */
function bytes(n: number, seed: number): Uint8Array {
  let a = (seed * 0x9e3779b1) | 0;
  return Uint8Array.from({ length: n }, () => {
    a = (Math.imul(a, 1664525) + 1013904223) | 0;
    return a >>> 24;
  });
}

const LEVEL: Readonly<Record<BuiltPacket, 'initial' | 'handshake' | 'app'>> = {
  hello: 'initial',
  finished: 'handshake',
  'handshake ping': 'handshake',
  ping: 'app',
  'retire 1': 'app',
};

const HELLO = 64;
const FINISHED = 36;
const TAG = 16;

class Client {
  readonly odcid: Uint8Array;
  readonly cid: Uint8Array;
  readonly scid: Uint8Array;
  /** The server's CIDs by sequence number; all in one tree, so that their changes meet. */
  readonly scids: Uint8Array[];
  readonly material: KeyMaterial;
  private readonly keys: { initial: PacketKeys; handshake: PacketKeys; app: PacketKeys };
  private readonly next = { initial: 0, handshake: 0, app: 0 };

  constructor(conn: number) {
    this.odcid = bytes(8, 11 + conn);
    this.cid = bytes(4, 23 + conn);
    this.scid = bytes(8, 37 + conn);
    this.scids = [this.scid, 1, 2].map((c) =>
      typeof c === 'number' ? Uint8Array.of(this.scid[0]!, ...bytes(7, 41 + 8 * conn + c)) : c,
    );
    const handshake = bytes(32, 51 + conn);
    const application = bytes(32, 67 + conn);
    this.keys = {
      initial: initialKeys(QUIC_V1, this.odcid).client,
      handshake: packetKeys(AES_128_GCM, handshake),
      app: packetKeys(AES_128_GCM, application),
    };
    this.material = {
      initialDcid: this.odcid,
      suite: AES_128_GCM.tls,
      handshake,
      application,
      version: QUIC_V1.number,
    };
  }

  /** Seals one packet of a datagram. */
  packet(kind: BuiltPacket, ws: Workspace): Uint8Array {
    const level = LEVEL[kind];
    const payload = frames(kind);
    const buf = new Uint8Array(payload.length + 100);
    const pn = this.next[level]++;
    const pnOff =
      level === 'app'
        ? writeShortHeader(buf, 0, this.scid, pn, 1, 0)
        : writeLongHeader(buf, 0, {
            version: QUIC_V1,
            type: level === 'initial' ? 'Initial' : 'Handshake',
            dcid: level === 'initial' ? this.odcid : this.scid,
            scid: this.cid,
            pn,
            pnLen: 1,
            payloadLen: payload.length,
          });
    buf.set(payload, pnOff + 1);
    const end = sealPacket(this.keys[level], buf, 0, pnOff, 1, pnOff + 1 + payload.length, pn, ws);
    if (end < 0) throw new Error(`a built packet cannot be sealed: ${end}`);
    return buf.subarray(0, end);
  }

  script(index: number): ConnScript {
    return {
      index,
      odcid: this.odcid,
      saddr: index,
      clientCid: this.cid,
      version: QUIC_V1.number,
      scids: this.scids,
      sends: [],
      clientHelloEnd: HELLO,
      finishedEnd: FINISHED,
      maxIdleTimeout: 30_000,
      maxAckDelay: 25,
      ackDelayExponent: 3,
      activeConnectionIdLimit: 2,
      hasKeys: true,
      notes: ['built, not captured'],
    };
  }
}

/** Frames in clear. A hello is made long enough for a datagram of 1200 bytes (RFC 9000 14.1). */
function frames(kind: BuiltPacket): Uint8Array {
  const buf = new Uint8Array(1400);
  if (kind === 'hello') {
    const body = bytes(HELLO, 5);
    // A TLS message says how long it is (RFC 8446 4): the four bytes before its body.
    body.set([1, 0, 0, HELLO - 4]);
    const at = writeCrypto(buf, 0, 0, body);
    const whole = 1200 - (1 + 4 + 1 + 8 + 1 + 4 + 1 + 2 + 1) - TAG;
    return buf.subarray(0, at + writePadding(buf, at, whole - at));
  }
  if (kind === 'finished') {
    const body = bytes(FINISHED, 7);
    body.set([20, 0, 0, FINISHED - 4]);
    return buf.subarray(0, writeCrypto(buf, 0, 0, body));
  }
  // A sample for header protection needs four bytes with the packet number.
  const at = kind === 'retire 1' ? writeRetireConnectionId(buf, 0, 1) : writePing(buf, 0);
  return buf.subarray(0, at + writePadding(buf, at, 4));
}

/**
 * World data of `conns` connections whose clients send `datagrams`, in order of arrival. `sameCids`: the server draws the same further CIDs
 * for each of them. `sends`: what it sends to each.
 */
export function built(
  name: string,
  conns: number,
  datagrams: readonly BuiltDatagram[],
  { sameCids = false, sends = [] }: { sameCids?: boolean; sends?: readonly ScriptedSend[] } = {},
): WorldData {
  const ws = new Workspace();
  const clients = Array.from({ length: conns }, (_, i) => new Client(i));
  if (sameCids) for (const c of clients) c.scids.splice(1, 2, ...clients[0]!.scids.slice(1));
  const parts = datagrams.map((d) => concat(d.packets.map((p) => clients[d.conn]!.packet(p, ws))));
  const offsets = parts.map((_, i) => parts.slice(0, i).reduce((n, p) => n + p.length, 0));
  const address = (i: number): Address => ({
    text: `192.0.2.${10 + i}:${4000 + i}`,
    bytes: Uint8Array.from([192, 0, 2, 10 + i, (4000 + i) >> 8, (4000 + i) & 0xff]),
  });
  return {
    name,
    datagrams: {
      count: datagrams.length,
      bytes: concat(parts),
      offset: Float64Array.from(offsets),
      length: Int32Array.from(parts, (p) => p.length),
      ms: Int32Array.from(datagrams, (d) => Math.floor(d.ms)),
      ns: Int32Array.from(datagrams, (d) => Math.round((d.ms % 1) * 1_000_000)),
      saddr: Int32Array.from(datagrams, (d) => d.from ?? d.conn),
      conn: Int32Array.from(datagrams, (d) => d.conn),
      frame: Int32Array.from(datagrams, (_, i) => i + 1),
    },
    addresses: Array.from({ length: conns + 1 }, (_, i) => address(i)),
    conns: clients.map((c, i) => ({ ...c.script(i), sends })),
    keys: clients.map((c) => c.material),
    bootSeed: bytes(20, 3),
    cidLength: 8,
    forceRetry: false,
    anyFixedBit: false,
    serverAddress: '192.0.2.1:443',
    notes: [
      `These datagrams are built, not captured. ${sends.length > 0 ? 'What the server of this world sends is ours.' : 'The server of this world answers nothing.'}`,
    ],
    withKeys: conns,
  };
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}
