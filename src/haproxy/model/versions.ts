/** QUIC versions that HAProxy speaks; it answers Version Negotiation to all others: draft-29, version 1, version 2. */
const SPOKEN: ReadonlySet<number> = new Set([0xff00001d, 0x00000001, 0x6b3343cf]);

export function speaksVersion(version: number): boolean {
  return SPOKEN.has(version);
}
