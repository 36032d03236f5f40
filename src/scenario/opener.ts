/** Opens the client's packets for the steps that ask: with the keys of the data, inside the step, remembered outside the block. */
import {
  type DatagramStore,
  type OpenedFrame,
  type OpenedPacket,
  originalOf,
  type PacketOpener,
} from '../haproxy/model/script.ts';
import {
  decodePacketNumber,
  eachFrame,
  Frame,
  OpenedPacket as Opened,
  openUnprotected,
  PacketHeader,
  type PacketKeys,
  parsePacket,
  Reason,
  unprotectHeader,
} from '../quic/index.ts';
import { ConnKeys } from './conn-keys.ts';
import { cidLengthsOf, type WorldData } from './data.ts';
import { openedFrame } from './opened-frame.ts';

const INITIAL = 0;
const HANDSHAKE = 2;

/** An opener over the data's datagrams. Nothing of it is in the block; two openers over one data answer the same. */
export class ScenarioOpener implements PacketOpener {
  private readonly store: DatagramStore;
  private readonly keys: ConnKeys[];
  private readonly header = new PacketHeader();
  private readonly out = new Opened();
  private readonly frame = new Frame();
  private readonly opened = new Map<number, OpenedPacket | null>();
  /** Packet numbers as they stand in the packets, once header protection has been removed. */
  private readonly numbers = new Map<number, { truncated: number; length: number } | null>();
  private readonly lengths: readonly number[] | undefined;
  private end = 0;
  private version = 0;

  constructor(private readonly data: WorldData) {
    this.store = data.datagrams;
    this.keys = data.keys.map((k) => new ConnKeys(k));
    this.lengths = cidLengthsOf(data);
  }

  hasKeys(dgram: number, level: number): boolean {
    const k = this.data.keys[this.store.conn[originalOf(this.store, dgram)]!];
    if (!k) return false;
    if (level === INITIAL) return k.initialDcid !== null;
    return (level === HANDSHAKE ? k.handshake : k.application) !== null;
  }

  packetNumber(dgram: number, ordinal: number, level: number, largest: number): number {
    if (!this.hasKeys(dgram, level)) return -1;
    const row = originalOf(this.store, dgram);
    const key = (row * 64 + (ordinal & 63)) * 4 + level;
    let n = this.numbers.get(key);
    if (n === undefined) {
      n = this.unprotect(row, ordinal, level)
        ? { truncated: this.out.truncatedPn, length: this.out.pnLen }
        : null;
      this.numbers.set(key, n);
    }
    return n === null ? -1 : decodePacketNumber(largest, n.truncated, n.length);
  }

  keyPhase(dgram: number, ordinal: number): number {
    return this.unprotect(originalOf(this.store, dgram), ordinal, 3) ? this.out.keyPhase : 0;
  }

  open(entry: number, ordinal: number, level: number, pn: number, keyGen: number): OpenedPacket | null {
    const dgram = originalOf(this.store, entry);
    const key = (dgram * 64 + (ordinal & 63)) * 1024 + (keyGen & 1023);
    let p = this.opened.get(key);
    if (p === undefined) {
      p = keyGen < 0 ? null : this.openAnew(dgram, ordinal, level, pn, keyGen);
      this.opened.set(key, p);
    }
    return p;
  }

  /** Finds packet `ordinal` of the datagram; its header is in `header` afterwards. */
  private locate(dgram: number, ordinal: number): boolean {
    const { store, header } = this;
    const base = store.offset[dgram]!;
    const end = base + store.length[dgram]!;
    const cidLength = this.lengths?.[store.conn[dgram]!] ?? this.data.cidLength;
    let at = base;
    for (let i = 0; at < end; i++) {
      const used = parsePacket(store.bytes, at, end, cidLength, header);
      if (used < 0) return false;
      if (i === ordinal) {
        this.end = at + used;
        this.version = header.version;
        return true;
      }
      at += used;
    }
    return false;
  }

  private keysOf(dgram: number, level: number, generation: number): PacketKeys | undefined {
    const k = this.keys[this.store.conn[dgram]!];
    if (!k) return undefined;
    if (level === INITIAL) return k.initial(this.version);
    return level === HANDSHAKE ? k.handshake(this.version) : k.application(generation);
  }

  private unprotect(dgram: number, ordinal: number, level: number): boolean {
    if (!this.locate(dgram, ordinal)) return false;
    const keys = this.keysOf(dgram, level, 0);
    if (!keys) return false;
    const { header, out, store } = this;
    return unprotectHeader(keys, store.bytes, header.start, header.pnOff, this.end, out) > 0;
  }

  private openAnew(
    dgram: number,
    ordinal: number,
    level: number,
    pn: number,
    generation: number,
  ): OpenedPacket | null {
    if (!this.unprotect(dgram, ordinal, level)) return null;
    const keys = this.keysOf(dgram, level, generation);
    if (!keys) return null;
    const { header, out, store } = this;
    const size = openUnprotected(keys, store.bytes, header.start, header.pnOff, this.end, pn - 1, out);
    if (size < 0) return null;
    const frames: OpenedFrame[] = [];
    const exponent = this.data.conns[store.conn[dgram]!]?.ackDelayExponent ?? 3;
    const count = eachFrame(out.bytes, out.payloadOff, out.payloadEnd, header.type, this.frame, (f) => {
      frames.push(openedFrame(out.bytes, f, exponent));
      return true;
    });
    // A frame of an extension that nobody reads ends the list; HAProxy would not take the packet, which is said.
    const stopped = count === Reason.frameTypeUnknown;
    if (count < 0 && !stopped) return null;
    return { pn: out.pn, ackEliciting: stopped || frames.some((f) => f.ackEliciting), frames };
  }
}
