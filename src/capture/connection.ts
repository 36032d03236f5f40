import { type ClientHello, CryptoStream, type EncryptedExtensions, type ServerHello } from '../quic/index.ts';
import { type Cid, cidAt, cidKey } from './cid.ts';
import type { KeyLog } from './keylog.ts';
import { ConnectionKeys } from './secrets.ts';

/** Packet number spaces (RFC 9000 section 12.3); 0-RTT and 1-RTT share one. */
export const Space = { initial: 0, handshake: 1, application: 2 } as const;
export type Space = (typeof Space)[keyof typeof Space];

/** Levels at which the handshake is spoken. */
export type HandshakeLevel = 'Initial' | 'Handshake';

/** Up to so many IDs are compared one by one. */
const FEW = 16;
const LONGEST = 20;

/** One end of a connection as the capture shows it. */
export class Endpoint {
  private readonly given: Cid[] = [];
  private readonly byKey = new Map<string, Cid>();
  /** Bit n: IDs of n bytes were given. */
  private lengths = 0;
  /** Largest packet number opened from this end, by space; -1 before the first. */
  readonly largestPn: [number, number, number] = [-1, -1, -1];
  /** A packet of this end has opened, so that the IDs in it are proven. */
  confirmed = false;
  /** What it sent in CRYPTO frames, by level; dropped once the message that was waited for is read. */
  private readonly streams: [CryptoStream | undefined, CryptoStream | undefined] = [undefined, undefined];
  private readonly read: [boolean, boolean] = [false, false];
  /** Row of the datagram that completed its TLS Finished message (RFC 8446 section 4.4.4). */
  finishedRow: number | undefined;

  /** Connection IDs that this end gave out: what stands as destination in the packets it receives. */
  get cids(): readonly Cid[] {
    return this.given;
  }

  /** The ID of these bytes, if this end gave it. */
  cid(bytes: Uint8Array): Cid | undefined {
    return this.byKey.get(cidKey(bytes, 0, bytes.length));
  }

  /** Takes an ID in; one that is known learns what was not known of it. */
  give(cid: Cid): void {
    const known = this.cid(cid.bytes);
    if (known) {
      known.resetToken ??= cid.resetToken;
      if (known.sequence < 0) known.sequence = cid.sequence;
      return;
    }
    this.given.push(cid);
    this.byKey.set(cidKey(cid.bytes, 0, cid.bytes.length), cid);
    this.lengths |= 1 << cid.bytes.length;
  }

  /** None of its IDs was proven, and the first is another. */
  forget(): void {
    this.given.length = 0;
    this.byKey.clear();
    this.lengths = 0;
  }

  /** Length of the longest of its IDs (not the empty one) that stands at `off`; 0 if none does. */
  match(buf: Uint8Array, off: number, end: number): number {
    let length = 0;
    if (this.given.length <= FEW) {
      for (const { bytes } of this.given)
        if (bytes.length > length && cidAt(bytes, buf, off, end)) length = bytes.length;
      return length;
    }
    for (length = Math.min(LONGEST, end - off); length > 0; length--)
      if ((this.lengths & (1 << length)) !== 0 && this.byKey.has(cidKey(buf, off, length))) return length;
    return 0;
  }

  /** The CRYPTO data of a level; undefined when nothing further is wanted of it. */
  crypto(level: HandshakeLevel): CryptoStream | undefined {
    const i = level === 'Initial' ? 0 : 1;
    if (this.read[i]) return undefined;
    this.streams[i] ??= new CryptoStream();
    return this.streams[i];
  }

  /** Drops the CRYPTO data of a level. */
  cryptoDone(level: HandshakeLevel): void {
    const i = level === 'Initial' ? 0 : 1;
    this.streams[i] = undefined;
    this.read[i] = true;
  }

  /** Forgets what was sent in CRYPTO frames: the handshake begins again. */
  cryptoRestart(): void {
    this.streams.fill(undefined);
    this.read.fill(false);
  }

  /** Length of this end's connection IDs, bytes; every one it gives out has the length of its first. */
  get cidLength(): number {
    return this.given[0]?.bytes.length ?? 0;
  }
}

/**
 * How a connection comes into the capture. `tag`: its first Initial opened with the keys of the ID it went to. `shape`: of that Initial not
 * all was captured, so its header decided. `version`: its version is not read, RFC 8999 alone tells. `missing`: it was there before.
 */
export type Beginning = 'tag' | 'shape' | 'version' | 'missing';

/** A QUIC connection found in a capture. */
export class Connection {
  readonly client = new Endpoint();
  readonly server = new Endpoint();
  readonly keys: ConnectionKeys;
  /** Destination Connection ID of the client's very first packet (RFC 9000 section 7.3); undefined when that is missing. */
  readonly originalDcid: Uint8Array | undefined;
  /** The ones that Initial keys are derived from, the one that counts now last: a Retry chooses another. */
  readonly initialDcids: Uint8Array[];
  /** Those that Retries offered. */
  readonly offered: Uint8Array[] = [];
  /** Pairs of endpoints it was seen on. */
  readonly paths: number[] = [];
  /** A Retry was taken: there is at most one (RFC 9000 section 17.2.5.2). */
  retried = false;
  /** The server offered other versions (RFC 9000 section 6), and the client has not begun again yet. */
  versionRefused = false;
  /** What the ends said in the handshake, as far as it was captured and could be opened. */
  clientHello: ClientHello | undefined;
  serverHello: ServerHello | undefined;
  encryptedExtensions: EncryptedExtensions | undefined;

  constructor(
    /** Order of first appearance, from 0. */
    readonly number: number,
    public beginning: Beginning,
    /** Version of the packets as of now; a compatible negotiation (RFC 9368) changes it. */
    public version: number,
    /** The server's endpoint (see `Paths`). */
    readonly serverEnd: number,
    firstDcid: Uint8Array | undefined,
    keyLog: KeyLog | undefined,
  ) {
    this.originalDcid = firstDcid;
    this.initialDcids = firstDcid ? [firstDcid] : [];
    this.keys = new ConnectionKeys(keyLog);
  }

  /** The ID that Initial keys are derived from now. */
  get initialDcid(): Uint8Array | undefined {
    return this.initialDcids.at(-1);
  }

  /** The client begins a new handshake with another version after Version Negotiation. */
  restart(version: number, by: Beginning): void {
    this.version = version;
    this.beginning = by;
    this.versionRefused = false;
    this.client.cryptoRestart();
    this.server.cryptoRestart();
    this.clientHello = undefined;
    this.keys.random = undefined;
  }

  /** The end that sent a packet, and the one it was sent to. */
  sender(fromServer: boolean): Endpoint {
    return fromServer ? this.server : this.client;
  }
  receiver(fromServer: boolean): Endpoint {
    return fromServer ? this.client : this.server;
  }
}
