/** From so many bytes on a copy is worth the two views that `set` needs. */
const VIEWS = 64;

/** Copies from[at, +len) to to[toOff..); the two do not overlap. */
export function copy(from: Uint8Array, at: number, len: number, to: Uint8Array, toOff: number): void {
  if (len < VIEWS) for (let i = 0; i < len; i++) to[toOff + i] = from[at + i]!;
  else to.set(from.subarray(at, at + len), toOff);
}
