/** Files packed by gzip (RFC 1952), in portions: what comes out is counted, and bounded. */
import { FlateErrorCode, Gunzip } from 'fflate';
import { Crc32 } from './crc32.ts';

/** So much is taken out of a file, bytes. */
export const MOST_UNPACKED = 1024 * 1024 * 1024;
/** So much is given to the unpacker at once; a thousand times as much may come out. */
const PORTION = 32 * 1024;
/** A ratio of packing that is believed before anything came out. */
const BELIEVED = 20;
/** A member's trailer: checksum and length of what it held. */
const TRAILER = 8;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** How unpacking ended: `broken`: cut or damaged, with what came before. `bomb`: more would have come out than is taken. */
export type UnpackEnd = 'whole' | 'broken' | 'bomb';

/**
 * Unpacks all members of a gzip file one after another, as `gunzip` does; `take` gets what comes out, part by part. Bytes behind the last
 * member that are none are passed over.
 */
export class Unpacking {
  /** Set once `step` has returned true. */
  end: UnpackEnd | undefined;
  /** Bytes that have come out. */
  total = 0;
  private readonly gunzip: Gunzip;
  private readonly crc = new Crc32();
  private next = 0;
  private damaged = false;
  private bomb = false;

  constructor(
    private readonly bytes: Uint8Array,
    take: (part: Uint8Array) => void,
    most = MOST_UNPACKED,
  ) {
    this.gunzip = new Gunzip((part) => {
      if (part.length === 0 || this.bomb) return;
      this.bomb = this.total + part.length > most;
      if (this.bomb) return;
      this.total += part.length;
      this.crc.add(part);
      take(part);
    });
    this.gunzip.onmember = (begin) => this.memberEnds(begin);
  }

  /** Share of the file that has been read, 0 to 1. */
  get progress(): number {
    return this.bytes.length === 0 ? 1 : this.next / this.bytes.length;
  }

  /** Reads up to `size` further bytes of the file; true at the end. */
  step(size: number): boolean {
    const { bytes, gunzip } = this;
    const until = Math.min(bytes.length, this.next + size);
    try {
      while (this.next < until && !this.bomb && !this.damaged) {
        const to = Math.min(until, this.next + PORTION);
        gunzip.push(bytes.subarray(this.next, to), false);
        this.next = to;
      }
      if (this.bomb) this.end = 'bomb';
      else if (this.damaged) this.end = 'broken';
      else if (this.next === bytes.length) {
        gunzip.push(new Uint8Array(0), true);
        this.end = this.crc.is(bytes, bytes.length - TRAILER) ? 'whole' : 'broken';
      }
    } catch (error) {
      // What follows a whole member and is none has no header.
      const behind = error instanceof Error && 'code' in error && error.code === FlateErrorCode.InvalidHeader;
      this.end = behind && this.total > 0 ? 'whole' : 'broken';
    }
    return this.end !== undefined;
  }

  private memberEnds(begin: number): void {
    if (!this.crc.is(this.bytes, begin - TRAILER)) this.damaged = true;
    this.crc.restart();
  }
}

/** Unpacks into one piece of memory, which grows as things come out. */
export class Unpacked {
  private bytes: Uint8Array;
  private used = 0;

  /** `packed`: the gzip file, which says at its end how much it holds, if it says so truly. */
  constructor(packed: Uint8Array) {
    const said =
      packed.length < 4
        ? 0
        : new DataView(packed.buffer, packed.byteOffset + packed.length - 4).getUint32(0, true);
    this.bytes = new Uint8Array(said <= packed.length * BELIEVED ? said : packed.length * 4);
  }

  readonly take = (part: Uint8Array): void => {
    const size = this.used + part.length;
    if (size > this.bytes.length) {
      const wider = new Uint8Array(Math.min(MOST_UNPACKED, Math.max(size, 2 * this.bytes.length)));
      wider.set(this.bytes.subarray(0, this.used));
      this.bytes = wider;
    }
    this.bytes.set(part, this.used);
    this.used = size;
  };

  get all(): Uint8Array {
    return this.bytes.subarray(0, this.used);
  }
}
