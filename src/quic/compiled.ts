import { type AesKey, SBOX } from './aes.ts';
import { leWord } from './chacha.ts';
import { copy } from './copy.ts';
import { type Placed, Slots } from './slots.ts';

/** What `wasm/gcm.as` exports. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  io(): number;
  room(): number;
  box(): number;
  end(slots: number): number;
  roundKeys(slot: number): number;
  headerKeys(slot: number): number;
  masked(): number;
  mask(slot: number, rounds: number, a: number, b: number, c: number, d: number): void;
  tables(): void;
  key(slot: number, rounds: number): void;
  open(slot: number, rounds: number, n0: number, n1: number, n2: number, aad: number, len: number): number;
  seal(slot: number, rounds: number, n0: number, n1: number, n2: number, aad: number, len: number): void;
}

const PAGE = 65_536;
const TAG = 16;

/** An expanded key that has, or has not, its place in the module's memory. */
export interface GcmKey extends Placed {
  readonly key: AesKey;
}

/**
 * AES-GCM compiled to WebAssembly (`wasm/gcm.as`), with the tables of the keys used last in its memory. It gives what `AesGcm` gives,
 * byte for byte. One call at a time.
 */
export class CompiledGcm {
  private bytes = new Uint8Array(0);
  private readonly at: number;
  private readonly room: number;
  private readonly masked: number;
  private readonly slots: Slots<GcmKey>;
  private readonly headers: Slots<GcmKey>;

  private constructor(
    private readonly x: Exports,
    slots: number,
  ) {
    this.at = x.io();
    this.room = x.room();
    this.masked = x.masked();
    this.slots = new Slots(slots);
    this.headers = new Slots(slots);
    this.reach(x.end(0));
    this.bytes.set(SBOX, x.box());
    x.tables();
  }

  /** `module`: the compiled bytes. `slots`: keys whose tables are kept, 16 kB each, made on demand. Rejects where WebAssembly is not allowed. */
  static async from(module: Uint8Array<ArrayBuffer>, slots = 64): Promise<CompiledGcm> {
    const { instance } = await WebAssembly.instantiate(module);
    return new CompiledGcm(instance.exports as unknown as Exports, slots);
  }

  /** Whether there is room for so many bytes of additional data and of text without tag. */
  takes(aad: number, len: number): boolean {
    return aad + 15 + len + TAG <= this.room;
  }

  /** As `Aead.open`, for what it `takes`. */
  open(
    owner: GcmKey,
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
    const slot = this.slot(owner);
    const text = this.put(aad, aadOff, aadLen, src, off, len);
    const textLen = len - TAG;
    if (this.x.open(slot, owner.key.rounds, n0, n1, n2, aadLen, textLen) === 0) return false;
    copy(this.bytes, text, textLen, dst, dstOff);
    return true;
  }

  /** As `Aead.seal`, for what it `takes`. */
  seal(
    owner: GcmKey,
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
    const slot = this.slot(owner);
    const text = this.put(aad, aadOff, aadLen, buf, off, len);
    this.x.seal(slot, owner.key.rounds, n0, n1, n2, aadLen, len);
    copy(this.bytes, text, len + TAG, buf, off);
  }

  /** As `HeaderKey.mask`, into `mask`. */
  mask(owner: GcmKey, buf: Uint8Array, off: number, mask: Uint8Array): void {
    const slot = this.headers.of(owner);
    if (slot < 0) this.putRounds(owner.key, this.x.end(~slot + 1), this.x.headerKeys(~slot));
    this.x.mask(
      slot < 0 ? ~slot : slot,
      owner.key.rounds,
      leWord(buf, off),
      leWord(buf, off + 4),
      leWord(buf, off + 8),
      leWord(buf, off + 12),
    );
    const { bytes, masked } = this;
    for (let i = 0; i < 5; i++) mask[i] = bytes[masked + i]!;
  }

  /** Puts both in the module's memory; returns where the text is. */
  private put(
    aad: Uint8Array,
    aadOff: number,
    aadLen: number,
    src: Uint8Array,
    off: number,
    len: number,
  ): number {
    const text = this.at + ((aadLen + 15) & ~15);
    copy(aad, aadOff, aadLen, this.bytes, this.at);
    copy(src, off, len, this.bytes, text);
    return text;
  }

  private slot(owner: GcmKey): number {
    const had = this.slots.of(owner);
    if (had >= 0) return had;
    const slot = ~had;
    this.putRounds(owner.key, this.x.end(slot + 1), this.x.roundKeys(slot));
    this.x.key(slot, owner.key.rounds);
    return slot;
  }

  /** Puts round keys at `at`, in a memory that is to reach to `end`. */
  private putRounds({ words }: AesKey, end: number, at: number): void {
    this.reach(end);
    const view = new DataView(this.bytes.buffer, at);
    words.forEach((word, i) => {
      // The module reads columns the other way round.
      view.setInt32(4 * i, word);
    });
  }

  /** Makes the memory reach so far, bytes. */
  private reach(end: number): void {
    const { memory } = this.x;
    const short = end - memory.buffer.byteLength;
    if (short > 0) memory.grow(Math.ceil(short / PAGE));
    if (this.bytes.buffer !== memory.buffer) this.bytes = new Uint8Array(memory.buffer);
  }
}
