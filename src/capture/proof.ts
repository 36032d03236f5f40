import {
  clientInitialKeys,
  Frame,
  HandshakeType,
  OpenedPacket,
  openPacket,
  type PacketHeader,
  type PacketKeys,
  parseFrame,
  quicVersion,
  toHex,
  Workspace,
} from '../quic/index.ts';
import { cidKey } from './cid.ts';

/** Keys that are kept for further Initials to the same ID, and GHASH tables. */
const KEPT = 256;
const TABLES = 8;
/** The random of a ClientHello ends here (RFC 8446 section 4.1.2). */
const RANDOM = 6;
const RANDOM_END = 38;

/**
 * Does an Initial open with the keys that follow from its own Destination Connection ID? Only a client's first ones do: the server's and
 * the client's later ones are protected with the keys of the first ID (RFC 9001 section 5.2).
 */
export class InitialProof {
  private readonly keys = new Map<string, PacketKeys>();
  private readonly out = new OpenedPacket(new Workspace(TABLES));
  private readonly frame = new Frame();

  /** The packet of `header` is a whole Initial of a version that is read. */
  opens(buf: Uint8Array, header: PacketHeader): boolean {
    const version = quicVersion(header.version);
    if (!version || header.dcidLen === 0) return false;
    const id = `${header.version} ${cidKey(buf, header.dcidOff, header.dcidLen)}`;
    let keys = this.keys.get(id);
    if (!keys) {
      keys = clientInitialKeys(version, buf.slice(header.dcidOff, header.dcidOff + header.dcidLen));
      if (this.keys.size >= KEPT) this.keys.clear();
      this.keys.set(id, keys);
    }
    return openPacket(keys, buf, header.start, header.pnOff, header.payloadEnd, -1, this.out) >= 0;
  }

  /** The ClientHello random (hex) in the Initial that has just opened; undefined where it holds another part. */
  random(): string | undefined {
    const { out, frame } = this;
    const hello = new Uint8Array(RANDOM_END);
    let known = 0;
    for (let at = out.payloadOff; at < out.payloadEnd; ) {
      const size = parseFrame(out.bytes, at, out.payloadEnd, frame);
      if (size < 0) break;
      at += size;
      if (frame.name !== 'CRYPTO') continue;
      for (let i = 0; i < frame.dataLen && frame.offset + i < RANDOM_END; i++, known++)
        hello[frame.offset + i] = out.bytes[frame.dataOff + i]!;
    }
    if (known < RANDOM_END || hello[0] !== HandshakeType.clientHello) return undefined;
    return toHex(hello, RANDOM, RANDOM_END);
  }
}
