/**
 * A thread's byte ring of datagrams (semantics B7): many write into it, its thread alone reads. Counts and offsets are of bytes as in HAProxy,
 * of a record there is its header and its descriptor: the datagram's own bytes stay in the capture.
 */
import { N } from '../model/flags.ts';
import type { WorldConfig } from '../model/world.ts';

/** Header of a stretch that is padding. */
export const PADDING = -1;

/** Bytes of a record with a datagram of `len` bytes in it: header and payload, filled up to 8. */
export const strideOf = (len: number): number => N.MPRING_HEADER + ((N.SIZEOF_DGRAM + len + 7) & ~7);

/** The same in this world, where each record may be made to take as many as the longest. */
export const strideIn = (cfg: WorldConfig, len: number): number => cfg.mpringStride || strideOf(len);

/** Where byte `count` of all that a ring of `size` bytes ever takes lies in it. */
export const offsetIn = (size: number, count: number): number =>
  size === N.MPRING ? count & (N.MPRING - 1) : (count >>> 0) % size;
