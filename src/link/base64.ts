/** Base64 with the URL alphabet and without padding (RFC 4648 section 5). */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function toBase64(b: Uint8Array): string {
  let out = '';
  for (let i = 0; i < b.length; i += 3) {
    const v = (b[i]! << 16) | ((b[i + 1] ?? 0) << 8) | (b[i + 2] ?? 0);
    const n = Math.min(4, b.length - i + 1);
    for (let k = 0; k < n; k++) out += ALPHABET[(v >> (18 - 6 * k)) & 63];
  }
  return out;
}

/** The bytes, and whether every character belonged; reading stops at the first that does not. */
export function fromBase64(text: string): { bytes: Uint8Array; clean: boolean } {
  const out: number[] = [];
  let bits = 0;
  let held = 0;
  for (const c of text) {
    const v = ALPHABET.indexOf(c);
    if (v < 0) return { bytes: Uint8Array.from(out), clean: false };
    held = ((held << 6) | v) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out.push((held >> bits) & 0xff);
  }
  return { bytes: Uint8Array.from(out), clean: true };
}
