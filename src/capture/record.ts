/** One packet record of a container, as both container readers fill it in. Reused from record to record. */
export interface PacketRecord {
  /** Offset of the first captured byte in the file. */
  off: number;
  /** Captured bytes. */
  capLen: number;
  /** Bytes the packet had on the wire. */
  origLen: number;
  linkType: number;
  /** Absolute time: whole seconds, and nanoseconds within the second. */
  sec: number;
  ns: number;
  /** The file gives it a time; otherwise the two above mean nothing. */
  timed: boolean;
}

/** A container read record by record. */
export interface RecordSource {
  /** Fills `out` with the next packet; false at the end of what can be read. */
  next(out: PacketRecord): boolean;
  /** Offset up to which the file has been read, bytes. */
  readonly position: number;
  /** Key logs found inside the container (pcapng Decryption Secrets Blocks). */
  readonly embeddedKeys: readonly Uint8Array[];
}

export function emptyRecord(): PacketRecord {
  return { off: 0, capLen: 0, origLen: 0, linkType: -1, sec: 0, ns: 0, timed: false };
}

/** Reads unsigned integers in either byte order; the caller has checked the bounds. */
export class EndianReader {
  constructor(
    private readonly bytes: Uint8Array,
    readonly little: boolean,
  ) {}

  u16(off: number): number {
    const b = this.bytes;
    return this.little ? b[off]! | (b[off + 1]! << 8) : (b[off]! << 8) | b[off + 1]!;
  }

  u32(off: number): number {
    const b = this.bytes;
    return this.little
      ? (b[off]! | (b[off + 1]! << 8) | (b[off + 2]! << 16) | (b[off + 3]! << 24)) >>> 0
      : ((b[off]! << 24) | (b[off + 1]! << 16) | (b[off + 2]! << 8) | b[off + 3]!) >>> 0;
  }
}
