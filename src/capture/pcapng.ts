import type { Problems } from './problems.ts';
import { EndianReader, type PacketRecord, type RecordSource } from './record.ts';

/** Block types and options, draft-ietf-opsawg-pcapng sections 4 and 4.2. */
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const DECRYPTION_SECRETS = 0x0a;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const TLS_KEY_LOG = 0x544c534b;
const OPT_TSRESOL = 9;
const OPT_TSOFFSET = 14;

interface Interface {
  readonly linkType: number;
  readonly snapLen: number;
  /** Time units in a second. */
  readonly unitsPerSecond: bigint;
  readonly offsetSeconds: number;
}

/** True if `bytes` begins with a pcapng section header. */
export function sniffPcapng(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && new EndianReader(bytes, false).u32(0) === SECTION_HEADER;
}

/** True if the first section header is complete. */
export function pcapngHeaderComplete(bytes: Uint8Array): boolean {
  return bytes.length >= 28 && sectionIsLittle(bytes, 0) !== undefined;
}

function sectionIsLittle(bytes: Uint8Array, at: number): boolean | undefined {
  for (const little of [true, false]) {
    if (new EndianReader(bytes, little).u32(at + 8) === BYTE_ORDER_MAGIC) return little;
  }
  return undefined;
}

/**
 * A pcapng file, packet by packet, over any number of sections (each with its byte order and interfaces). A block that
 * cannot be right ends the reading with a problem; unknown blocks are passed over.
 */
export class PcapngSource implements RecordSource {
  readonly embeddedKeys: Uint8Array[] = [];
  position = 0;
  private frame = 0;
  private read: EndianReader;
  private interfaces: Interface[] = [];
  /** A packet with a time has been read. */
  private timed = false;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly problems: Problems,
  ) {
    this.read = new EndianReader(bytes, true);
  }

  next(out: PacketRecord): boolean {
    const { bytes } = this;
    while (this.position < bytes.length) {
      const at = this.position;
      if (at + 12 > bytes.length) return this.end('truncated-file', 'The file ends in the middle of a block');
      // The section header's type reads the same in both byte orders, so that the order can be learnt from it.
      if (this.read.u32(at) === SECTION_HEADER) {
        const little = sectionIsLittle(bytes, at);
        if (little === undefined) return this.end('bad-block', 'A section header has no byte-order mark');
        this.read = new EndianReader(bytes, little);
        this.interfaces = [];
      }
      const total = this.read.u32(at + 4);
      if (total < 12 || total % 4 !== 0) {
        return this.end('bad-block', `A block claims a length of ${total} bytes`);
      }
      if (at + total > bytes.length)
        return this.end('truncated-file', 'The file ends in the middle of a block');
      if (this.read.u32(at + total - 4) !== total) {
        return this.end('bad-block', 'The two length fields of a block differ');
      }
      this.position = at + total;
      if (this.block(this.read.u32(at), at + 8, at + total - 4, out)) return true;
    }
    return false;
  }

  private end(code: 'truncated-file' | 'bad-block', what: string): false {
    this.problems.add(
      code,
      this.frame + 1,
      `${what} after packet ${this.frame}; everything before it is used.`,
    );
    this.position = this.bytes.length;
    return false;
  }

  /** Takes one block whose body is [at, end); true if it was a packet. */
  private block(type: number, at: number, end: number, out: PacketRecord): boolean {
    switch (type) {
      case INTERFACE_DESCRIPTION:
        this.describeInterface(at, end);
        return false;
      case DECRYPTION_SECRETS:
        this.secrets(at, end);
        return false;
      case ENHANCED_PACKET:
        return this.packet(at, end, 20, at + 20 <= end ? this.read.u32(at) : 0, out);
      case OLD_PACKET:
        return this.packet(at, end, 20, at + 20 <= end ? this.read.u16(at) : 0, out);
      case SIMPLE_PACKET:
        return this.simplePacket(at, end, out);
      default:
        return false;
    }
  }

  private packet(at: number, end: number, header: number, iface: number, out: PacketRecord): boolean {
    this.frame++;
    const capLen = at + header <= end ? this.read.u32(at + 12) : Number.POSITIVE_INFINITY;
    if (at + header + capLen > end) return this.tooLong(out);
    const known = this.interfaces[iface];
    if (!known) return this.ofNoInterface(iface, out);
    out.off = at + header;
    out.capLen = capLen;
    out.origLen = Math.max(this.read.u32(at + 16), capLen);
    out.linkType = known.linkType;
    this.setTime(known, this.read.u32(at + 4), this.read.u32(at + 8), out);
    return true;
  }

  private simplePacket(at: number, end: number, out: PacketRecord): boolean {
    this.frame++;
    const known = this.interfaces[0];
    if (!known) return this.ofNoInterface(0, out);
    if (at + 4 > end) return this.tooLong(out);
    const origLen = this.read.u32(at);
    const limit = known.snapLen === 0 ? end - at - 4 : Math.min(known.snapLen, end - at - 4);
    this.problems.add(
      'no-timestamp',
      this.frame,
      `Packet ${this.frame} carries no time; it is given that of the packet ${this.timed ? 'before' : 'after'} it.`,
    );
    out.off = at + 4;
    out.capLen = Math.min(origLen, limit);
    out.origLen = origLen;
    out.linkType = known.linkType;
    out.timed = false;
    return true;
  }

  private ofNoInterface(iface: number, out: PacketRecord): true {
    this.problems.add(
      'unknown-interface',
      this.frame,
      `Packet ${this.frame} names interface ${iface}, which the file does not describe; it is left out.`,
    );
    return this.skipped(out);
  }

  private tooLong(out: PacketRecord): true {
    this.problems.add(
      'bad-record',
      this.frame,
      `Packet ${this.frame} is longer than the block that holds it; it is left out.`,
    );
    return this.skipped(out);
  }

  /** A packet that cannot be used still counts, so that frame numbers stay those of other tools. */
  private skipped(out: PacketRecord): true {
    out.off = 0;
    out.capLen = 0;
    out.origLen = 0;
    out.linkType = -1;
    out.timed = false;
    return true;
  }

  private setTime(iface: Interface, high: number, low: number, out: PacketRecord): void {
    const units = high * 0x1_0000_0000 + low;
    const perSecond = Number(iface.unitsPerSecond);
    const nsPerUnit = 1e9 / perSecond;
    if (Number.isSafeInteger(units) && Number.isInteger(nsPerUnit)) {
      out.sec = Math.floor(units / perSecond);
      out.ns = (units - out.sec * perSecond) * nsPerUnit;
    } else {
      const exact = (BigInt(high) << 32n) | BigInt(low);
      out.sec = Number(exact / iface.unitsPerSecond);
      out.ns = Number(((exact % iface.unitsPerSecond) * 1_000_000_000n) / iface.unitsPerSecond);
    }
    out.sec += iface.offsetSeconds;
    out.timed = true;
    this.timed = true;
  }

  private describeInterface(at: number, end: number): void {
    if (at + 8 > end) {
      this.problems.add('bad-block', this.frame, 'An interface description is too short; it is passed over.');
      return;
    }
    let unitsPerSecond = 1_000_000n;
    let offsetSeconds = 0;
    for (let opt = at + 8; opt + 4 <= end; ) {
      const code = this.read.u16(opt);
      const length = this.read.u16(opt + 2);
      const value = opt + 4;
      if (code === 0 || value + length > end) break;
      if (code === OPT_TSRESOL && length >= 1) unitsPerSecond = resolution(this.bytes[value]!);
      if (code === OPT_TSOFFSET && length >= 8) {
        const low = this.read.u32(value + (this.read.little ? 0 : 4));
        const high = this.read.u32(value + (this.read.little ? 4 : 0)) | 0;
        offsetSeconds = high * 0x1_0000_0000 + low;
      }
      opt = value + ((length + 3) & ~3);
    }
    this.interfaces.push({
      linkType: this.read.u16(at),
      snapLen: this.read.u32(at + 4),
      unitsPerSecond,
      offsetSeconds,
    });
  }

  private secrets(at: number, end: number): void {
    const length = at + 8 <= end ? this.read.u32(at + 4) : Number.POSITIVE_INFINITY;
    if (at + 8 + length > end) {
      this.problems.add('bad-secrets', this.frame, 'A block of secrets is cut short; its keys are not used.');
      return;
    }
    if (this.read.u32(at) === TLS_KEY_LOG)
      this.embeddedKeys.push(this.bytes.subarray(at + 8, at + 8 + length));
  }
}

/** Units in a second for an if_tsresol byte: a power of ten, or of two when the top bit is set. */
function resolution(byte: number): bigint {
  const exponent = BigInt(byte & 0x7f);
  return byte & 0x80 ? 2n ** exponent : 10n ** exponent;
}
