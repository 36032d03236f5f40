import { Frame } from '../frame.ts';
import { PacketHeader, type PacketType, parsePacket } from '../header.ts';
import { parseFrame } from '../parse-frame.ts';
import { readVarint, VarintOut } from '../varint.ts';

/** What of the input is read: each target has its parsers. */
export type Target =
  | 'datagram'
  | 'frames'
  | 'sealed'
  | 'clientHello'
  | 'serverHello'
  | 'handshake'
  | 'parameters';

/** A place in a seed where a mutation hurts most. */
export interface Field {
  readonly at: number;
  readonly kind: 'first byte' | 'version' | 'CID length' | 'varint' | 'frame type' | 'length';
}

/** A well-formed input to begin from. */
export interface Seed {
  readonly target: Target;
  readonly bytes: Uint8Array;
  /** For frames: the packet type they were in. */
  readonly packet: PacketType;
  /** For datagrams: length of the connection IDs in short headers. */
  readonly dcidLen: number;
  readonly fields: readonly Field[];
}

/** A datagram as a seed, its packets' fields marked. */
export function datagramSeed(bytes: Uint8Array, dcidLen: number): Seed {
  const fields: Field[] = [];
  const header = new PacketHeader();
  const varint = new VarintOut();
  for (let at = 0, size = 0; at < bytes.length; at += size) {
    size = parsePacket(bytes, at, bytes.length, dcidLen, header);
    if (size <= 0) break;
    fields.push({ at, kind: 'first byte' });
    if (header.form === 'short') break;
    fields.push({ at: at + 1, kind: 'version' });
    fields.push(
      { at: header.dcidOff - 1, kind: 'CID length' },
      { at: header.scidOff - 1, kind: 'CID length' },
    );
    let place = header.scidOff + header.scidLen;
    if (header.type === 'Initial') {
      fields.push({ at: place, kind: 'varint' });
      place += readVarint(bytes, place, bytes.length, varint) + header.tokenLen;
    }
    if (header.lengthField >= 0) fields.push({ at: place, kind: 'varint' });
  }
  return { target: 'datagram', bytes, packet: '1-RTT', dcidLen, fields };
}

/** The frames of a packet as a seed; `sealed` wraps them into a protected packet before they are read. */
export function framesSeed(bytes: Uint8Array, packet: PacketType, sealed: boolean): Seed {
  const fields: Field[] = [];
  const frame = new Frame();
  const varint = new VarintOut();
  for (let at = 0, size = 0; at < bytes.length; at += size) {
    size = parseFrame(bytes, at, bytes.length, frame);
    if (size <= 0) break;
    fields.push({ at, kind: 'frame type' });
    const stop = frame.name === 'PADDING' ? at + 1 : Math.min(at + size, at + 1 + 40);
    for (let place = at + 1; place < stop; ) {
      fields.push({ at: place, kind: 'varint' });
      const step = readVarint(bytes, place, bytes.length, varint);
      if (step < 0) break;
      place += step;
    }
  }
  return { target: sealed ? 'sealed' : 'frames', bytes, packet, dcidLen: 8, fields };
}

/** A TLS message or a list of transport parameters as a seed: every byte may be a length. */
export function handshakeSeed(bytes: Uint8Array, target: Target): Seed {
  const fields = Array.from({ length: bytes.length }, (_, at): Field => {
    return { at, kind: target === 'parameters' ? 'varint' : 'length' };
  });
  return { target, bytes, packet: 'Initial', dcidLen: 0, fields };
}
