import {
  AES_128_GCM,
  concatBytes,
  initialKeys,
  keyUpdate,
  type PacketKeys,
  packetKeys,
  QUIC_V1,
  type QuicVersion,
  type Suite,
  sealPacket,
  toHex,
  Workspace,
  writeCrypto,
  writeHandshakeDone,
  writeLongHeader,
  writePing,
  writeRetry,
  writeShortHeader,
  writeTransportParameters,
  writeVersionNegotiation,
} from '../../quic/index.ts';
import { type CraftedPacket, ipPacket, onLink, pcapFile } from '../craft.ts';

type Side = 'client' | 'server';
type Level = 'Initial' | '0-RTT' | 'Handshake';

/** Distinct bytes for everything that needs some. */
const bytes = (length: number, from: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (from + i * 7) & 0xff);

/** Frames by their writers of `quic`. */
export const frames = (...writers: ((buf: Uint8Array, off: number) => number)[]): Uint8Array => {
  const buf = new Uint8Array(4000);
  return buf.slice(
    0,
    writers.reduce((at, write) => write(buf, at), 0),
  );
};

export const ping = frames(writePing);
export const done = frames(writeHandshakeDone);
export const padding = (length: number): Uint8Array => new Uint8Array(length);

export interface PeerOptions {
  suite?: Suite;
  version?: QuicVersion;
  clientCid?: Uint8Array;
  serverCid?: Uint8Array;
  /** Tells connections apart: their secrets and IDs follow from it. */
  seed?: number;
}

/**
 * Two ends that seal packets of our own with secrets of our own, for what no capture holds. Nothing is negotiated: a test says who
 * sends what, and `file` gives the capture, `keyLog` its keys.
 */
export class Peers {
  readonly suite: Suite;
  version: QuicVersion;
  odcid: Uint8Array;
  clientCid: Uint8Array;
  serverCid: Uint8Array;
  readonly resetToken: Uint8Array;
  readonly random: Uint8Array;
  clientPort: number;
  /** ID of the server's preferred address, if it has one. */
  preferred: Uint8Array | undefined;
  private readonly seed: number;
  private readonly ws = new Workspace();
  private readonly phase: Record<Side, { keys: PacketKeys; bit: 0 | 1 } | undefined> = {
    client: undefined,
    server: undefined,
  };

  constructor(options: PeerOptions = {}) {
    this.seed = options.seed ?? 1;
    this.suite = options.suite ?? AES_128_GCM;
    this.version = options.version ?? QUIC_V1;
    this.odcid = bytes(8, this.seed * 16);
    this.clientCid = options.clientCid ?? bytes(5, this.seed * 16 + 1);
    this.serverCid = options.serverCid ?? bytes(8, this.seed * 16 + 2);
    this.resetToken = bytes(16, this.seed * 16 + 3);
    this.random = bytes(32, this.seed * 16 + 4);
    this.clientPort = 40_000 + this.seed;
  }

  /** The key log of this connection. */
  get keyLog(): string {
    const labels = [
      'CLIENT_EARLY_TRAFFIC_SECRET',
      'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
      'SERVER_HANDSHAKE_TRAFFIC_SECRET',
      'CLIENT_TRAFFIC_SECRET_0',
      'SERVER_TRAFFIC_SECRET_0',
    ];
    return labels.map((label, i) => `${label} ${toHex(this.random)} ${toHex(this.secret(i))}\n`).join('');
  }

  /** A long header packet. */
  long(
    from: Side,
    level: Level,
    pn: number,
    payload: Uint8Array,
    over: { dcid?: Uint8Array; token?: Uint8Array; scid?: Uint8Array; version?: QuicVersion } = {},
  ): Uint8Array {
    const version = over.version ?? this.version;
    const buf = new Uint8Array(payload.length + 300);
    const dcid = over.dcid ?? (from === 'client' ? this.serverCid : this.clientCid);
    const scid = over.scid ?? (from === 'client' ? this.clientCid : this.serverCid);
    const pnLen = 2;
    const body = payload.length < 4 ? concatBytes(payload, padding(4 - payload.length)) : payload;
    const pnOff = writeLongHeader(buf, 0, {
      version,
      type: level,
      dcid,
      scid,
      token: over.token ?? padding(0),
      pn,
      pnLen,
      payloadLen: body.length,
    });
    buf.set(body, pnOff + pnLen);
    const keys = this.longKeys(from, level, version);
    return buf.slice(0, sealPacket(keys, buf, 0, pnOff, pnLen, pnOff + pnLen + body.length, pn, this.ws));
  }

  /** A short header packet; of `size` bytes, padded, if given. */
  short(
    from: Side,
    pn: number,
    payload: Uint8Array,
    over: { dcid?: Uint8Array; size?: number; pnLen?: number } = {},
  ): Uint8Array {
    const dcid = over.dcid ?? (from === 'client' ? this.serverCid : this.clientCid);
    const pnLen = over.pnLen ?? 2;
    const head = 1 + dcid.length + pnLen;
    const size = Math.max(over.size ?? 0, head + Math.max(payload.length, 4) + 16);
    const buf = new Uint8Array(size);
    const { keys, bit } = this.application(from);
    const pnOff = writeShortHeader(buf, 0, dcid, pn, pnLen, bit);
    buf.set(payload, pnOff + pnLen);
    sealPacket(keys, buf, 0, pnOff, pnLen, size - 16, pn, this.ws);
    return buf;
  }

  /** From now on `from` uses the next key phase. */
  updateKeys(from: Side): void {
    const { keys, bit } = this.application(from);
    this.phase[from] = { keys: keyUpdate(keys), bit: bit === 0 ? 1 : 0 };
  }

  /** A client's first Initial, filled up to `size` bytes. */
  hello(pn = 0, over: { token?: Uint8Array; size?: number } = {}): Uint8Array {
    const hello = frames((buf, at) => writeCrypto(buf, at, 0, this.clientHello()));
    const ids = this.odcid.length + this.clientCid.length + (over.token?.length ?? 0);
    // First byte, version, four lengths (the last of two bytes), packet number, tag.
    const fill = (over.size ?? 1200) - 28 - ids - hello.length;
    return this.long('client', 'Initial', pn, concatBytes(hello, padding(Math.max(0, fill))), {
      dcid: this.odcid,
      ...over,
    });
  }

  /** The server's answer: ServerHello, and EncryptedExtensions with Finished. */
  answer(): Uint8Array {
    return concatBytes(
      this.long(
        'server',
        'Initial',
        0,
        frames((buf, at) => writeCrypto(buf, at, 0, this.serverHello())),
      ),
      this.long(
        'server',
        'Handshake',
        0,
        frames((buf, at) => writeCrypto(buf, at, 0, this.serverFlight())),
      ),
    );
  }

  /** The client's Finished. */
  finish(): Uint8Array {
    const message = message_(20, bytes(32, 9));
    return this.long(
      'client',
      'Handshake',
      0,
      frames((buf, at) => writeCrypto(buf, at, 0, message)),
    );
  }

  retry(scid: Uint8Array, token: Uint8Array): Uint8Array {
    const buf = new Uint8Array(200);
    return buf.slice(0, writeRetry(buf, 0, this.version, this.clientCid, scid, token, this.odcid, this.ws));
  }

  versionNegotiation(versions: readonly number[]): Uint8Array {
    const buf = new Uint8Array(200);
    return buf.slice(0, writeVersionNegotiation(buf, 0, this.clientCid, this.odcid, versions));
  }

  clientHello(): Uint8Array {
    const body = [3, 3, ...this.random, 0, 0, 2, this.suite.tls >> 8, this.suite.tls & 255, 1, 0, 0, 0];
    return message_(1, body);
  }

  private serverHello(): Uint8Array {
    return message_(2, [3, 3, ...bytes(32, 200), 0, this.suite.tls >> 8, this.suite.tls & 255, 0, 0, 0]);
  }

  private serverFlight(): Uint8Array {
    const { preferred } = this;
    const address = { ipv4: bytes(4, 1), ipv4Port: 443, ipv6: bytes(16, 1), ipv6Port: 443 };
    const parameters = writeTransportParameters({
      statelessResetToken: this.resetToken,
      ...(preferred
        ? { preferredAddress: { ...address, cid: preferred, statelessResetToken: bytes(16, 77) } }
        : {}),
    });
    const extension = [0, 57, 0, parameters.length, ...parameters];
    return concatBytes(message_(8, [0, extension.length, ...extension]), message_(20, bytes(32, 8)));
  }

  private secret(which: number): Uint8Array {
    return bytes(this.suite.secretLength, this.seed * 16 + 5 + which);
  }

  private longKeys(from: Side, level: Level, version: QuicVersion): PacketKeys {
    if (level === 'Initial') return initialKeys(version, this.odcid)[from];
    const which = level === '0-RTT' ? 0 : from === 'client' ? 1 : 2;
    return packetKeys(this.suite, this.secret(which), version);
  }

  private application(from: Side): { keys: PacketKeys; bit: 0 | 1 } {
    this.phase[from] ??= {
      keys: packetKeys(this.suite, this.secret(from === 'client' ? 3 : 4), this.version),
      bit: 0,
    };
    return this.phase[from];
  }
}

/** One datagram of a conversation; `cut` is how many bytes of its payload the capture kept. */
export interface Sent {
  from: Side;
  payload: Uint8Array;
  clientPort: number;
  cut?: number;
}

/** A capture of datagrams between 10.0.0.1 and the server 10.0.0.2, a millisecond apart. */
export function conversation(sent: readonly Sent[], linkType = 1, serverPort = 443): Uint8Array {
  const client = new Uint8Array([10, 0, 0, 1]);
  const server = new Uint8Array([10, 0, 0, 2]);
  const packets = sent.map(({ from, payload, clientPort, cut }, i): CraftedPacket => {
    const ip =
      from === 'client'
        ? ipPacket({ src: client, sport: clientPort, dst: server, dport: serverPort, payload })
        : ipPacket({ src: server, sport: serverPort, dst: client, dport: clientPort, payload });
    const data = onLink(linkType, ip);
    const kept = cut === undefined ? data.length : data.length - payload.length + cut;
    return { data: data.slice(0, kept), origLen: data.length, sec: 0, ns: i * 1_000_000 };
  });
  return pcapFile(packets, { linkType });
}

function message_(type: number, body: ArrayLike<number>): Uint8Array {
  return Uint8Array.from([type, 0, body.length >> 8, body.length & 255, ...Array.from(body)]);
}
