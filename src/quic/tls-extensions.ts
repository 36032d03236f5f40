import { Cursor } from './cursor.ts';
import { type ParseError, parseError, Reason } from './reason.ts';

/** Extension numbers that are read here (RFC 8446 section 4.2, RFC 9001 section 8.2). */
export const ExtensionType = {
  serverName: 0,
  supportedGroups: 10,
  alpn: 16,
  preSharedKey: 41,
  earlyData: 42,
  supportedVersions: 43,
  keyShare: 51,
  quicTransportParameters: 57,
  /** The number of draft-29. */
  quicTransportParametersDraft: 0xffa5,
} as const;

/** One extension: its number, and its body as a view. */
export interface Extension {
  readonly type: number;
  readonly offset: number;
  readonly body: Uint8Array;
}

/** Reads an extension list with its two-byte length; the outer cursor is marked when it does not add up. */
export function readExtensions(outer: Cursor): Extension[] {
  const list: Extension[] = [];
  const cursor = outer.inner(outer.u16());
  while (cursor.more) {
    const type = cursor.u16();
    const length = cursor.u16();
    const offset = cursor.at;
    const body = cursor.bytes(length);
    if (cursor.ok) list.push({ type, offset, body });
  }
  outer.close(cursor);
  return list;
}

/** Reads the body of `extension` with `read`; a body that does not fit exactly is an error. */
export function within<T>(
  buf: Uint8Array,
  extension: Extension,
  read: (cursor: Cursor) => T,
): T | ParseError {
  const cursor = new Cursor(buf, extension.offset, extension.offset + extension.body.length);
  const value = read(cursor);
  const failedAt = cursor.ok && cursor.at < cursor.end ? cursor.at : cursor.failedAt;
  return failedAt < 0 ? value : parseError(Reason.extensionMalformed, failedAt);
}

/** A list of 16-bit numbers with its two-byte length. */
export function readU16List(cursor: Cursor): number[] {
  const list: number[] = [];
  const inner = cursor.inner(cursor.u16());
  while (inner.more) list.push(inner.u16());
  cursor.close(inner);
  return list;
}

/** The protocol names of an ALPN extension (RFC 7301). */
export function readAlpn(cursor: Cursor): string[] {
  const list: string[] = [];
  const inner = cursor.inner(cursor.u16());
  while (inner.more) {
    const name = inner.bytes(inner.u8());
    if (inner.ok) list.push(ascii(name));
  }
  cursor.close(inner);
  return list;
}

/** Bytes as text: printable ASCII as it is, anything else as \xNN, so that hostile names stay harmless. */
export function ascii(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const printable = byte >= 0x20 && byte < 0x7f && byte !== 0x5c;
    text += printable ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}
