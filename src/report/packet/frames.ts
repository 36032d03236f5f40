/** Frames and a ClientHello as rows of a table. */
import {
  ackRanges,
  type ClientHello,
  cipherSuiteName,
  type Frame,
  groupName,
  type TransportParameters,
  toHex,
  versionName,
} from '../../quic/index.ts';
import type { FrameRow } from './look.ts';

const MOST_RANGES = 6;

const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, '\u202f');
const bytes = (n: number): string => `${count(n)} ${n === 1 ? 'byte' : 'bytes'}`;
const row = (name: string, value: string, note = ''): FrameRow => ({ name, value, note });

/** What stands behind a frame's name. */
export function frameSummary(f: Frame): string {
  switch (f.name) {
    case 'PADDING':
      return bytes(f.value);
    case 'CRYPTO':
      return `offset ${count(f.offset)}, ${bytes(f.dataLen)}`;
    case 'STREAM':
      return `stream ${f.streamId}, offset ${count(f.offset)}, ${bytes(f.dataLen)}${f.fin ? ', the last' : ''}`;
    case 'DATAGRAM':
    case 'NEW_TOKEN':
      return bytes(f.dataLen);
    default:
      return bytes(f.end - f.start);
  }
}

/** Its fields. `buf`: what it was parsed in; `exponent`: the sender's ack_delay_exponent. */
export function frameRows(buf: Uint8Array, f: Frame, exponent: number): FrameRow[] {
  const data = (): string => shortHex(buf, f.dataOff, f.dataLen);
  switch (f.name) {
    case 'ACK':
    case 'ACK_ECN': {
      const ranges: number[] = [];
      const n = ackRanges(buf, f, ranges);
      const rows = [
        row('Largest', count(f.largest)),
        row('Delay', count(f.ackDelay), `× ${2 ** exponent}\u202fµs`),
        ...Array.from({ length: Math.min(n, MOST_RANGES) }, (_, i) => {
          const [low, high] = [ranges[2 * i]!, ranges[2 * i + 1]!];
          const note = low === high ? `packet ${count(low)}` : `packets ${count(low)} to ${count(high)}`;
          return row(i === 0 ? 'First range' : 'Range', count(high - low + 1), note);
        }),
      ];
      if (n > MOST_RANGES) rows.push(row('Range', `${n - MOST_RANGES} more`));
      if (f.name === 'ACK_ECN') rows.push(row('ECN', `${f.ect0}, ${f.ect1}, ${f.ce}`, 'ECT(0), ECT(1), CE'));
      return rows;
    }
    case 'CRYPTO':
      return [row('Offset', count(f.offset)), row('Length', count(f.dataLen))];
    case 'STREAM':
      return [
        row('Stream', count(f.streamId), streamWords(f.streamId)),
        row('Offset', count(f.offset)),
        row('Length', count(f.dataLen)),
        ...(f.fin ? [row('FIN', 'yes')] : []),
      ];
    case 'RESET_STREAM':
      return [
        row('Stream', count(f.streamId)),
        row('Error', hex(f.errorCode)),
        row('Final size', count(f.value)),
      ];
    case 'STOP_SENDING':
      return [row('Stream', count(f.streamId)), row('Error', hex(f.errorCode))];
    case 'MAX_DATA':
    case 'DATA_BLOCKED':
      return [row('Limit', count(f.value))];
    case 'MAX_STREAM_DATA':
    case 'STREAM_DATA_BLOCKED':
      return [row('Stream', count(f.streamId)), row('Limit', count(f.value))];
    case 'MAX_STREAMS':
    case 'STREAMS_BLOCKED':
      return [row('Limit', count(f.value), f.unidirectional ? 'unidirectional' : 'bidirectional')];
    case 'NEW_CONNECTION_ID':
      return [
        row('Sequence', count(f.sequence)),
        row('Retire prior to', count(f.retirePriorTo)),
        row('Connection ID', data()),
        row('Reset token', toHex(buf, f.resetTokenOff, f.resetTokenOff + 16)),
      ];
    case 'RETIRE_CONNECTION_ID':
      return [row('Sequence', count(f.sequence))];
    case 'PATH_CHALLENGE':
    case 'PATH_RESPONSE':
      return [row('Data', data())];
    case 'NEW_TOKEN':
      return [row('Token', data())];
    case 'CONNECTION_CLOSE':
    case 'CONNECTION_CLOSE_APP':
      return [
        row('Error', hex(f.errorCode)),
        ...(f.name === 'CONNECTION_CLOSE' ? [row('Frame type', hex(f.causeType))] : []),
        ...(f.dataLen > 0 ? [row('Reason', text(buf, f.dataOff, f.dataLen))] : []),
      ];
    case 'DATAGRAM':
      return [row('Length', count(f.dataLen))];
    default:
      return [];
  }
}

const streamWords = (id: number): string =>
  `${id & 1 ? 'server' : 'client'} opened it, ${id & 2 ? 'one way' : 'both ways'}`;

export function helloRows(h: ClientHello): FrameRow[] {
  const tp = h.transportParameters;
  return [
    row('Server name', h.serverName ?? 'none'),
    row('ALPN', h.alpn.join(', ') || 'none'),
    row('Cipher suites', h.cipherSuites.map(cipherSuiteName).join(', ')),
    row('Groups', h.groups.map(groupName).join(', ') || 'none'),
    row('Key shares', h.keyShares.map(groupName).join(', ') || 'none'),
    ...(h.offersPsk ? [row('Pre-shared key', 'offered', h.offersEarlyData ? 'with early data' : '')] : []),
    ...(tp ? parameterRows(tp) : []),
  ];
}

/** In order of their numbers, with the names of RFC 9000 section 18.2. */
function parameterRows(tp: TransportParameters): FrameRow[] {
  const out: FrameRow[] = [];
  for (const [key, value] of Object.entries(tp)) {
    if (value === undefined || key === 'unknown') continue;
    const name = key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
    if (typeof value === 'number') out.push(row(name, count(value), MS.has(key) ? 'ms' : ''));
    else if (value === true) out.push(row(name, 'yes'));
    else if (value instanceof Uint8Array) out.push(row(name, toHex(value) || 'empty'));
    else if ('available' in value)
      out.push(row(name, versionName(value.chosen), value.available.map(versionName).join(', ')));
    else out.push(row(name, toHex(value.cid)));
  }
  const unknown = tp.unknown?.length ?? 0;
  if (unknown > 0) out.push(row('others', String(unknown), 'not known here, GREASE among them'));
  return out;
}

const MS: ReadonlySet<string> = new Set(['maxIdleTimeout', 'maxAckDelay']);

const hex = (n: number): string => `0x${n.toString(16)}`;

/** Up to 20 bytes as hex, and how many more there are. */
export function shortHex(buf: Uint8Array, off: number, len: number): string {
  const shown = Math.min(len, 20);
  return `${toHex(buf, off, off + shown)}${len > shown ? `… ${bytes(len)}` : ''}`;
}

/** Printable ASCII, everything else as dots. */
function text(buf: Uint8Array, off: number, len: number): string {
  let out = '';
  for (let i = off; i < off + Math.min(len, 200); i++)
    out += buf[i]! >= 0x20 && buf[i]! < 0x7f ? String.fromCharCode(buf[i]!) : '·';
  return out;
}
