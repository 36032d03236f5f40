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
  unprotectHeader,
} from '../../quic/index.ts';
import { ClientKeys, type ClientSpec, odcidOf } from './clients.ts';
import type { Store } from './store.ts';

const INITIAL = 0;
const HANDSHAKE = 2;

export class ClientOpener implements PacketOpener {
  /** Packets opened by this worker so far. */
  count = 0;
  private readonly keys: ClientKeys;
  private readonly header = new PacketHeader();
  private readonly out = new Opened();
  private readonly frame = new Frame();
  private end = 0;
  /** The packet opened last: a later step of the same packet asks again. */
  private last: OpenedPacket | null = null;
  private lastDgram = -1;
  private lastOrdinal = -1;
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
  }

  hasKeys(_dgram: number, level: number): boolean {
    return level === INITIAL || this.spec.opening;
  }

  packetNumber(dgram: number, ordinal: number, level: number, largest: number): number {
    if (!this.hasKeys(dgram, level) || !this.unprotect(dgram, ordinal, level)) return -1;
    return decodePacketNumber(largest, this.out.truncatedPn, this.out.pnLen);
  }

  keyPhase(dgram: number, ordinal: number): number {
    return this.spec.opening && this.unprotect(dgram, ordinal, 3) ? this.out.keyPhase : 0;
  }

  open(dgram: number, ordinal: number, level: number, pn: number, keyGen: number): OpenedPacket | null {
    const arrival = this.store.frame[dgram]!;
    if (dgram === this.lastDgram && ordinal === this.lastOrdinal && arrival === this.lastArrival)
      return this.last;
    if (keyGen !== 0 || !this.hasKeys(dgram, level) || !this.unprotect(dgram, ordinal, level)) return null;
    const { header, out, store } = this;
    const keys = this.keysOf(dgram, level);
    this.count++;
    const size = openUnprotected(keys, store.bytes, header.start, header.pnOff, this.end, pn - 1, out);
    this.last = size < 0 ? null : this.read(pn);
    this.lastDgram = dgram;
    this.lastOrdinal = ordinal;
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
    } else if (f.name === 'ACK') ackRanges(this.out.bytes, f, o.ranges);
    else if (f.name === 'CONNECTION_CLOSE') o.from = f.errorCode;
    return o;
  }

  private keysOf(dgram: number, level: number): PacketKeys {
    const place = this.store.conn[dgram]!;
    if (level === HANDSHAKE) return this.keys.handshake();
    if (level !== INITIAL) return this.keys.application(place);
    const generation = this.store.generations[place]!;
    if (!this.initial || this.initialPlace !== place || this.initialGeneration !== generation) {
      this.initial = initialKeys(QUIC_V1, odcidOf(this.spec, place, generation)).client;
      this.initialPlace = place;
      this.initialGeneration = generation;
    }
    return this.initial;
  }

  private unprotect(dgram: number, ordinal: number, level: number): boolean {
    const { store, header, out } = this;
    const base = store.offset[dgram]!;
    const end = base + store.length[dgram]!;
    let at = base;
    for (let i = 0; at < end; i++) {
      const used = parsePacket(store.bytes, at, end, 8, header);
      if (used < 0) return false;
      if (i === ordinal) {
        this.end = at + used;
        return (
          unprotectHeader(this.keysOf(dgram, level), store.bytes, header.start, header.pnOff, this.end, out) >
          0
        );
      }
      at += used;
    }
    return false;
  }
}
