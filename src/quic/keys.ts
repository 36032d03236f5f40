import type { Aead, HeaderKey, SuiteName } from './aead.ts';
import { AesGcm, AesHeaderKey } from './aes-gcm.ts';
import { ChaChaHeaderKey, ChaChaPoly } from './chacha-poly.ts';
import { type HashName, hkdfExpandLabel, hkdfExtract } from './hkdf.ts';
import { QUIC_V1, type QuicVersion } from './version.ts';

/** A cipher suite of TLS 1.3 as QUIC uses it. */
export interface Suite {
  readonly name: SuiteName;
  /** TLS number, as in ServerHello (RFC 8446 B.4). */
  readonly tls: number;
  readonly tlsName: string;
  readonly hash: HashName;
  readonly keyLength: number;
  readonly secretLength: number;
}

export const AES_128_GCM: Suite = {
  name: 'AES-128-GCM',
  tls: 0x1301,
  tlsName: 'TLS_AES_128_GCM_SHA256',
  hash: 'SHA-256',
  keyLength: 16,
  secretLength: 32,
};
export const AES_256_GCM: Suite = {
  name: 'AES-256-GCM',
  tls: 0x1302,
  tlsName: 'TLS_AES_256_GCM_SHA384',
  hash: 'SHA-384',
  keyLength: 32,
  secretLength: 48,
};
export const CHACHA20_POLY1305: Suite = {
  name: 'ChaCha20-Poly1305',
  tls: 0x1303,
  tlsName: 'TLS_CHACHA20_POLY1305_SHA256',
  hash: 'SHA-256',
  keyLength: 32,
  secretLength: 32,
};

/** All suites we can open, in TLS number order. */
export const SUITES: readonly Suite[] = [AES_128_GCM, AES_256_GCM, CHACHA20_POLY1305];

/** The suite with this TLS number, or undefined when it cannot be opened here. */
export function suiteByTls(tls: number): Suite | undefined {
  return SUITES.find((suite) => suite.tls === tls);
}

/** The keys of one direction at one encryption level and key phase, expanded once. Build with `packetKeys`. */
export class PacketKeys {
  readonly suite: Suite;
  readonly version: QuicVersion;
  readonly secret: Uint8Array;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly hp: Uint8Array;
  readonly aead: Aead;
  readonly header: HeaderKey;

  constructor(suite: Suite, secret: Uint8Array, version: QuicVersion, previous: PacketKeys | undefined) {
    const prefix = version.labelPrefix;
    this.suite = suite;
    this.version = version;
    this.secret = secret;
    this.key = hkdfExpandLabel(suite.hash, secret, `${prefix}key`, suite.keyLength);
    this.iv = hkdfExpandLabel(suite.hash, secret, `${prefix}iv`, 12);
    this.aead = suite.name === 'ChaCha20-Poly1305' ? new ChaChaPoly(this.key) : new AesGcm(this.key);
    if (previous === undefined) {
      this.hp = hkdfExpandLabel(suite.hash, secret, `${prefix}hp`, suite.keyLength);
      this.header =
        suite.name === 'ChaCha20-Poly1305' ? new ChaChaHeaderKey(this.hp) : new AesHeaderKey(this.hp);
    } else {
      // Header protection keys do not change with a key update (RFC 9001 6.1).
      this.hp = previous.hp;
      this.header = previous.header;
    }
  }
}

/**
 * Packet protection keys of a traffic secret (RFC 9001 5.1). Works for handshake, 0-RTT and 1-RTT secrets
 * alike. Throws RangeError when the secret has not the length of the suite's hash.
 */
export function packetKeys(suite: Suite, secret: Uint8Array, version: QuicVersion = QUIC_V1): PacketKeys {
  if (secret.length !== suite.secretLength) {
    throw new RangeError(
      `a secret of ${suite.tlsName} has ${suite.secretLength} bytes, not ${secret.length}`,
    );
  }
  return new PacketKeys(suite, secret, version, undefined);
}

/** The keys of the next key phase: new key and iv, the same header protection (RFC 9001 section 6). */
export function keyUpdate(keys: PacketKeys): PacketKeys {
  const { suite, version } = keys;
  const secret = hkdfExpandLabel(suite.hash, keys.secret, `${version.labelPrefix}ku`, suite.secretLength);
  return new PacketKeys(suite, secret, version, keys);
}

/** Both directions of Initial packets. */
export interface InitialKeys {
  readonly client: PacketKeys;
  readonly server: PacketKeys;
}

/**
 * Initial keys from the Destination Connection ID of the client's first Initial, or, after a Retry, from the
 * one the Retry chose (0 to 20 bytes). RFC 9001 5.2, RFC 9369 3.3.1.
 */
export function initialKeys(version: QuicVersion, dcid: Uint8Array): InitialKeys {
  const secret = hkdfExtract(version.initialSalt, dcid);
  const server = hkdfExpandLabel('SHA-256', secret, 'server in', 32);
  return {
    client: clientKeys(version, secret),
    server: packetKeys(AES_128_GCM, server, version),
  };
}

/** The client's half of `initialKeys`, for who needs no more: half the work. */
export function clientInitialKeys(version: QuicVersion, dcid: Uint8Array): PacketKeys {
  return clientKeys(version, hkdfExtract(version.initialSalt, dcid));
}

const clientKeys = (version: QuicVersion, secret: Uint8Array): PacketKeys =>
  packetKeys(AES_128_GCM, hkdfExpandLabel('SHA-256', secret, 'client in', 32), version);
