/**
 * QUIC on the wire: bytes to values and back, without any connection state.
 *
 * ```ts
 * const header = new PacketHeader();
 * const opened = new OpenedPacket();
 * for (let at = 0, size = 0; at < datagram.length; at += size) {
 *   size = parsePacket(datagram, at, datagram.length, 8, header);
 *   if (size < 0) return parseError(size, header.errorAt);
 *   const length = openPacket(keys, datagram, header.start, header.pnOff, header.payloadEnd, largestPn, opened);
 *   // frames are at opened.bytes[opened.payloadOff, opened.payloadEnd): parseFrame(...)
 * }
 * ```
 */
export * from './aead.ts';
export * from './bytes.ts';
export * from './client-hello.ts';
export * from './compiled.ts';
export * from './compiled-chacha.ts';
export * from './crypto-stream.ts';
export * from './frame.ts';
export * from './frame-types.ts';
export * from './handshake.ts';
export * from './header.ts';
export * from './hkdf.ts';
export * from './keys.ts';
export * from './packet-number.ts';
export * from './parse-frame.ts';
export * from './protect.ts';
export * from './reason.ts';
export * from './reason-sentences.ts';
export * from './retry.ts';
export * from './server-hello.ts';
export * from './stateless-reset.ts';
export * from './tls-names.ts';
export * from './transport-parameters.ts';
export * from './varint.ts';
export * from './version.ts';
export * from './workspace.ts';
export * from './write-frame.ts';
export * from './write-header.ts';
