import { copy } from './copy.ts';

/** What `wasm/chacha.as` exports. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  io(): number;
  room(): number;
  end(): number;
  key(): number;
  open(n0: number, n1: number, n2: number, aad: number, len: number): number;
  seal(n0: number, n1: number, n2: number, aad: number, len: number): void;
}

const PAGE = 65_536;
const TAG = 16;

/**
 * ChaCha20-Poly1305 compiled to WebAssembly (`wasm/chacha.as`). It gives what `ChaChaPoly` gives, byte for byte. Keys are eight
 * little-endian words; nothing is made of them that would be worth keeping. One call at a time.
 */
export class CompiledChaCha {
  private readonly bytes: Uint8Array;
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly room: number;
  private readonly keyAt: number;

  private constructor(private readonly x: Exports) {
    this.at = x.io();
    this.room = x.room();
    this.keyAt = x.key() >> 2;
    x.memory.grow(Math.ceil(x.end() / PAGE) - x.memory.buffer.byteLength / PAGE);
    this.bytes = new Uint8Array(x.memory.buffer);
    this.words = new Int32Array(x.memory.buffer);
  }

  /** `module`: the compiled bytes. Rejects where WebAssembly is not allowed, or has no SIMD. */
  static async from(module: Uint8Array<ArrayBuffer>): Promise<CompiledChaCha> {
    const { instance } = await WebAssembly.instantiate(module);
    return new CompiledChaCha(instance.exports as unknown as Exports);
  }

  /** Whether there is room for so many bytes of additional data and of text without tag. */
  takes(aad: number, len: number): boolean {
    return aad + 15 + len + TAG <= this.room;
  }

  /** As `Aead.open`, for what it `takes`. */
  open(
    key: Int32Array,
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
    const text = this.put(key, aad, aadOff, aadLen, src, off, len);
    if (this.x.open(n0, n1, n2, aadLen, len - TAG) === 0) return false;
    copy(this.bytes, text, len - TAG, dst, dstOff);
    return true;
  }

  /** As `Aead.seal`, for what it `takes`. */
  seal(
    key: Int32Array,
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
    const text = this.put(key, aad, aadOff, aadLen, buf, off, len);
    this.x.seal(n0, n1, n2, aadLen, len);
    copy(this.bytes, text, len + TAG, buf, off);
  }

  /** Puts all three in the module's memory; returns where the text is. */
  private put(
    key: Int32Array,
    aad: Uint8Array,
    aadOff: number,
    aadLen: number,
    src: Uint8Array,
    off: number,
    len: number,
  ): number {
    const text = this.at + ((aadLen + 15) & ~15);
    const { words, keyAt } = this;
    for (let i = 0; i < 8; i++) words[keyAt + i] = key[i]!;
    copy(aad, aadOff, aadLen, this.bytes, this.at);
    copy(src, off, len, this.bytes, text);
    return text;
  }
}
