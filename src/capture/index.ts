/**
 * From a capture file to QUIC packets.
 *
 * ```ts
 * const result = readCapture(bytes);
 * if (!result.ok) return say(result.error.text);
 * const keyLog = parseKeyLog(...result.capture.embeddedKeys, keysFile);
 * const { datagrams, connections } = dissect(result.capture, { keyLog });
 * for (const { row, connection, fromServer, packets } of datagrams) ...
 * ```
 *
 * `CaptureScan` and `Dissection` do the same in portions.
 */
export { AddressBook, endpointText, ipv4Bytes, ipv6Bytes, readEndpoint } from './address.ts';
export type { Cid } from './cid.ts';
export { type Beginning, Connection, Endpoint, Space } from './connection.ts';
export { Dissection, type DissectOptions, dissect } from './dissect.ts';
export { serverEnd } from './findings.ts';
export {
  type HandshakeSecrets,
  type KeyLog,
  type KeyLogProblem,
  KeyLogReader,
  parseKeyLog,
  type SecretLabel,
} from './keylog.ts';
export { keysMismatch } from './keys-fit.ts';
export type { OpenState } from './opener.ts';
export {
  type DissectedDatagram,
  type FrameLabel,
  type Packet,
  type Segment,
  sentDatagrams,
} from './packet.ts';
export { problemList, type ReportedProblem } from './problem-list.ts';
export {
  type CaptureError,
  type CaptureErrorCode,
  type Problem,
  type ProblemCode,
  problemText,
} from './problems.ts';
export { CaptureScan, readCapture } from './read.ts';
export type { Capture, CaptureCounts, CaptureResult } from './scan.ts';
export { type Server, Survey } from './survey.ts';
export { DatagramFlag, DatagramTable } from './table.ts';
export type { Stray } from './tracker.ts';
export { type TruthDatagram, type TruthPacket, toTruth } from './truth.ts';
export { isGzip, Unpacking } from './unpack.ts';
