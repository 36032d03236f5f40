/** The checksum of gzip (RFC 1952 section 8). */
const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

export class Crc32 {
  private state = -1;

  add(bytes: Uint8Array): void {
    let c = this.state;
    for (let i = 0; i < bytes.length; i++) c = TABLE[(c ^ bytes[i]!) & 255]! ^ (c >>> 8);
    this.state = c;
  }

  /** Whether the little-endian word at `off` is the checksum of what was added. */
  is(bytes: Uint8Array, off: number): boolean {
    if (off < 0 || off + 4 > bytes.length) return false;
    const word = bytes[off]! | (bytes[off + 1]! << 8) | (bytes[off + 2]! << 16) | (bytes[off + 3]! << 24);
    return word === ~this.state;
  }

  restart(): void {
    this.state = -1;
  }
}
