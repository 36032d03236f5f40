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

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

/** How captures of other formats begin. */
const OTHER_TOOLS: readonly [readonly number[], string][] = [
  [ascii('snoop\0\0\0'), 'snoop'],
  [ascii('btsnoop\0'), 'btsnoop'],
  [ascii('RTSS'), 'Network Monitor 1'],
  [ascii('GMBU'), 'Network Monitor 2'],
  [ascii('TRSNIFF data'), 'Sniffer'],
  [[0x1c, 0, 1, 0xac], 'Ixia'],
  [[0xac, 1, 0, 0x1c], 'Ixia'],
];

/** How a frozen moment's file begins (`link/file`). */
const SAVED_MOMENT = [0x89, ...ascii('RBND\r\n')];

/** Says what the file looks like instead, for the mistakes that are easily made. */
function notACapture(bytes: Uint8Array): CaptureError {
  const starts = (...values: number[]): boolean => values.every((v, i) => bytes[i] === v);
  if (starts(0x1f, 0x8b)) {
    return { code: 'compressed', text: 'The file is packed twice; unpack it once and open what is inside.' };
  }
  if (
    starts(0x42, 0x5a, 0x68) ||
    starts(0x04, 0x22, 0x4d, 0x18) ||
    starts(0x28, 0xb5, 0x2f, 0xfd) ||
    starts(0xfd, 0x37, 0x7a) ||
    starts(0x50, 0x4b)
  ) {
    return { code: 'compressed', text: 'The file is compressed; unpack it and open what is inside.' };
  }
  const big = ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
  if (big === 0xa1b2cd34 || big === 0x34cdb2a1) {
    return {
      code: 'not-a-capture',
      text: 'This is a modified pcap file (magic a1b2cd34), whose records are others than those of pcap; it is not read here.',
    };
  }
  if (starts(...SAVED_MOMENT)) {
    return {
      code: 'not-a-capture',
      text: 'This is a moment that was saved by Rebind, not a capture; the page opens it, and so does run --image.',
    };
  }
  const kind = OTHER_TOOLS.find(([first]) => starts(...first));
  if (kind) {
    return {
      code: 'not-a-capture',
      text: `This is a capture of ${kind[1]}, which is not read here; save it as pcap or pcapng.`,
    };
  }
  // UTF-16 is ASCII with zeros between.
  const text = String.fromCharCode(...bytes.subarray(0, 4096).filter((byte) => byte !== 0));
  if (/^[^A-Z\n]{0,3}(CLIENT|SERVER|EXPORTER)_[A-Z_0-9]+ [0-9a-fA-F]{64} /m.test(text)) {
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
