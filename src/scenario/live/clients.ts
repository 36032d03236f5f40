/**
 * Clients of our own: who they are follows from the seed, their place and how many have had that place before. Every worker
 * can say the same of them without a message.
 */
import { N } from '../../haproxy/model/flags.ts';
import type { Address, Clients, ConnScript, ScriptedSend } from '../../haproxy/model/script.ts';
import { AES_128_GCM, type PacketKeys, packetKeys, QUIC_V1 } from '../../quic/index.ts';
import type { Replay } from './replay.ts';
import { SERVER_FLIGHT } from './server-flight.ts';

/** What clients have in common, as plain data. */
export interface ClientSpec {
  /** A capture that clients send instead of packets of their own. */
  replay?: Replay;
  seed: number;
  /** Places for clients. */
  places: number;
  /** Packets are sealed and opened. Without, Initials alone are. */
  opening: boolean;
  /** Bytes of a datagram on an established connection. */
  size: number;
}

/** Bytes of the ClientHello's CRYPTO stream, and of the Handshake stream up to the end of Finished. */
export const HELLO_BYTES = 512;
export const FINISHED_BYTES = 36;
/** Beyond so many places clients stay for as long as HAProxy lets them: that each sends is most of the load. */
const MANY = 32_768;

/** Clients leave when idle for so long, ms; they send at least four times as often. */
export const idleTimeout = ({ places }: ClientSpec): number => (places > MANY ? N.IDLE_TIMEOUT : 12_000);

/** 32 well-mixed bits of four numbers. */
export function mix(a: number, b: number, c: number, d: number): number {
  let x = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x165667b1, 0xc2b2ae35);
  x = Math.imul(x ^ (x >>> 15) ^ Math.imul(c + 0x27d4eb2f, 0x2c1b3c6d), 0x297a2d39);
  x = Math.imul(x ^ (x >>> 13) ^ Math.imul(d + 0x5bd1e995, 0x1b873593), 0x85ebca6b);
  return x ^ (x >>> 16);
}

/** What a client's numbers are for. */
const PURPOSE = { odcid: 1, clientCid: 3, handshake: 5, application: 7, boot: 9, first: 11 } as const;

function bytesFrom(seed: number, place: number, generation: number, purpose: number, n: number): Uint8Array {
  const out = new Uint8Array(n);
  for (let i = 0; i < n; i += 4) {
    const v = mix(seed, place, generation, purpose * 64 + i);
    for (let k = 0; k < 4 && i + k < n; k++) out[i + k] = v >>> (8 * k);
  }
  return out;
}

/** First DCID that a client chooses, 8 bytes, or as many as the captured one had. */
export const odcidOf = (spec: ClientSpec, place: number, generation: number, length = 8): Uint8Array =>
  bytesFrom(spec.seed, place, generation, PURPOSE.odcid, length);

/** The DCID of its first Initial where the server asked for a Retry: what `odcidOf` gives is then what the Retry chose. */
export const firstDcidOf = (
  spec: ClientSpec,
  place: number,
  generation: number,
  length: number,
): Uint8Array => bytesFrom(spec.seed, place, generation, PURPOSE.first, length);

/** The client's own CID, 8 bytes, or as many as the captured one had. */
export const clientCidOf = (spec: ClientSpec, place: number, generation: number, length = 8): Uint8Array =>
  bytesFrom(spec.seed, place, generation, PURPOSE.clientCid, length);

/**
 * Address and port that a client sends from: 10.0.0.0/8 or fd00::/64, another port for each generation. `nth`: of the addresses
 * that it has one after the other.
 */
export function addressOf(place: number, generation: number, nth = 0, v6 = false): Address {
  const port = 1024 + ((generation * 7919 + place + nth * 31_337) % 64_000);
  const low = [(place >> 16) & 255, (place >> 8) & 255, place & 255];
  const end = [port >> 8, port & 255];
  if (!v6) return { text: `10.${low.join('.')}:${port}`, bytes: Uint8Array.from([10, ...low, ...end]) };
  const bytes = new Uint8Array(18);
  bytes[0] = 0xfd;
  bytes.set([...low, ...end], 13);
  const words = [low[0]!, (low[1]! << 8) | low[2]!].map((w) => w.toString(16));
  return { text: `[fd00::${words.join(':')}]:${port}`, bytes };
}

export const bootSeedOf = (spec: ClientSpec): Uint8Array => bytesFrom(spec.seed, 0, 0, PURPOSE.boot, 20);

export const handshakeSecret = (spec: ClientSpec): Uint8Array =>
  bytesFrom(spec.seed, 0, 0, PURPOSE.handshake, 32);

/** Secret of 1-RTT key `number`. Clients share one until its packet numbers are used up. */
export const applicationSecret = (spec: ClientSpec, number: number): Uint8Array =>
  bytesFrom(spec.seed, number, 0, PURPOSE.application, 32);

/** Keys that clients share, expanded when first asked for. */
export class ClientKeys {
  private number = -1;
  private app: PacketKeys | undefined;
  private hand: PacketKeys | undefined;

  constructor(private readonly spec: ClientSpec) {}

  /** 1-RTT key `number`; the one asked for last is kept. */
  application(number: number): PacketKeys {
    if (!this.app || number !== this.number) {
      this.number = number;
      this.app = packetKeys(AES_128_GCM, applicationSecret(this.spec, number), QUIC_V1);
    }
    return this.app;
  }

  handshake(): PacketKeys {
    this.hand ??= packetKeys(AES_128_GCM, handshakeSecret(this.spec), QUIC_V1);
    return this.hand;
  }
}

const NONE: never[] = [];

/** The script of whoever has a place now. */
export class ClientScript implements ConnScript {
  readonly scids: Uint8Array[] = NONE;
  readonly notes: string[] = NONE;

  constructor(
    private readonly spec: ClientSpec,
    private readonly generations: Int32Array,
    readonly index: number,
  ) {}

  get version(): number {
    return 1;
  }

  get sends(): readonly ScriptedSend[] {
    return SERVER_FLIGHT;
  }

  get clientHelloEnd(): number {
    return HELLO_BYTES;
  }

  get maxIdleTimeout(): number {
    return idleTimeout(this.spec);
  }

  get maxAckDelay(): number {
    return 25;
  }

  get ackDelayExponent(): number {
    return 3;
  }

  get activeConnectionIdLimit(): number {
    return 4;
  }

  get saddr(): number {
    return this.index;
  }

  get hasKeys(): boolean {
    return this.spec.opening;
  }

  get finishedEnd(): number {
    return this.spec.opening ? FINISHED_BYTES : 0;
  }

  get odcid(): Uint8Array {
    return odcidOf(this.spec, this.index, this.generations[this.index]!);
  }

  get clientCid(): Uint8Array {
    return clientCidOf(this.spec, this.index, this.generations[this.index]!);
  }
}

/** The script of whoever has a place now and sends what a captured client sent. */
export class ReplayScript implements ConnScript {
  readonly scids: Uint8Array[] = NONE;
  readonly saddr: number;
  readonly notes: string[] = NONE;

  constructor(
    private readonly spec: ClientSpec,
    private readonly generations: Int32Array,
    /** Number in the capture of the client that each place is. */
    private readonly roles: Int32Array,
    readonly index: number,
  ) {
    this.saddr = index;
  }

  private get role(): ConnScript {
    const { scripts } = this.spec.replay!;
    return scripts[this.roles[this.index]! % scripts.length]!;
  }

  get odcid(): Uint8Array {
    return odcidOf(this.spec, this.index, this.generations[this.index]!, this.role.odcid.length);
  }

  get clientCid(): Uint8Array {
    return clientCidOf(this.spec, this.index, this.generations[this.index]!, this.role.clientCid.length);
  }

  get version(): number {
    return this.role.version;
  }

  get sends(): readonly ScriptedSend[] {
    return this.role.sends;
  }

  get clientHelloEnd(): number {
    return this.role.clientHelloEnd;
  }

  get finishedEnd(): number {
    return this.spec.opening ? this.role.finishedEnd : 0;
  }

  get maxIdleTimeout(): number {
    return this.role.maxIdleTimeout;
  }

  get maxAckDelay(): number {
    return this.role.maxAckDelay;
  }

  get ackDelayExponent(): number {
    return this.role.ackDelayExponent;
  }

  get activeConnectionIdLimit(): number {
    return this.role.activeConnectionIdLimit;
  }

  get hasKeys(): boolean {
    return this.spec.opening && this.role.hasKeys;
  }
}

/** Whoever has each place now, worked out when asked for: lists of a hundred thousand in each of 64 workers would fill the memory. */
export class WorkedOut implements Clients {
  readonly conns: number;
  readonly addresses: number;
  private last: ConnScript | undefined;

  constructor(
    private readonly spec: ClientSpec,
    private readonly generations: Int32Array,
    /** See `ReplayScript`. */
    private readonly roles: Int32Array,
    /** Addresses that each client may come from: number `place + nth * places`. */
    addressesEach: number,
  ) {
    this.conns = spec.places;
    this.addresses = spec.places * addressesEach;
  }

  conn(i: number): ConnScript | undefined {
    if (this.last?.index === i) return this.last;
    if (!(i >= 0 && i < this.conns)) return undefined;
    const { spec, generations } = this;
    this.last = spec.replay
      ? new ReplayScript(spec, generations, this.roles, i)
      : new ClientScript(spec, generations, i);
    return this.last;
  }

  address(i: number): Address | undefined {
    const { spec } = this;
    if (!(i >= 0 && i < this.addresses)) return undefined;
    const place = i % spec.places;
    const v6 = spec.replay?.v6[this.roles[place]! % spec.replay.v6.length] ?? false;
    return addressOf(place, this.generations[place]!, Math.floor(i / spec.places), v6);
  }
}
