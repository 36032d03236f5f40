/**
 * Looks into any datagram of a world, outside of its steps: what a reader with the capture and its keys would see. Packet numbers and
 * key updates follow from the datagrams of the connection in front of it, so those are read once, in order.
 */
import { type DatagramStore, originalOf } from '../../haproxy/model/script.ts';
import {
  CryptoStream,
  eachFrame,
  Frame,
  isParseError,
  OpenedPacket,
  openUnprotected,
  PacketHeader,
  type PacketKeys,
  parsePacket,
  Reason,
  readClientHello,
  reasonName,
  reasonSentence,
  retryTagMatches,
  toHex,
  unprotectHeader,
  Workspace,
} from '../../quic/index.ts';
import { ConnKeys } from '../../scenario/conn-keys.ts';
import type { WorldData } from '../../scenario/data.ts';
import { dgramNo, nameOf } from '../look.ts';
import { fieldsOf } from './fields.ts';
import { frameRows, frameSummary, helloRows } from './frames.ts';
import type { DatagramLook, FrameLook, OpenState, PacketLook, Stage } from './look.ts';

type Level = 'Initial' | '0-RTT' | 'Handshake' | '1-RTT';
const LEVELS: readonly string[] = ['Initial', '0-RTT', 'Handshake', '1-RTT'];

/** What reading a connection's datagrams in order has come to. */
interface Progress {
  /** Its datagrams, in order, and how many have been read. */
  rows: number[];
  read: number;
  keys: ConnKeys;
  largest: Record<string, number>;
  generation: number;
  crypto: CryptoStream;
  /** Stateless reset tokens that the sender has given out, as hex, with the sequence number each came with. */
  tokens: Map<string, number>;
}

export class PacketBook {
  private readonly store: DatagramStore;
  private readonly conns = new Map<number, Progress>();
  private readonly looks = new Map<number, DatagramLook>();
  private readonly header = new PacketHeader();
  private readonly out = new OpenedPacket();
  private readonly frame = new Frame();
  private readonly workspace = new Workspace();

  constructor(private readonly data: WorldData) {
    this.store = data.datagrams;
  }

  /** Datagrams of the same connection, in order, by place in the store; of those without one the others without. */
  siblings(dgram: number): readonly number[] {
    return this.progress(this.store.conn[originalOf(this.store, dgram)]!).rows;
  }

  /** Datagram at place `dgram` (from 0) of the store. @throws RangeError where there is none */
  look(dgram: number): DatagramLook {
    const row = originalOf(this.store, dgram);
    if (!(row >= 0 && row < this.store.count)) throw new RangeError(`there is no datagram ${dgram}`);
    const conn = this.store.conn[row]!;
    const p = this.progress(conn);
    // Those in front of it say which number and which keys are next.
    const at = p.rows.indexOf(row);
    while (p.read <= at) {
      const next = p.rows[p.read++]!;
      this.looks.set(next, this.open(next, p));
    }
    const look = this.looks.get(row)!;
    return dgram === row ? look : { ...look, dgram, no: dgramNo(this.store, dgram) };
  }

  private progress(conn: number): Progress {
    let p = this.conns.get(conn);
    if (!p) {
      const rows: number[] = [];
      for (let i = 0; i < this.store.count; i++) if (this.store.conn[i] === conn) rows.push(i);
      const material = this.data.keys[conn] ?? NO_KEYS;
      p = {
        rows,
        read: 0,
        keys: new ConnKeys(material),
        largest: { Initial: -1, Handshake: -1, '0-RTT': -1, '1-RTT': -1 },
        generation: 0,
        crypto: new CryptoStream(),
        tokens: new Map(),
      };
      this.conns.set(conn, p);
    }
    return p;
  }

  private open(row: number, p: Progress): DatagramLook {
    const { store, data } = this;
    const base = store.offset[row]!;
    const end = base + store.length[row]!;
    const received = store.bytes.slice(base, end);
    const bytes: Record<Stage, Uint8Array> = { received, header: received.slice(), opened: received.slice() };
    const packets: PacketLook[] = [];
    let at = base;
    while (at < end) {
      const used = parsePacket(store.bytes, at, end, data.cidLength, this.header);
      // Padding behind the last packet is no packet.
      if (used < 0 || (packets.length > 0 && this.header.form === 'short' && this.header.fixedBit === 0))
        break;
      packets.push(this.packet(base, at + used, p, row, bytes));
      at += used;
    }
    const conn = store.conn[row]!;
    const reach = packets.some((k) => k.state === 'opened')
      ? 'opened'
      : packets.some((k) => k.state === 'tag-failed')
        ? 'header'
        : 'received';
    const address = data.addresses[store.saddr[row]!];
    return {
      dgram: row,
      no: dgramNo(store, row),
      conn: conn >= 0 ? nameOf(conn) : null,
      connIndex: conn,
      from: address?.text ?? '',
      to: data.serverAddress,
      frame: store.frame[row] ?? 0,
      packets,
      trailing: end - at,
      bytes,
      reach,
    };
  }

  private packet(
    base: number,
    end: number,
    p: Progress,
    row: number,
    bytes: Record<Stage, Uint8Array>,
  ): PacketLook {
    const { header: h, out, store } = this;
    const buf = store.bytes;
    let state: OpenState = 'not-protected';
    let pn = -1;
    let headerOpen = false;
    const look: Pick<PacketLook, 'frames' | 'hello' | 'problem'> = { frames: [], hello: [], problem: '' };
    if (h.type === 'Unknown') state = 'unknown-version';
    else if (LEVELS.includes(h.type)) {
      const level = h.type as Level;
      const opened = this.unseal(level, end, p);
      const reset = opened.state === 'tag-failed' && h.form === 'short' && tokenAt(buf, h.start, end, p) >= 0;
      state = reset ? 'reset' : opened.state;
      headerOpen = opened.headerOpen && !reset;
      if (headerOpen) {
        const to = h.start - base;
        for (const stage of ['header', 'opened'] as const) {
          bytes[stage][to] = out.firstByte;
          for (let i = 0; i < out.pnLen; i++)
            bytes[stage][h.pnOff - base + i] = Math.floor(out.truncatedPn / 256 ** (out.pnLen - 1 - i)) & 255;
        }
      }
      if (state === 'opened') {
        pn = out.pn;
        p.largest[level] = Math.max(p.largest[level]!, pn);
        const from = h.pnOff - base + out.pnLen;
        bytes.opened.set(out.bytes.subarray(out.payloadOff, out.payloadEnd), from);
        Object.assign(look, this.frames(level, p, from, row));
      }
    }
    return {
      off: h.start - base,
      len: end - h.start,
      type: TYPE_NAMES[h.type] ?? h.type,
      state,
      ...stateWords(state, h, out, p, state === 'reset' ? tokenAt(buf, h.start, end, p) : -1),
      pn,
      fields: fieldsOf(buf, base, h, end, headerOpen ? out : null, pn, state, this.retryFits(p)),
      ...look,
    };
  }

  /** Whether the integrity tag of the Retry that has just been parsed answers the connection's first Initial; null: not known. */
  private retryFits(p: Progress): boolean | null {
    const { header: h, store } = this;
    if (h.type !== 'Retry') return null;
    const { odcid } = this.data.conns[store.conn[p.rows[0]!]!] ?? {};
    return odcid ? retryTagMatches(store.bytes, h, odcid, this.workspace) : null;
  }

  private unseal(level: Level, end: number, p: Progress): { state: OpenState; headerOpen: boolean } {
    const { header: h, out, store } = this;
    const keysAt = (generation: number): PacketKeys | undefined => {
      if (level === 'Initial') return p.keys.initial(h.version);
      if (level === 'Handshake') return p.keys.handshake(h.version);
      return level === '1-RTT' ? p.keys.application(generation) : undefined;
    };
    const first = keysAt(0);
    if (!first) return { state: 'no-keys', headerOpen: false };
    // Header protection does not change with key updates.
    if (unprotectHeader(first, store.bytes, h.start, h.pnOff, end, out) < 0)
      return { state: 'cut', headerOpen: false };
    const g = p.generation;
    const tried = level === '1-RTT' ? (out.keyPhase === (g & 1) ? [g] : [g + 1, g - 1]) : [0];
    for (const generation of tried) {
      const keys = generation < 0 ? undefined : keysAt(generation);
      if (!keys) continue;
      const size = openUnprotected(keys, store.bytes, h.start, h.pnOff, end, p.largest[level]!, out);
      if (size < 0) continue;
      if (level === '1-RTT' && generation > p.generation) p.generation = generation;
      return { state: 'opened', headerOpen: true };
    }
    return { state: 'tag-failed', headerOpen: true };
  }

  private frames(
    level: Level,
    p: Progress,
    to: number,
    row: number,
  ): Pick<PacketLook, 'frames' | 'hello' | 'problem'> {
    const { out, frame } = this;
    const frames: FrameLook[] = [];
    const exponent = this.data.conns[this.store.conn[row]!]?.ackDelayExponent ?? 3;
    const before = p.crypto.contiguous;
    const n = eachFrame(out.bytes, out.payloadOff, out.payloadEnd, level, frame, (f) => {
      if (level === 'Initial' && f.name === 'CRYPTO') p.crypto.add(f.offset, out.bytes, f.dataOff, f.dataLen);
      if (f.name === 'NEW_CONNECTION_ID' && level === '1-RTT')
        p.tokens.set(toHex(out.bytes, f.resetTokenOff, f.resetTokenOff + RESET_TOKEN), f.sequence);
      frames.push({
        type: f.type,
        name: f.name,
        off: to + f.start - out.payloadOff,
        len: f.end - f.start,
        summary: frameSummary(f),
        rows: frameRows(out.bytes, f, exponent),
      });
      return true;
    });
    const problem = n < 0 ? `${reasonSentence(reasonName(n))} What follows is not read.` : '';
    return { frames, problem, hello: level === 'Initial' ? this.hello(p.crypto, before) : [] };
  }

  /** The ClientHello, in the packet that completes it. */
  private hello(crypto: CryptoStream, before: number) {
    const { bytes, contiguous } = crypto;
    if (contiguous === before) return [];
    if (before > 0 && !isParseError(readClientHello(bytes, 0, before))) return [];
    const hello = readClientHello(bytes, 0, contiguous);
    return isParseError(hello) ? [] : helloRows(hello);
  }
}

/** A stateless reset token, bytes (RFC 9000 section 10.3). */
const RESET_TOKEN = 16;

/** Sequence number of the connection ID that a datagram's last bytes are the reset token of; -1: they are none. */
function tokenAt(buf: Uint8Array, from: number, end: number, { tokens }: Progress): number {
  // A reset has at least 21 bytes.
  if (end - from < RESET_TOKEN + 5) return -1;
  return tokens.get(toHex(buf, end - RESET_TOKEN, end)) ?? -1;
}

const NO_KEYS = {
  initialDcid: null,
  suite: 0,
  handshake: null,
  application: null,
  version: 0,
};

const TYPE_NAMES: Readonly<Record<string, string>> = {
  VersionNegotiation: 'Version Negotiation',
  Unknown: 'Unknown version',
};

/** What is to be said of a packet that is not simply open. */
function stateWords(
  state: OpenState,
  h: PacketHeader,
  out: OpenedPacket,
  p: Progress,
  token: number,
): Pick<PacketLook, 'heading' | 'why'> {
  switch (state) {
    case 'opened':
      return h.type === 'Initial'
        ? { heading: '', why: 'Its keys follow from the DCID: anyone can open an Initial.' }
        : { heading: '', why: '' };
    case 'no-keys':
      return h.type === '0-RTT'
        ? {
            heading: 'Early data, sealed',
            why: 'A 0-RTT packet: its keys come from an earlier connection, and the key log has none that are used here.',
          }
        : {
            heading: `No keys for ${h.type === 'Initial' ? 'this Initial' : `its ${h.type} packets`}`,
            why: 'Everything up to the DCID is plain, so sorting and redispatch are exact. Frames stay closed; the model takes the packet as the next in order.',
          };
    case 'tag-failed': {
      const phases = out.keyPhase === (p.generation & 1) ? `${out.keyPhase}` : 'both';
      const which = h.type === '1-RTT' ? ` Key phase here: ${out.keyPhase}; tried: ${phases}.` : '';
      const reset =
        h.form === 'short'
          ? ' Nor does it end in a stateless reset token that its sender has given out here.'
          : '';
      return {
        heading: 'The tag does not match',
        why: `Either a byte is wrong, or the keys are of another phase or connection.${which}${reset}`,
      };
    }
    case 'reset':
      return {
        heading: 'A stateless reset',
        why: `It looks like a packet and is none: its last 16 bytes are the token that came with connection ID ${token}. Whoever sends it has forgotten the connection, and ends it.`,
      };
    case 'not-protected':
      return h.type === 'Retry'
        ? {
            heading: 'A Retry',
            why: 'A server wrote it. It has no packet number and no frames, only a token that the client sends back in a new Initial.',
          }
        : {
            heading: 'A Version Negotiation',
            why: 'A server wrote it, for a client whose version it does not speak. Nothing in it is secret or checked, and it belongs to no connection.',
          };
    case 'unknown-version':
      return {
        heading: 'Of a version that is not read here',
        why: 'Of such a packet only the connection IDs are known (RFC 8999).',
      };
    case 'cut':
      return {
        heading: 'Too short',
        why: `It ends before the sample that header protection is made from (${reasonSentence(reasonName(Reason.sampleTruncated))})`,
      };
  }
}
