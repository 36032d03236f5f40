/** So many IDs of older connections are remembered for a pair of endpoints and a direction. */
const KEPT = 16;
/** An ID has at most so many bytes (RFC 9000 section 17.2). */
const LONGEST = 20;

/**
 * What short headers went to before a connection began on the same addresses: whatever goes there afterwards still belongs to an older
 * connection.
 */
export class Older {
  private readonly seen = new Map<string, string[]>();

  /** A short header packet whose ID begins at `off` went from `src` to `dst`, where no connection had begun. */
  add(src: number, dst: number, buf: Uint8Array, off: number, end: number): void {
    const way = `${src} ${dst}`;
    const list = this.seen.get(way) ?? [];
    const head = text(buf, off, Math.min(end, off + LONGEST));
    // The ID's length is not known; what comes behind it differs from packet to packet.
    if (list.length >= KEPT || list.some((one) => one.slice(0, 4) === head.slice(0, 4))) return;
    list.push(head);
    this.seen.set(way, list);
  }

  /** Whether the ID of `len` bytes at `off` is one of those. */
  has(src: number, dst: number, buf: Uint8Array, off: number, len: number): boolean {
    const id = text(buf, off, off + len);
    return this.seen.get(`${src} ${dst}`)?.some((one) => one.startsWith(id)) ?? false;
  }
}

function text(buf: Uint8Array, from: number, to: number): string {
  let out = '';
  for (let i = from; i < to; i++) out += String.fromCharCode(buf[i]!);
  return out;
}
