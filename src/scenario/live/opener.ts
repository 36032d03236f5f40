/** Opens the packets of clients of our own inside a step. What it remembers does not grow with the run. */
import type { OpenedFrame, OpenedPacket, PacketOpener } from '../../haproxy/model/script.ts';
import {
  ackEliciting,
  ackRanges,
  decodePacketNumber,
  eachFrame,
  Frame,
  initialKeys,
  OpenedPacket as Opened,
  openUnprotected,
  PacketHeader,
  type PacketKeys,
  parsePacket,
  QUIC_V1,
  quicVersion,
  unprotectHeader,
} from '../../quic/index.ts';
import { ClientKeys, type ClientSpec, odcidOf } from './clients.ts';
import { ReplayKeys } from './replay.ts';
import type { Store } from './store.ts';

const INITIAL = 0;
const HANDSHAKE = 2;

export class ClientOpener implements PacketOpener {
  /** Packets opened by this worker so far. */
  count = 0;
  private readonly keys: ClientKeys;
  /** Of the captured clients, where a capture is sent. */
  private readonly captured: ReplayKeys[];
  private version = 1;
  private readonly header = new PacketHeader();
  private readonly out = new Opened();
  private readonly frame = new Frame();
  private end = 0;
  /** The packet opened last: a later step of the same packet asks again. */
  private last: OpenedPacket | null = null;
  private lastDgram = -1;
  private lastOrdinal = -1;
  private lastGeneration = 0;
  /** Number of its arrival: a place in the store has another datagram each time round. */
  private lastArrival = -1;
  /** Initial keys of the connection asked for last. */
  private initial: PacketKeys | null = null;
  private initialPlace = -1;
  private initialGeneration = -1;

  constructor(
    private readonly spec: ClientSpec,
    private readonly store: Store,
  ) {
    this.keys = new ClientKeys(spec);
    this.captured = (spec.replay?.keys ?? []).map((k) => new ReplayKeys(k));
  }

  hasKeys(dgram: number, level: number): boolean {
    if (level === INITIAL) return true;
    const { replay } = this.spec;
    if (!replay) return this.spec.opening;
    const k = replay.keys[this.role(dgram)]!;
    return (level === HANDSHAKE ? k.handshake : k.application) !== null;
  }

  /** Number in the capture of the client that sent a datagram. */
  private role(dgram: number): number {
    return this.store.roles[this.store.conn[dgram]!]! % this.captured.length;
  }

  packetNumber(dgram: number, ordinal: number, level: number, largest: number): number {
    if (!this.hasKeys(dgram, level) || !this.unprotect(dgram, ordinal, level, 0)) return -1;
    return decodePacketNumber(largest, this.out.truncatedPn, this.out.pnLen);
  }

  keyPhase(dgram: number, ordinal: number): number {
    return this.hasKeys(dgram, 3) && this.unprotect(dgram, ordinal, 3, 0) ? this.out.keyPhase : 0;
  }

  open(dgram: number, ordinal: number, level: number, pn: number, keyGen: number): OpenedPacket | null {
    const arrival = this.store.frame[dgram]!;
    const known = dgram === this.lastDgram && ordinal === this.lastOrdinal && arrival === this.lastArrival;
    if (known && keyGen === this.lastGeneration) return this.last;
    if (keyGen < 0 || !this.hasKeys(dgram, level) || !this.unprotect(dgram, ordinal, level, keyGen))
      return null;
    const { header, out, store } = this;
    const keys = this.keysOf(dgram, level, keyGen);
    if (!keys) return null;
    this.count++;
    const size = openUnprotected(keys, store.bytes, header.start, header.pnOff, this.end, pn - 1, out);
    this.last = size < 0 ? null : this.read(pn);
    this.lastDgram = dgram;
    this.lastOrdinal = ordinal;
    this.lastGeneration = keyGen;
    this.lastArrival = arrival;
    return this.last;
  }

  private read(pn: number): OpenedPacket | null {
    const { out, header } = this;
    const frames: OpenedFrame[] = [];
    let eliciting = false;
    const n = eachFrame(out.bytes, out.payloadOff, out.payloadEnd, header.type, this.frame, (f) => {
      if (ackEliciting(f.type)) eliciting = true;
      frames.push(this.take(f));
      return true;
    });
    return n < 0 ? null : { pn, ackEliciting: eliciting, frames };
  }

  private take(f: Frame): OpenedFrame {
    const o: OpenedFrame = { name: f.name, ackEliciting: ackEliciting(f.type), from: 0, to: 0, ranges: [] };
    if (f.name === 'CRYPTO') {
      o.from = f.offset;
      o.to = f.offset + f.dataLen;
    } else if (f.name === 'ACK' || f.name === 'ACK_ECN') {
      ackRanges(this.out.bytes, f, o.ranges);
      o.from = f.ackDelay * 8;
    } else if (f.name === 'RETIRE_CONNECTION_ID') o.from = f.sequence;
    else if (f.name === 'CONNECTION_CLOSE' || f.name === 'CONNECTION_CLOSE_APP') o.from = f.errorCode;
    return o;
  }

  private keysOf(dgram: number, level: number, keyGen: number): PacketKeys | undefined {
    const place = this.store.conn[dgram]!;
    const captured = this.captured.length ? this.captured[this.role(dgram)] : undefined;
    if (level === HANDSHAKE) return captured ? captured.handshake(this.version) : this.keys.handshake();
    if (level !== INITIAL) {
      if (captured) return captured.application(keyGen);
      return keyGen === 0 ? this.keys.application(place) : undefined;
    }
    const generation = this.store.generations[place]!;
    if (!this.initial || this.initialPlace !== place || this.initialGeneration !== generation) {
      const length = captured ? this.spec.replay!.scripts[this.role(dgram)]!.odcid.length : 8;
      const version = quicVersion(this.version) ?? QUIC_V1;
      this.initial = initialKeys(version, odcidOf(this.spec, place, generation, length)).client;
      this.initialPlace = place;
      this.initialGeneration = generation;
    }
    return this.initial;
  }

  private unprotect(dgram: number, ordinal: number, level: number, keyGen: number): boolean {
    const { store, header, out } = this;
    const base = store.offset[dgram]!;
    const end = base + store.length[dgram]!;
    let at = base;
    for (let i = 0; at < end; i++) {
      const used = parsePacket(store.bytes, at, end, this.spec.replay?.cidLength ?? 8, header);
      if (used < 0) return false;
      if (i === ordinal) {
        this.end = at + used;
        this.version = header.version || 1;
        const keys = this.keysOf(dgram, level, keyGen);
        return (
          keys !== undefined &&
          unprotectHeader(keys, store.bytes, header.start, header.pnOff, this.end, out) > 0
        );
      }
      at += used;
    }
    return false;
  }
}
