import { PcapSource, pcapHeaderComplete, sniffPcap } from './pcap.ts';
import { PcapngSource, pcapngHeaderComplete, sniffPcapng } from './pcapng.ts';
import type { CaptureError, Problems } from './problems.ts';
import type { RecordSource } from './record.ts';

/** Offsets into a file are kept in 32 bits. */
const LARGEST = 0xffff_ffff;

/** Picks the reader for a file by its first bytes; the file's name plays no part. */
export function openSource(bytes: Uint8Array, problems: Problems): RecordSource | CaptureError {
  if (bytes.length === 0) return { code: 'empty', text: 'The file is empty.' };
  if (bytes.length > LARGEST)
    return { code: 'too-large', text: 'The file is larger than 4 GB; cut it into pieces.' };
  const pcap = sniffPcap(bytes);
  if (pcap) {
    if (pcapHeaderComplete(bytes)) return new PcapSource(bytes, problems, pcap);
    return cutHeader('pcap');
  }
  if (sniffPcapng(bytes)) {
    if (pcapngHeaderComplete(bytes)) return new PcapngSource(bytes, problems);
    return cutHeader('pcapng');
  }
  return notACapture(bytes);
}

function cutHeader(kind: string): CaptureError {
  return {
    code: 'truncated-header',
    text: `The file begins like a ${kind} capture but ends inside its header, so it holds no packets.`,
  };
}

/** Says what the file looks like instead, for the mistakes that are easily made. */
function notACapture(bytes: Uint8Array): CaptureError {
  const starts = (...values: number[]): boolean => values.every((v, i) => bytes[i] === v);
  if (
    starts(0x1f, 0x8b) ||
    starts(0x28, 0xb5, 0x2f, 0xfd) ||
    starts(0xfd, 0x37, 0x7a) ||
    starts(0x50, 0x4b)
  ) {
    return { code: 'compressed', text: 'The file is compressed; unpack it and open what is inside.' };
  }
  const text = String.fromCharCode(...bytes.subarray(0, 4096));
  if (/^(CLIENT|SERVER|EXPORTER)_[A-Z_0-9]+ [0-9a-fA-F]{64} /m.test(text)) {
    return {
      code: 'not-a-capture',
      text: 'This is a TLS key log, not a capture; open the capture and give this as its keys.',
    };
  }
  const magic = Array.from(bytes.subarray(0, 4), (b) => b.toString(16).padStart(2, '0')).join(' ');
  return {
    code: 'not-a-capture',
    text: `This is neither a pcap nor a pcapng file: it begins with the bytes ${magic}.`,
  };
}
