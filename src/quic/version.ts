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

/** draft-ietf-quic-tls-29; drafts 30 to 32 differ from it in nothing that opening needs. */
export const QUIC_DRAFT_29: QuicVersion = {
  number: 0xff00001d,
  name: 'draft-29',
  initialSalt: fromHex('afbfec289993d24c9e9786f19c6111e04390a899'),
  labelPrefix: 'quic ',
  retryKey: fromHex('ccce187ed09a09d05728155a6cb96be1'),
  retryNonce: fromHex('e54930f97f2136f0530a8c1c'),
  types: ['Initial', '0-RTT', 'Handshake', 'Retry'],
};

const draft = (n: number, like: QuicVersion): QuicVersion => ({
  ...like,
  number: 0xff000000 + n,
  name: `draft-${n}`,
});

/** All versions we can open. Drafts 33 and 34 have the salt and the Retry key of version 1. */
export const QUIC_VERSIONS: readonly QuicVersion[] = [
  QUIC_V1,
  QUIC_V2,
  QUIC_DRAFT_29,
  draft(30, QUIC_DRAFT_29),
  draft(31, QUIC_DRAFT_29),
  draft(32, QUIC_DRAFT_29),
  draft(33, QUIC_V1),
  draft(34, QUIC_V1),
];

/** The version with this number, or undefined when only the invariants of RFC 8999 can be read. */
export function quicVersion(number: number): QuicVersion | undefined {
  // Nearly every packet is of version 1.
  if (number === QUIC_V1.number) return QUIC_V1;
  return QUIC_VERSIONS.find((version) => version.number === number);
}

/** True for the reserved versions 0x?a?a?a?a, which force version negotiation (RFC 9000 section 15). */
export function isReservedVersion(number: number): boolean {
  return (number & 0x0f0f0f0f) === 0x0a0a0a0a;
}

/** `0x` and eight digits, as captures' readers write a version. */
export function versionText(number: number): string {
  return `0x${number.toString(16).padStart(8, '0')}`;
}

/**
 * A version as people call it: "v1", "draft-28", "mvfst 2", "Q050", "reserved 0x1a2a3a4a"; the number alone where it has no name. Drafts are
 * 0xff0000NN; most others spell their name in ASCII.
 */
export function versionName(number: number): string {
  const known = quicVersion(number);
  if (known) return known.name;
  if (number === 0) return 'Version Negotiation';
  if (isReservedVersion(number)) return `reserved ${versionText(number)}`;
  if (number >>> 8 === 0xff0000) return `draft-${number & 0xff}`;
  if (number >>> 4 === 0xfaceb00) return `mvfst ${(number & 15).toString(16)}`;
  if (number >>> 4 === 0xabcd000) return `MsQuic ${versionText(number)}`;
  const letters = String.fromCharCode(number >>> 24, (number >> 16) & 255, (number >> 8) & 255, number & 255);
  return /^[A-Z][A-Z0-9]{3}$/.test(letters) ? letters : versionText(number);
}

/** True for versions of Google's own QUIC, which spell their name: Q001 to Q050, T048 to T051. */
export function isGoogleQuic(number: number): boolean {
  return /^[QT]0\d\d$/.test(versionName(number));
}

/**
 * True if a long header of this version has its connection IDs where RFC 8999 says. Drafts up to 21 and Google's up to Q049 wrote both
 * lengths into one byte.
 */
export function hasInvariantIds(number: number): boolean {
  if (number >>> 8 === 0xff0000) return (number & 0xff) >= 22;
  return !isGoogleQuic(number) || Number(versionName(number).slice(1)) >= 50;
}
