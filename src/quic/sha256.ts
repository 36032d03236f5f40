/** What a link calls a capture: SHA-256 of the file's bytes. */
import { sha256 } from '@noble/hashes/sha2.js';

/** 64 hex digits. */
export function sha256Hex(bytes: Uint8Array): string {
  return [...sha256(bytes)].map((v) => v.toString(16).padStart(2, '0')).join('');
}
