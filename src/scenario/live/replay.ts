/**
 * A capture as it is sent again and again: its datagrams opened once, so that each can be sealed anew for a client of another
 * address and for other CIDs. What could not be opened keeps its bytes; only the CIDs in it are others. A Retry's token keeps its
 * bytes too: it stands for one that the server made for this client, and is taken as valid.
 */
import type { ConnScript } from '../../haproxy/model/script.ts';
import {
  clientInitialKeys,
  OpenedPacket,
  openUnprotected,
  PacketHeader,
  type PacketKeys,
  parsePacket,
  quicVersion,
  unprotectHeader,
} from '../../quic/index.ts';
import { ConnKeys } from '../conn-keys.ts';
import { cidLengthsOf, type KeyMaterial, type WorldData } from '../data.ts';
import { partOf } from '../part.ts';

/** Whose CID a packet is sent to. `first`: what the client chose before the server asked it for a Retry. */
export const TO = { odcid: 0, server: 1, asItIs: 2, first: 3 } as const;
export const LEVELS = { initial: 0, handshake: 2, application: 3 } as const;

/** One packet, offsets from its datagram's beginning. */
export interface ReplayPacket {
  off: number;
  end: number;
  dcidOff: number;
  dcidLen: number;
  to: number;
  /** The client's own CID; 0 bytes in short headers. */
  scidOff: number;
  scidLen: number;
  /** It stands in clear in `bytes` and has to be sealed; else -1. */
  level: number;
  version: number;
  pnOff: number;
  pnLen: number;
  pn: number;
  generation: number;
}

export interface ReplayDatagram {
  conn: number;
  /** Which of its client's addresses it comes from, 0 the first. */
  from: number;
  /** After the capture's first, ms. */
  ms: number;
  bytes: Uint8Array;
  packets: ReplayPacket[];
}

/** Plain data: it goes to workers as it is. */
export interface Replay {
  name: string;
  cidLength: number;
  anyFixedBit: boolean;
  /** The server asks every client without a token for a Retry, and takes their tokens as valid. */
  forceRetry: boolean;
  /** Most addresses that one client has; and whether they are IPv6, by connection. */
  addresses: number;
  v6: boolean[];
  datagrams: ReplayDatagram[];
  scripts: ConnScript[];
  keys: KeyMaterial[];
}

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((v, i) => v === b[i]);

class Reader {
  private readonly header = new PacketHeader();
  private readonly out = new OpenedPacket();
  private readonly keys: ConnKeys[];
  /** Largest packet number read, by connection and level. */
  private readonly largest = new Map<number, number>();
  private readonly generation: number[];
  /** Addresses of each connection's client, as numbered in the capture. */
  private readonly from: number[][];

  constructor(
    private readonly data: WorldData,
    private readonly opening: boolean,
  ) {
    this.keys = data.keys.map((k) => new ConnKeys(k));
    this.generation = data.keys.map(() => 0);
    this.from = data.conns.map((c) => [c.saddr]);
  }

  get addresses(): number {
    return Math.max(...this.from.map((f) => f.length));
  }

  datagram(d: number): ReplayDatagram {
    const s = this.data.datagrams;
    const conn = s.conn[d]!;
    const at = s.offset[d]!;
    const bytes = s.bytes.slice(at, at + s.length[d]!);
    const packets: ReplayPacket[] = [];
    for (let off = 0; off < bytes.length; ) {
      const used = parsePacket(bytes, off, bytes.length, this.data.cidLength, this.header);
      if (used < 0) break;
      packets.push(this.packet(conn, bytes, off, off + used));
      off += used;
    }
    return { conn, from: this.nth(conn, s.saddr[d]!), ms: s.ms[d]! + s.ns[d]! / 1e6, bytes, packets };
  }

  private nth(conn: number, saddr: number): number {
    const of = this.from[conn]!;
    if (!of.includes(saddr)) of.push(saddr);
    return of.indexOf(saddr);
  }

  private packet(conn: number, bytes: Uint8Array, off: number, end: number): ReplayPacket {
    const h = this.header;
    const script = this.data.conns[conn]!;
    const dcid = bytes.subarray(h.dcidOff, h.dcidOff + h.dcidLen);
    const first = script.scids[0];
    const to = same(dcid, script.odcid)
      ? TO.odcid
      : first && same(dcid, first)
        ? TO.server
        : h.type === 'Initial'
          ? TO.first
          : TO.asItIs;
    const p: ReplayPacket = {
      off,
      end,
      dcidOff: h.dcidOff,
      dcidLen: h.dcidLen,
      to,
      scidOff: h.scidOff,
      scidLen: h.form === 'long' ? h.scidLen : 0,
      level: -1,
      version: h.version,
      pnOff: h.pnOff,
      pnLen: 0,
      pn: 0,
      generation: 0,
    };
    const level =
      h.type === 'Initial'
        ? LEVELS.initial
        : h.type === 'Handshake'
          ? LEVELS.handshake
          : h.type === '1-RTT'
            ? LEVELS.application
            : -1;
    // Initials can always be opened; without opening the rest stays closed.
    if (level === LEVELS.initial || (this.opening && level > 0)) this.open(conn, bytes, p, level);
    return p;
  }

  private open(conn: number, bytes: Uint8Array, p: ReplayPacket, level: number): void {
    const generation = this.generation[conn]!;
    if (this.tryOpen(conn, bytes, p, level, generation)) return;
    if (level === LEVELS.application && this.tryOpen(conn, bytes, p, level, generation + 1))
      this.generation[conn] = generation + 1;
  }

  private tryOpen(
    conn: number,
    bytes: Uint8Array,
    p: ReplayPacket,
    level: number,
    generation: number,
  ): boolean {
    const { out } = this;
    const keys = this.keysFor(conn, bytes, p, level, generation);
    if (!keys || unprotectHeader(keys, bytes, p.off, p.pnOff, p.end, out) < 0) return false;
    const id = conn * 4 + level;
    const size = openUnprotected(keys, bytes, p.off, p.pnOff, p.end, this.largest.get(id) ?? -1, out);
    if (size < 0) return false;
    // Header, number and frames in clear; the tag's room stays.
    bytes.set(out.bytes.subarray(0, out.payloadEnd), p.off);
    p.level = level;
    p.pnLen = out.pnLen;
    p.pn = out.pn;
    p.generation = generation;
    this.largest.set(id, Math.max(this.largest.get(id) ?? -1, out.pn));
    return true;
  }

  private keysFor(
    conn: number,
    bytes: Uint8Array,
    p: ReplayPacket,
    level: number,
    generation: number,
  ): PacketKeys | undefined {
    const keys = this.keys[conn]!;
    if (level === LEVELS.handshake) return keys.handshake(p.version);
    if (level !== LEVELS.initial) return keys.application(generation);
    if (p.to !== TO.first) return keys.initial(p.version);
    const version = quicVersion(p.version);
    return version && clientInitialKeys(version, bytes.subarray(p.dcidOff, p.dcidOff + p.dcidLen));
  }
}

/** Prepares a capture for being sent in a loop. Returns the reason when it can't be. */
export function makeReplay(data: WorldData, opening: boolean): Replay | string {
  if (data.conns.length === 0) return 'There is no QUIC connection in this capture.';
  if (cidLengthsOf(data))
    return 'The captured server gave out CIDs of different lengths; Live reads all with one.';
  const sent = data.forceRetry ? withToken(data) : data.conns.map((_, i) => i);
  if (sent.length === 0)
    return 'The captured server asked for a Retry, and no client in this capture answers it.';
  const part = partOf(data, sent);
  const reader = new Reader(part, opening);
  const datagrams = Array.from({ length: part.datagrams.count }, (_, d) => reader.datagram(d));
  return {
    name: data.name,
    cidLength: data.cidLength,
    anyFixedBit: data.anyFixedBit,
    forceRetry: data.forceRetry,
    addresses: reader.addresses,
    v6: part.conns.map((c) => data.addresses[c.saddr]?.bytes.length === 18),
    datagrams,
    scripts: part.conns,
    keys: opening ? part.keys : part.keys.map((k) => ({ ...k, handshake: null, application: null })),
  };
}

/** Connections whose client has sent a token: a server that forces Retries lets no others in. */
function withToken(data: WorldData): number[] {
  const { bytes, offset, length, conn, count } = data.datagrams;
  const header = new PacketHeader();
  const found = new Set<number>();
  for (let d = 0; d < count; d++) {
    const end = offset[d]! + length[d]!;
    if (parsePacket(bytes, offset[d]!, end, data.cidLength, header) < 0) continue;
    if (conn[d]! >= 0 && header.type === 'Initial' && header.tokenLen > 0) found.add(conn[d]!);
  }
  return [...found].sort((a, b) => a - b);
}
