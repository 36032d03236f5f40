import type { Aead, HeaderKey } from './aead.ts';
import { AesKey } from './aes.ts';
import { aesCtr } from './aes-ctr.ts';
import type { GcmKey } from './compiled.ts';
import { ghash, ghashLengths } from './ghash.ts';
import type { GhashOwner, Workspace } from './workspace.ts';

/** AES-GCM with a 12-byte nonce, 128- or 256-bit key (NIST SP 800-38D). Not constant-time, see `aes.ts`. */
export class AesGcm implements Aead, GhashOwner, GcmKey {
  slot = -1;
  readonly key: AesKey;

  constructor(key: Uint8Array) {
    this.key = new AesKey(key);
  }

  ghashKey(out: Int32Array): void {
    this.key.encrypt(0, 0, 0, 0, out);
  }

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
  ): boolean {
    const textLen = len - 16;
    const { gcm } = ws.engines;
    if (gcm?.takes(aadLen, textLen))
      return gcm.open(this, n0, n1, n2, aad, aadOff, aadLen, src, off, len, dst, dstOff);
    this.tag(ws, n0, n1, n2, aad, aadOff, aadLen, src, off, textLen);
    const tag = ws.block;
    let difference = 0;
    for (let i = 0; i < 4; i++) difference |= tag[i]! ^ word(src, off + textLen + 4 * i);
    if (difference !== 0) return false;
    aesCtr(this.key, n0, n1, n2, 2, src, off, textLen, dst, dstOff);
    return true;
  }

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
  ): void {
    const { gcm } = ws.engines;
    if (gcm?.takes(aadLen, len)) {
      gcm.seal(this, n0, n1, n2, aad, aadOff, aadLen, buf, off, len);
      return;
    }
    aesCtr(this.key, n0, n1, n2, 2, buf, off, len, buf, off);
    this.tag(ws, n0, n1, n2, aad, aadOff, aadLen, buf, off, len);
    for (let i = 0; i < 16; i++) buf[off + len + i] = ws.block[i >> 2]! >>> (24 - 8 * (i & 3));
  }

  /** The tag of buf[off, +len) as four words in ws.block. */
  private tag(
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
  ): void {
    const table = ws.ghashTable(this);
    const hash = ws.hash;
    hash[0] = hash[1] = hash[2] = hash[3] = 0;
    ghash(hash, table, aad, aadOff, aadLen);
    ghash(hash, table, buf, off, len);
    ghashLengths(hash, table, ws.bytes, aadLen, len);
    this.key.encrypt(n0, n1, n2, 1, ws.block);
    for (let i = 0; i < 4; i++) ws.block[i]! ^= hash[i]!;
  }
}

/** AES header protection (RFC 9001 5.4.3): the mask is the encrypted sample. */
export class AesHeaderKey implements HeaderKey, GcmKey {
  slot = -1;
  readonly key: AesKey;

  constructor(key: Uint8Array) {
    this.key = new AesKey(key);
  }

  mask(ws: Workspace, buf: Uint8Array, off: number): void {
    const { gcm } = ws.engines;
    if (gcm) {
      gcm.mask(this, buf, off, ws.mask);
      return;
    }
    this.key.encrypt(word(buf, off), word(buf, off + 4), word(buf, off + 8), word(buf, off + 12), ws.block);
    for (let i = 0; i < 5; i++) ws.mask[i] = ws.block[i >> 2]! >>> (24 - 8 * (i & 3));
  }
}

function word(buf: Uint8Array, off: number): number {
  return (buf[off]! << 24) | (buf[off + 1]! << 16) | (buf[off + 2]! << 8) | buf[off + 3]!;
}
