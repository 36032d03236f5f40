import { fromHex } from './bytes.ts';

/** The long header packet types that depend on the version (RFC 9000 17.2, RFC 9369 3.2). */
export type LongType = 'Initial' | '0-RTT' | 'Handshake' | 'Retry';

/** What differs between the QUIC versions we can open. */
export interface QuicVersion {
  readonly number: number;
  readonly name: string;
  /** Salt of the Initial secret (RFC 9001 5.2). */
  readonly initialSalt: Uint8Array;
  /** Prefix of the key, iv, hp and ku labels (RFC 9001 5.1, RFC 9369 3.3.2). */
  readonly labelPrefix: string;
  /** AES-128-GCM key and nonce of the Retry integrity tag (RFC 9001 5.8). */
  readonly retryKey: Uint8Array;
  readonly retryNonce: Uint8Array;
  /** Meaning of the two type bits. */
  readonly types: readonly [LongType, LongType, LongType, LongType];
}

/** QUIC version 1, RFC 9000 and RFC 9001. */
export const QUIC_V1: QuicVersion = {
  number: 0x00000001,
  name: 'v1',
  initialSalt: fromHex('38762cf7f55934b34d179ae6a4c80cadccbb7f0a'),
  labelPrefix: 'quic ',
  retryKey: fromHex('be0c690b9f66575a1d766b54e368c84e'),
  retryNonce: fromHex('461599d35d632bf2239825bb'),
  types: ['Initial', '0-RTT', 'Handshake', 'Retry'],
};

/** QUIC version 2, RFC 9369. */
export const QUIC_V2: QuicVersion = {
  number: 0x6b3343cf,
  name: 'v2',
  initialSalt: fromHex('0dede3def700a6db819381be6e269dcbf9bd2ed9'),
  labelPrefix: 'quicv2 ',
  retryKey: fromHex('8fb4b01b56ac48e260fbcbcead7ccc92'),
  retryNonce: fromHex('d86969bc2d7c6d9990efb04a'),
  types: ['Retry', 'Initial', '0-RTT', 'Handshake'],
};

/** The last draft before version 1 that is still met, draft-ietf-quic-tls-29. */
export const QUIC_DRAFT_29: QuicVersion = {
  number: 0xff00001d,
  name: 'draft-29',
  initialSalt: fromHex('afbfec289993d24c9e9786f19c6111e04390a899'),
  labelPrefix: 'quic ',
  retryKey: fromHex('ccce187ed09a09d05728155a6cb96be1'),
  retryNonce: fromHex('e54930f97f2136f0530a8c1c'),
  types: ['Initial', '0-RTT', 'Handshake', 'Retry'],
};

/** All versions we can open. */
export const QUIC_VERSIONS: readonly QuicVersion[] = [QUIC_V1, QUIC_V2, QUIC_DRAFT_29];

/** The version with this number, or undefined when only the invariants of RFC 8999 can be read. */
export function quicVersion(number: number): QuicVersion | undefined {
  if (number === 0x00000001) return QUIC_V1;
  if (number === 0x6b3343cf) return QUIC_V2;
  if (number === 0xff00001d) return QUIC_DRAFT_29;
  return undefined;
}

/** True for the reserved versions 0x?a?a?a?a, which force version negotiation (RFC 9000 section 15). */
export function isReservedVersion(number: number): boolean {
  return (number & 0x0f0f0f0f) === 0x0a0a0a0a;
}

/** `0x` and eight digits, as captures' readers write a version. */
export function versionText(number: number): string {
  return `0x${number.toString(16).padStart(8, '0')}`;
}
