/**
 * A capture as it is sent again and again: its datagrams opened once, so that each can be sealed anew for a client of another
 * address and for other CIDs. What could not be opened keeps its bytes; only the CID in it is another.
 */
import type { ConnScript } from '../../haproxy/model/script.ts';
import {
  initialKeys,
  keyUpdate,
  OpenedPacket,
  openUnprotected,
  PacketHeader,
  type PacketKeys,
  packetKeys,
  parsePacket,
  QUIC_V1,
  quicVersion,
  SUITES,
  suiteByTls,
  unprotectHeader,
} from '../../quic/index.ts';
import type { KeyMaterial, WorldData } from '../data.ts';

/** Whose CID a packet is sent to. */
export const TO = { odcid: 0, server: 1, asItIs: 2 } as const;
export const LEVELS = { initial: 0, handshake: 2, application: 3 } as const;

/** One packet, offsets from its datagram's beginning. */
export interface ReplayPacket {
  off: number;
  end: number;
  dcidOff: number;
  to: number;
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
  datagrams: ReplayDatagram[];
  scripts: ConnScript[];
  keys: KeyMaterial[];
}

/** Keys of one connection's client, expanded when first asked for. */
export class ReplayKeys {
  private hand: PacketKeys | undefined;
  private readonly app: PacketKeys[] = [];

  constructor(private readonly material: KeyMaterial) {}

  handshake(version: number): PacketKeys | undefined {
    const { handshake } = this.material;
    if (!handshake) return undefined;
    this.hand ??= packetKeys(this.suite(handshake), handshake, quicVersion(version) ?? QUIC_V1);
    return this.hand;
  }

  application(generation: number): PacketKeys | undefined {
    const { application, version } = this.material;
    if (!application) return undefined;
    this.app[0] ??= packetKeys(this.suite(application), application, quicVersion(version) ?? QUIC_V1);
    for (let g = this.app.length; g <= generation; g++) this.app[g] = keyUpdate(this.app[g - 1]!);
    return this.app[generation];
  }

  private suite(secret: Uint8Array) {
    return suiteByTls(this.material.suite) ?? SUITES.find((s) => s.secretLength === secret.length)!;
  }
}

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((v, i) => v === b[i]);

class Reader {
  private readonly header = new PacketHeader();
  private readonly out = new OpenedPacket();
  private readonly keys: ReplayKeys[];
  /** Largest packet number read, by connection and level. */
  private readonly largest = new Map<number, number>();
  private readonly generation: number[];

  constructor(
    private readonly data: WorldData,
    private readonly opening: boolean,
  ) {
    this.keys = data.keys.map((k) => new ReplayKeys(k));
    this.generation = data.keys.map(() => 0);
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
    return { conn, ms: s.ms[d]! + s.ns[d]! / 1e6, bytes, packets };
  }

  private packet(conn: number, bytes: Uint8Array, off: number, end: number): ReplayPacket {
    const h = this.header;
    const script = this.data.conns[conn]!;
    const dcid = bytes.subarray(h.dcidOff, h.dcidOff + h.dcidLen);
    const first = script.scids[0];
    const to = same(dcid, script.odcid) ? TO.odcid : first && same(dcid, first) ? TO.server : TO.asItIs;
    const p: ReplayPacket = {
      off,
      end,
      dcidOff: h.dcidOff,
      to,
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
    const keys = this.keysFor(conn, p, level, generation);
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

  private keysFor(conn: number, p: ReplayPacket, level: number, generation: number): PacketKeys | undefined {
    const material = this.data.keys[conn]!;
    if (level === LEVELS.initial) {
      const version = quicVersion(p.version);
      return version && material.initialDcid ? initialKeys(version, material.initialDcid).client : undefined;
    }
    return level === LEVELS.handshake
      ? this.keys[conn]!.handshake(p.version)
      : this.keys[conn]!.application(generation);
  }
}

/** Prepares a capture for being sent in a loop. Returns the reason when it can't be. */
export function makeReplay(data: WorldData, opening: boolean): Replay | string {
  if (data.forceRetry) return 'A capture with a Retry can’t be sent in a loop: its tokens are of one time.';
  if (data.conns.length === 0) return 'There is no QUIC connection in this capture.';
  const reader = new Reader(data, opening);
  const datagrams: ReplayDatagram[] = [];
  for (let d = 0; d < data.datagrams.count; d++)
    if (data.datagrams.conn[d]! >= 0) datagrams.push(reader.datagram(d));
  return {
    name: data.name,
    cidLength: data.cidLength,
    anyFixedBit: data.anyFixedBit,
    datagrams,
    scripts: scriptsOf(data, datagrams.length),
    keys: opening ? data.keys : data.keys.map((k) => ({ ...k, handshake: null, application: null })),
  };
}

/** The scripts with their causes as numbers of the replay's datagrams, which are those of the capture that belong to one. */
function scriptsOf(data: WorldData, count: number): ConnScript[] {
  if (count === data.datagrams.count) return data.conns;
  const number = new Map<number, number>();
  let n = 0;
  for (let d = 0; d < data.datagrams.count; d++) if (data.datagrams.conn[d]! >= 0) number.set(d, n++);
  const cause = (c: number): number => {
    for (let i = c; i >= 0; i--) {
      const k = number.get(i);
      if (k !== undefined) return k;
    }
    return -1;
  };
  return data.conns.map((c) => ({ ...c, sends: c.sends.map((s) => ({ ...s, cause: cause(s.cause) })) }));
}
