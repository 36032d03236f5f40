/** A moment in a picture: an SVG holds its link's text in its metadata, a PNG in an iTXt chunk (PNG 1.2, 4.2.3.3). */

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** The chunk's name, then the end of the keyword, not packed, method 0, no language, no translated keyword. */
const KEYWORD = 'rebind';
const HEAD = `iTXt${KEYWORD}\0\0\0\0\0`;
/** Signature, then length, name, 13 bytes and sum of the header. */
const AFTER_HEADER = PNG.length + 4 + 4 + 13 + 4;

/** The link's text in the bytes of a picture; '' where there is none. Whatever the bytes are, it ends. */
export function momentIn(bytes: Uint8Array): string {
  const text = PNG.every((b, i) => bytes[i] === b) ? textIn(bytes) : inMarkup(bytes);
  // What a link is written with, and nothing else: see base64.ts.
  return /^[\w-]{8,}$/.test(text) ? text : '';
}

const inMarkup = (bytes: Uint8Array): string =>
  /<rebind\s[^<>]*?\bmoment="([^"<>]*)"/.exec(new TextDecoder().decode(bytes))?.[1] ?? '';

function textIn(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = PNG.length; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) return '';
    const name = at + 4;
    if (String.fromCharCode(...bytes.subarray(name, name + HEAD.length)) === HEAD)
      return new TextDecoder().decode(bytes.subarray(name + HEAD.length, end));
    at = end + 4;
  }
  return '';
}

/** The PNG `png` with a moment in it: a link's text. */
export function withMoment(png: Uint8Array, text: string): Uint8Array {
  const data = new TextEncoder().encode(HEAD + text);
  const out = new Uint8Array(png.length + data.length + 8);
  out.set(png.subarray(0, AFTER_HEADER));
  const view = new DataView(out.buffer);
  view.setUint32(AFTER_HEADER, data.length - 4);
  out.set(data, AFTER_HEADER + 4);
  view.setUint32(AFTER_HEADER + 4 + data.length, crcOf(data));
  out.set(png.subarray(AFTER_HEADER), AFTER_HEADER + data.length + 8);
  return out;
}

/** CRC-32 as a chunk ends with it (PNG 1.2, 15). */
function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
