import type { Aead, HeaderKey } from './aead.ts';
import { chachaBlock, chachaKey, chachaXor, leWord } from './chacha.ts';
import type { Workspace } from './workspace.ts';

/** ChaCha20-Poly1305 (RFC 8439 section 2.8). */
export class ChaChaPoly implements Aead {
  private readonly key: Int32Array;

  constructor(key: Uint8Array) {
    this.key = chachaKey(key);
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
    const { chacha } = ws.engines;
    if (chacha?.takes(aadLen, textLen))
      return chacha.open(this.key, n0, n1, n2, aad, aadOff, aadLen, src, off, len, dst, dstOff);
    this.tag(ws, n0, n1, n2, aad, aadOff, aadLen, src, off, textLen);
    let difference = 0;
    for (let i = 0; i < 4; i++) difference |= ws.block[i]! ^ leWord(src, off + textLen + 4 * i);
    if (difference !== 0) return false;
    chachaXor(this.key, 1, swap(n0), swap(n1), swap(n2), src, off, textLen, dst, dstOff, ws.block);
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
    const { chacha } = ws.engines;
    if (chacha?.takes(aadLen, len)) {
      chacha.seal(this.key, n0, n1, n2, aad, aadOff, aadLen, buf, off, len);
      return;
    }
    chachaXor(this.key, 1, swap(n0), swap(n1), swap(n2), buf, off, len, buf, off, ws.block);
    this.tag(ws, n0, n1, n2, aad, aadOff, aadLen, buf, off, len);
    for (let i = 0; i < 16; i++) buf[off + len + i] = ws.block[i >> 2]! >>> (8 * (i & 3));
  }

  /** The tag of buf[off, +len) as four little-endian words in ws.block. */
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
    const poly = ws.poly;
    chachaBlock(this.key, 0, swap(n0), swap(n1), swap(n2), ws.block);
    poly.begin(ws.block);
    poly.update(aad, aadOff, aadLen);
    poly.update(buf, off, len);
    const lengths = ws.bytes;
    lengths.fill(0, 0, 16);
    putLength(lengths, 0, aadLen);
    putLength(lengths, 8, len);
    poly.update(lengths, 0, 16);
    poly.finish(ws.block);
  }
}

/** ChaCha20 header protection (RFC 9001 5.4.4): the sample is counter and nonce, the mask is key stream. */
export class ChaChaHeaderKey implements HeaderKey {
  private readonly key: Int32Array;

  constructor(key: Uint8Array) {
    this.key = chachaKey(key);
  }

  mask(ws: Workspace, buf: Uint8Array, off: number): void {
    const n0 = leWord(buf, off + 4);
    const n1 = leWord(buf, off + 8);
    chachaBlock(this.key, leWord(buf, off), n0, n1, leWord(buf, off + 12), ws.block);
    for (let i = 0; i < 5; i++) ws.mask[i] = ws.block[i >> 2]! >>> (8 * (i & 3));
  }
}

/** Big-endian to little-endian word. */
function swap(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

function putLength(buf: Uint8Array, off: number, length: number): void {
  buf[off] = length;
  buf[off + 1] = length >>> 8;
  buf[off + 2] = length >>> 16;
  buf[off + 3] = length >>> 24;
}
