/** Opens the packets of clients of our own inside a step. What it remembers does not grow with the run. */
import type { OpenedFrame, OpenedPacket, PacketOpener } from '../../haproxy/model/script.ts';
import {
  clientInitialKeys,
  decodePacketNumber,
  type Engines,
  eachFrame,
  Frame,
  OpenedPacket as Opened,
  openUnprotected,
  PacketHeader,
  type PacketKeys,
  parsePacket,
  QUIC_V1,
  quicVersion,
  Reason,
  unprotectHeader,
  Workspace,
} from '../../quic/index.ts';
import { ConnKeys } from '../conn-keys.ts';
import { openedFrame } from '../opened-frame.ts';
import { ClientKeys, type ClientSpec, odcidOf } from './clients.ts';
import type { Store } from './store.ts';

/** Keys whose tables are kept. */
const KEYS = 64;
const INITIAL = 0;
const HANDSHAKE = 2;
const ACK_DELAY_EXPONENT = 3;

/** A packet of the store. A place in it has another datagram each time round: `arrival` tells them apart. */
class Which {
  private dgram = -1;
  private ordinal = -1;
  private arrival = -1;

  is(dgram: number, ordinal: number, arrival: number): boolean {
    return dgram === this.dgram && ordinal === this.ordinal && arrival === this.arrival;
  }

  set(dgram: number, ordinal: number, arrival: number): void {
    this.dgram = dgram;
    this.ordinal = ordinal;
    this.arrival = arrival;
  }
}

export class ClientOpener implements PacketOpener {
  /** Packets opened by this worker so far. */
  count = 0;
  private readonly keys: ClientKeys;
  /** Of the captured clients, where a capture is sent. */
  private readonly captured: ConnKeys[];
  private version = 1;
  private readonly header = new PacketHeader();
  private readonly out: Opened;
  private readonly frame = new Frame();
  private end = 0;
  /** The packet whose header protection was removed last: the steps ask for number, key phase and frames in turn. */
  private readonly bare = new Which();
  /** The packet opened last: a later step of the same packet asks again. */
  private readonly read = new Which();
  private last: OpenedPacket | null = null;
  private lastGeneration = 0;
  /** Initial keys of the connection asked for last. */
  private initial: PacketKeys | null = null;
  private initialPlace = -1;
  private initialGeneration = -1;

  constructor(
    private readonly spec: ClientSpec,
    private readonly store: Store,
    engines?: Engines,
  ) {
    this.out = new Opened(new Workspace(KEYS, engines));
    this.keys = new ClientKeys(spec);
    this.captured = (spec.replay?.keys ?? []).map((k) => new ConnKeys(k));
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
    if (!this.hasKeys(dgram, level) || !this.unprotect(dgram, ordinal, level)) return -1;
    return decodePacketNumber(largest, this.out.truncatedPn, this.out.pnLen);
  }

  keyPhase(dgram: number, ordinal: number): number {
    return this.hasKeys(dgram, 3) && this.unprotect(dgram, ordinal, 3) ? this.out.keyPhase : 0;
  }

  open(dgram: number, ordinal: number, level: number, pn: number, keyGen: number): OpenedPacket | null {
    const arrival = this.store.frame[dgram]!;
    if (keyGen === this.lastGeneration && this.read.is(dgram, ordinal, arrival)) return this.last;
    if (keyGen < 0 || !this.hasKeys(dgram, level) || !this.unprotect(dgram, ordinal, level)) return null;
    const { header, out, store } = this;
    const keys = this.keysOf(dgram, level, keyGen);
    if (!keys) return null;
    this.count++;
    const size = openUnprotected(keys, store.bytes, header.start, header.pnOff, this.end, pn - 1, out);
    this.last = size < 0 ? null : this.frames(dgram, pn);
    this.read.set(dgram, ordinal, arrival);
    this.lastGeneration = keyGen;
    return this.last;
  }

  private frames(dgram: number, pn: number): OpenedPacket | null {
    const { out, header, spec } = this;
    const exponent = spec.replay?.scripts[this.role(dgram)]?.ackDelayExponent ?? ACK_DELAY_EXPONENT;
    const frames: OpenedFrame[] = [];
    let eliciting = false;
    const n = eachFrame(out.bytes, out.payloadOff, out.payloadEnd, header.type, this.frame, (f) => {
      const o = openedFrame(out.bytes, f, exponent);
      if (o.ackEliciting) eliciting = true;
      frames.push(o);
      return true;
    });
    const stopped = n === Reason.frameTypeUnknown;
    return n < 0 && !stopped ? null : { pn, ackEliciting: stopped || eliciting, frames };
  }

  private keysOf(dgram: number, level: number, keyGen: number): PacketKeys | undefined {
    const place = this.store.conn[dgram]!;
    const captured = this.captured.length ? this.captured[this.role(dgram)] : undefined;
    if (level === INITIAL) return this.initialKeysOf(dgram, place);
    if (level === HANDSHAKE) return captured ? captured.handshake(this.version) : this.keys.handshake();
    if (captured) return captured.application(keyGen);
    return keyGen === 0 ? this.keys.application(this.store.roles[place]!) : undefined;
  }

  private initialKeysOf(dgram: number, place: number): PacketKeys {
    const generation = this.store.generations[place]!;
    if (!this.initial || this.initialPlace !== place || this.initialGeneration !== generation) {
      const length = this.spec.replay?.scripts[this.role(dgram)]?.odcid.length;
      const version = quicVersion(this.version) ?? QUIC_V1;
      this.initial = clientInitialKeys(version, odcidOf(this.spec, place, generation, length));
      this.initialPlace = place;
      this.initialGeneration = generation;
    }
    return this.initial;
  }

  /** Header protection off: header, end and `out` are this packet's afterwards. A key update leaves those keys as they are. */
  private unprotect(dgram: number, ordinal: number, level: number): boolean {
    const { store, header, out } = this;
    const arrival = store.frame[dgram]!;
    if (this.bare.is(dgram, ordinal, arrival)) return true;
    // The header is another packet's from here on.
    this.bare.set(-1, -1, -1);
    const base = store.offset[dgram]!;
    const end = base + store.length[dgram]!;
    let at = base;
    for (let i = 0; at < end; i++) {
      const used = parsePacket(store.bytes, at, end, this.spec.replay?.cidLength ?? 8, header);
      if (used < 0) return false;
      if (i === ordinal) {
        this.end = at + used;
        this.version = header.version || 1;
        const keys = this.keysOf(dgram, level, 0);
        if (!keys || unprotectHeader(keys, store.bytes, header.start, header.pnOff, this.end, out) < 0)
          return false;
        this.bare.set(dgram, ordinal, arrival);
        return true;
      }
      at += used;
    }
    return false;
  }
}
