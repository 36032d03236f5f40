/**
 * QUIC on the wire: bytes to values and back, without any connection state.
 *
 * ```ts
 * const header = new PacketHeader();
 * for (let at = 0; at < datagram.length; at += size) {
 *   size = parsePacket(datagram, at, datagram.length, 8, header);
 *   if (size < 0) { report(parseError(size, header.errorAt)); break; }
 *   const keys = initialKeys(QUIC_V1, dcid).client;
 *   const length = openPacket(keys, datagram, header.start, header.pnOff, header.payloadEnd, -1, opened);
 *   // frames are at opened.bytes[opened.payloadOff, opened.payloadEnd): parseFrame(...)
 * }
 * ```
 */
export * from './aead.ts';
export * from './bytes.ts';
export * from './frame.ts';
export * from './frame-types.ts';
export * from './header.ts';
export * from './hkdf.ts';
export * from './keys.ts';
export * from './packet-number.ts';
export * from './parse-frame.ts';
export * from './protect.ts';
export * from './reason.ts';
export * from './varint.ts';
export * from './version.ts';
export * from './workspace.ts';
export * from './write-frame.ts';
export * from './write-header.ts';
