/** Connection IDs as values. */

/** A connection ID that an endpoint has given out for itself. */
export interface Cid {
  readonly bytes: Uint8Array;
  /** Sequence number (RFC 9000 section 5.1.1): 0 for the one of the handshake; -1 for one that was never seen given out. */
  sequence: number;
  /** Stateless reset token that goes with it, once it is known. */
  resetToken: Uint8Array | undefined;
}

/** A map key for the connection ID at [off, off+len): one character a byte. */
export function cidKey(bytes: Uint8Array, off: number, len: number): string {
  let key = '';
  for (let i = 0; i < len; i++) key += String.fromCharCode(bytes[off + i]!);
  return key;
}

/** True if `cid` stands at `off` and ends before `end`; an empty one always does. */
export function cidAt(cid: Uint8Array, bytes: Uint8Array, off: number, end: number): boolean {
  if (off + cid.length > end) return false;
  for (let i = 0; i < cid.length; i++) if (bytes[off + i] !== cid[i]) return false;
  return true;
}

export function sameCid(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && cidAt(a, b, 0, b.length);
}
