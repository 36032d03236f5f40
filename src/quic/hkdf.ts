import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';

/** The hash of a cipher suite's key schedule. */
export type HashName = 'SHA-256' | 'SHA-384';

/** HKDF-Extract (RFC 5869 section 2.2) with SHA-256, the hash of Initial packets. */
export function hkdfExtract(salt: Uint8Array, secret: Uint8Array): Uint8Array {
  return extract(sha256, secret, salt);
}

/**
 * HKDF-Expand-Label with an empty context (RFC 8446 section 7.1): `length` bytes (1 .. 255) for `label`, which
 * is given without its "tls13 " prefix.
 */
export function hkdfExpandLabel(
  hash: HashName,
  secret: Uint8Array,
  label: string,
  length: number,
): Uint8Array {
  const full = `tls13 ${label}`;
  const info = new Uint8Array(full.length + 4);
  info[0] = length >> 8;
  info[1] = length;
  info[2] = full.length;
  for (let i = 0; i < full.length; i++) info[3 + i] = full.charCodeAt(i);
  return expand(hash === 'SHA-256' ? sha256 : sha384, secret, info, length);
}
