/** A poster that is dropped on the page is the moment that it shows: an SVG holds it in its metadata, a PNG in an iTXt chunk. */
import { decodeMoment } from '../../link/index.ts';
import { openLink } from '../address/address.ts';
import type { Session } from '../session/session.ts';

/** Bytes of a picture that are looked at. */
const MOST = 4_000_000;
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The link's text in a picture; '' where there is none. Whatever the bytes are, it ends. */
export function momentIn(bytes: Uint8Array): string {
  const head = bytes.subarray(0, MOST);
  const text = PNG.every((b, i) => head[i] === b) ? textIn(head) : inMarkup(head);
  // What a link is written with, and nothing else: see link/base64.ts.
  return /^[\w-]{8,}$/.test(text) ? text : '';
}

const inMarkup = (bytes: Uint8Array): string =>
  /<rebind\s[^<>]*?\bmoment="([^"<>]*)"/.exec(new TextDecoder().decode(bytes))?.[1] ?? '';

/** The uncompressed iTXt chunk called “rebind” of a PNG (PNG 1.2, 4.2.3.3). */
function textIn(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const latin = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  for (let at = PNG.length; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const from = at + 8;
    if (from + length + 4 > bytes.length) return '';
    const keyword = 'rebind\0\0\0\0\0';
    if (latin(at + 4, from) === 'iTXt' && latin(from, from + keyword.length) === keyword)
      return new TextDecoder().decode(bytes.subarray(from + keyword.length, from + length));
    at = from + length + 4;
  }
  return '';
}

/** Opens the moment that a picture holds; false where it holds none. */
export async function openPicture(session: Session, file: File): Promise<boolean> {
  const moment = momentIn(new Uint8Array(await file.slice(0, MOST).arrayBuffer()));
  if (!moment) return false;
  await openLink(session, decodeMoment(moment));
  return true;
}
