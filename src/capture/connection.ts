import { type ClientHello, CryptoStream, type EncryptedExtensions, type ServerHello } from '../quic/index.ts';
import type { Cid } from './cid.ts';
import type { KeyLog } from './keylog.ts';
import { ConnectionKeys } from './secrets.ts';

/** Packet number spaces (RFC 9000 section 12.3); 0-RTT and 1-RTT share one. */
export const Space = { initial: 0, handshake: 1, application: 2 } as const;
export type Space = (typeof Space)[keyof typeof Space];

/** Levels at which the handshake is spoken. */
export type HandshakeLevel = 'Initial' | 'Handshake';

/** One end of a connection as the capture shows it. */
export class Endpoint {
  /** Connection IDs that this end gave out: what stands as destination in the packets it receives. */
  readonly cids: Cid[] = [];
  /** Largest packet number opened from this end, by space; -1 before the first. */
  readonly largestPn: [number, number, number] = [-1, -1, -1];
  /** What it sent in CRYPTO frames, by level; dropped once the message that was waited for is read. */
  private readonly streams: [CryptoStream | undefined, CryptoStream | undefined] = [undefined, undefined];
  private readonly read: [boolean, boolean] = [false, false];
  /** Row of the datagram that completed its TLS Finished message (RFC 8446 section 4.4.4). */
  finishedRow: number | undefined;

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
    return this.cids[0]?.bytes.length ?? 0;
  }
}

/** A QUIC connection found in a capture. */
export class Connection {
  readonly client = new Endpoint();
  readonly server = new Endpoint();
  readonly keys: ConnectionKeys;
  /** Version of the packets as of now; a compatible negotiation (RFC 9368) changes it. */
  version: number;
  /** Destination Connection ID of the client's very first packet (RFC 9000 section 7.3). */
  readonly originalDcid: Uint8Array;
  /** The one Initial keys are derived from: after a Retry, what the Retry chose. Undefined between the two. */
  initialDcid: Uint8Array | undefined;
  /** A Retry was seen. */
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
    version: number,
    /** Number of the server's address in the table's address book, and the server's UDP port. */
    readonly serverAddress: number,
    readonly serverPort: number,
    originalDcid: Uint8Array,
    keyLog: KeyLog | undefined,
  ) {
    this.version = version;
    this.originalDcid = originalDcid;
    this.initialDcid = originalDcid;
    this.keys = new ConnectionKeys(keyLog);
  }

  /** The client begins a new handshake with another version after Version Negotiation. */
  restart(version: number): void {
    this.version = version;
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
