import type { Problems } from './problems.ts';
import { EndianReader, type PacketRecord, type RecordSource } from './record.ts';

const MAGIC_MICRO = 0xa1b2c3d4;
const MAGIC_NANO = 0xa1b23c4d;
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
/** No real link layer hands over a packet this long; a longer one means that we have lost the record boundary. */
const MAX_PACKET = 16 * 1024 * 1024;

/** Byte order and time unit if `bytes` begins like a classic pcap file, else undefined. */
export function sniffPcap(bytes: Uint8Array): { little: boolean; nano: boolean } | undefined {
  if (bytes.length < 4) return undefined;
  for (const little of [true, false]) {
    const magic = new EndianReader(bytes, little).u32(0);
    if (magic === MAGIC_MICRO) return { little, nano: false };
    if (magic === MAGIC_NANO) return { little, nano: true };
  }
  return undefined;
}

/** True if the file header is complete. */
export function pcapHeaderComplete(bytes: Uint8Array): boolean {
  return bytes.length >= FILE_HEADER;
}

/**
 * A classic pcap file, record by record. The file header must be complete. A record that cannot be right ends the
 * reading with a problem; what came before stays.
 */
export class PcapSource implements RecordSource {
  readonly embeddedKeys: readonly Uint8Array[] = [];
  readonly linkType: number;
  position = FILE_HEADER;
  private frame = 0;
  private readonly read: EndianReader;
  private readonly nsPerUnit: number;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly problems: Problems,
    kind: { little: boolean; nano: boolean },
  ) {
    this.read = new EndianReader(bytes, kind.little);
    this.nsPerUnit = kind.nano ? 1 : 1000;
    // The upper bits tell about a frame check sequence, not about the link.
    this.linkType = this.read.u32(20) & 0xffff;
  }

  next(out: PacketRecord): boolean {
    const { bytes, read } = this;
    const at = this.position;
    if (at >= bytes.length) return false;
    this.frame++;
    if (at + RECORD_HEADER > bytes.length) return this.cut();
    const capLen = read.u32(at + 8);
    if (capLen > MAX_PACKET) {
      this.problems.add(
        'bad-record',
        this.frame,
        `Packet ${this.frame} claims ${capLen} captured bytes, so the file is damaged there; everything before it is used.`,
      );
      this.position = bytes.length;
      return false;
    }
    if (at + RECORD_HEADER + capLen > bytes.length) return this.cut();
    out.off = at + RECORD_HEADER;
    out.capLen = capLen;
    out.origLen = Math.max(read.u32(at + 12), capLen);
    out.linkType = this.linkType;
    out.sec = read.u32(at);
    out.ns = read.u32(at + 4) * this.nsPerUnit;
    out.timed = true;
    this.position = out.off + capLen;
    return true;
  }

  private cut(): false {
    this.problems.add(
      'truncated-file',
      this.frame,
      `The file ends in the middle of packet ${this.frame}; everything before it is used.`,
    );
    this.position = this.bytes.length;
    return false;
  }
}
