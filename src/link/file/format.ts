/**
 * Numbers of the file format for a frozen moment. What is here never changes its meaning; a new format is a new number and an
 * upgrader (`upgrade.ts`). Format 1 had no table of the memory that it holds, and the sizes of pools by their order.
 *
 *   0   magic, 8 bytes: 0x89 "RBND" CR LF 0x1a, which a transfer as text would break
 *   8   format, u32, little endian as all numbers here
 *   12  bytes of the packed part, u32: the rest of the file
 *   16  bytes of it unpacked, u32
 *   20  packed part, gzip (RFC 1952), whose CRC-32 is the checksum. In it: bytes of the head, u32; the head, JSON; the
 *       columns that the head lists, one after the other.
 */

export const MAGIC = [0x89, 0x52, 0x42, 0x4e, 0x44, 0x0d, 0x0a, 0x1a] as const;

/** The present format. */
export const FILE_FORMAT = 2;

/** Bytes before the packed part. */
export const PREAMBLE = 20;

/** How the name of such a file ends. */
export const EXTENSION = '.rebind';

/** Most entries of a list in the head. */
export const MOST = {
  conns: 262_144,
  datagrams: 1_048_576,
  /** Scripted sends of one connection, and of all where the sizes of pools follow from them; packets of one send. */
  sends: 1_048_576,
  allSends: 4_194_304,
  packets: 256,
  /** Slots of one thread in a pool. */
  slots: 1_048_576,
  switches: 100,
  /** Characters of the revision's name, with all that was changed of it. */
  revision: 32_768,
  notes: 1000,
  past: 65_536,
} as const;

/** Whether bytes begin as a file of a frozen moment does, of whatever format. */
export function looksFrozen(bytes: Uint8Array): boolean {
  return bytes.length >= MAGIC.length && MAGIC.every((v, i) => bytes[i] === v);
}

/** Bytes of the packed part, as the head of a file of at least `PREAMBLE` bytes says. */
export const packedSize = (file: Uint8Array): number =>
  new DataView(file.buffer, file.byteOffset, file.byteLength).getUint32(12, true);

/** Whether bytes begin as a gzip file does (RFC 1952): a moment that somebody packed once more. */
export const looksPacked = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
