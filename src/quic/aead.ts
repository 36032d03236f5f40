import type { Workspace } from './workspace.ts';

/** The three AEADs of QUIC version 1 that our captures can use (RFC 9001 5.3). */
export type SuiteName = 'AES-128-GCM' | 'AES-256-GCM' | 'ChaCha20-Poly1305';

/** Length of an authentication tag, bytes. */
export const AEAD_TAG = 16;

/**
 * One expanded packet protection key. Nonces are three big-endian words; ranges must lie inside their arrays,
 * which the callers in `protect.ts` have checked.
 */
export interface Aead {
  /**
   * Checks the tag of src[off, +len) (ciphertext and tag, len >= 16) and writes len - 16 bytes of plaintext to
   * dst[dstOff..). Returns false, with dst untouched, when the tag does not match. src is not changed.
   */
  open(
    ws: Workspace,
    n0: number,
    n1: number,
    n2: number,
    aad: Uint8Array,
    aadOff: number,
    aadLen: number,
    src: Uint8Array,
    off: number,
    len: number,
    dst: Uint8Array,
    dstOff: number,
  ): boolean;

  /** Encrypts buf[off, +len) in place and writes the tag to buf[off+len, +16). */
  seal(
    ws: Workspace,
    n0: number,
    n1: number,
    n2: number,
    aad: Uint8Array,
    aadOff: number,
    aadLen: number,
    buf: Uint8Array,
    off: number,
    len: number,
  ): void;
}

/** An AEAD that the host brings along: worth its call for large packets. */
export interface NativeAead {
  /** It pays from so many bytes of ciphertext on. */
  readonly from: number;
  /** The plaintext of `text`; undefined when the tag does not match. */
  open(
    suite: SuiteName,
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    text: Uint8Array,
    tag: Uint8Array,
  ): Uint8Array | undefined;
}

/** One expanded header protection key (RFC 9001 5.4). */
export interface HeaderKey {
  /** Writes the five mask bytes for the sample at buf[off, +16) to ws.mask. */
  mask(ws: Workspace, buf: Uint8Array, off: number): void;
}
