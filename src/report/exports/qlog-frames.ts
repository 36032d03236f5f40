/**
 * A packet's frames as qlog has them (draft-ietf-quic-qlog-quic-events-13, section 8.13). What they carry is left out: no data, tokens,
 * path data, reason phrases; of a stateless reset token nothing at all.
 */
import { ackRanges, type Frame, toHex } from '../../quic/index.ts';

export type QlogFrame = { frame_type: string } & Record<string, unknown>;

/** Transport errors by their code: RFC 9000 section 20.1; what has no name is `unknown`, with its code. */
const ERRORS = [
  'no_error',
  'internal_error',
  'connection_refused',
  'flow_control_error',
  'stream_limit_error',
  'stream_state_error',
  'final_size_error',
  'frame_encoding_error',
  'transport_parameter_error',
  'connection_id_limit_error',
  'protocol_violation',
  'invalid_token',
  'application_error',
  'crypto_buffer_exceeded',
  'key_update_error',
  'aead_limit_reached',
  'no_viable_path',
];
/** A TLS alert is one of 256 codes from here on. */
const CRYPTO_ERROR = 0x100;

const unknownError = (code: number) => ({ error: 'unknown', error_code: code });

function transportError(code: number): Record<string, unknown> {
  if (code >= CRYPTO_ERROR && code < 2 * CRYPTO_ERROR)
    return { error: `crypto_error_0x${code.toString(16)}` };
  const error = ERRORS[code];
  return error === undefined ? unknownError(code) : { error };
}

/** Length of what a frame carries: qlog asks for it as `raw.length` where the frame says it itself. */
const carries = (f: Frame) => ({ raw: { length: f.dataLen, payload_length: f.dataLen } });

function ack(buf: Uint8Array, f: Frame, exponent: number): QlogFrame {
  const flat: number[] = [];
  const n = ackRanges(buf, f, flat);
  const acked_ranges = Array.from({ length: n }, (_, i) => {
    const [low, high] = [flat[2 * i]!, flat[2 * i + 1]!];
    return low === high ? [low] : [low, high];
  });
  return {
    frame_type: 'ack',
    ack_delay: (f.ackDelay * 2 ** exponent) / 1000,
    acked_ranges,
    ...(f.name === 'ACK_ECN' ? { ect1: f.ect1, ect0: f.ect0, ce: f.ce } : {}),
  };
}

const streamType = (f: Frame): string => (f.unidirectional ? 'unidirectional' : 'bidirectional');

/** `buf`: what `f` was just parsed in; `exponent`: the sender's ack_delay_exponent. Delays are in ms. */
export function qlogFrame(buf: Uint8Array, f: Frame, exponent: number): QlogFrame {
  switch (f.name) {
    case 'PADDING':
      return { frame_type: 'padding', raw: { payload_length: f.value } };
    case 'PING':
      return { frame_type: 'ping' };
    case 'ACK':
    case 'ACK_ECN':
      return ack(buf, f, exponent);
    case 'RESET_STREAM':
    case 'RESET_STREAM_AT':
      return {
        frame_type: f.name.toLowerCase(),
        stream_id: f.streamId,
        ...unknownError(f.errorCode),
        final_size: f.value,
        ...(f.name === 'RESET_STREAM_AT' ? { reliable_size: f.reliableSize } : {}),
      };
    case 'STOP_SENDING':
      return { frame_type: 'stop_sending', stream_id: f.streamId, ...unknownError(f.errorCode) };
    case 'CRYPTO':
      return { frame_type: 'crypto', offset: f.offset, ...carries(f) };
    case 'NEW_TOKEN':
      return { frame_type: 'new_token', token: carries(f) };
    case 'STREAM':
      return {
        frame_type: 'stream',
        stream_id: f.streamId,
        offset: f.offset,
        ...(f.fin ? { fin: true } : {}),
        ...carries(f),
      };
    case 'MAX_DATA':
      return { frame_type: 'max_data', maximum: f.value };
    case 'MAX_STREAM_DATA':
      return { frame_type: 'max_stream_data', stream_id: f.streamId, maximum: f.value };
    case 'MAX_STREAMS':
      return { frame_type: 'max_streams', stream_type: streamType(f), maximum: f.value };
    case 'DATA_BLOCKED':
      return { frame_type: 'data_blocked', limit: f.value };
    case 'STREAM_DATA_BLOCKED':
      return { frame_type: 'stream_data_blocked', stream_id: f.streamId, limit: f.value };
    case 'STREAMS_BLOCKED':
      return { frame_type: 'streams_blocked', stream_type: streamType(f), limit: f.value };
    case 'NEW_CONNECTION_ID':
      return {
        frame_type: 'new_connection_id',
        sequence_number: f.sequence,
        retire_prior_to: f.retirePriorTo,
        connection_id_length: f.dataLen,
        connection_id: toHex(buf, f.dataOff, f.dataOff + f.dataLen),
      };
    case 'RETIRE_CONNECTION_ID':
      return { frame_type: 'retire_connection_id', sequence_number: f.sequence };
    case 'PATH_CHALLENGE':
    case 'PATH_RESPONSE':
      return { frame_type: f.name.toLowerCase() };
    case 'CONNECTION_CLOSE':
      return {
        frame_type: 'connection_close',
        error_space: 'transport',
        ...transportError(f.errorCode),
        ...(f.causeType > 0 ? { trigger_frame_type: f.causeType } : {}),
      };
    case 'CONNECTION_CLOSE_APP':
      return { frame_type: 'connection_close', error_space: 'application', ...unknownError(f.errorCode) };
    case 'HANDSHAKE_DONE':
      return { frame_type: 'handshake_done' };
    case 'DATAGRAM':
      return { frame_type: 'datagram', ...carries(f) };
    default:
      return { frame_type: 'unknown', frame_type_bytes: f.type, raw: { length: f.end - f.start } };
  }
}
