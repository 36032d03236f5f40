import { readClientHello } from '../client-hello.ts';
import { CryptoStream } from '../crypto-stream.ts';
import { ackRanges, Frame } from '../frame.ts';
import { HandshakeMessage, parseHandshake } from '../handshake.ts';
import { CidRange, datagramDcid, PacketHeader, parsePacket } from '../header.ts';
import { AES_128_GCM, AES_256_GCM, CHACHA20_POLY1305, packetKeys } from '../keys.ts';
import { eachFrame } from '../parse-frame.ts';
import { OpenedPacket, openPacket, sealPacket } from '../protect.ts';
import { isParseError, type ParseError, type ReasonName, reasonName } from '../reason.ts';
import { retryTagMatches } from '../retry.ts';
import { readEncryptedExtensions, readServerHello } from '../server-hello.ts';
import { statelessResetToken } from '../stateless-reset.ts';
import { parseTransportParameters } from '../transport-parameters.ts';
import { VECTOR_DCID, VECTOR_SECRET } from '../vectors.ts';
import { QUIC_VERSIONS, quicVersion } from '../version.ts';
import { writeLongHeader, writeShortHeader } from '../write-header.ts';
import type { Seed } from './seed.ts';

/** A parser did something that no input may make it do. */
export class Violation extends Error {}

/** What reading an input gave: how often which reason, and a number over all results. */
export class Verdict {
  readonly reasons = new Map<ReasonName, number>();
  accepted = 0;
  fingerprint = 0;

  /** Takes a result into the fingerprint. */
  note(value: number): void {
    this.fingerprint = (Math.imul(this.fingerprint ^ (value | 0), 0x01000193) + 1) | 0;
  }

  /** Takes a failure, whose place must lie in [off, end]. */
  fail(code: number, at: number, off: number, end: number): void {
    const name = reasonName(code);
    if (!(at >= off && at <= end)) throw new Violation(`${name} at ${at}, outside of [${off}, ${end}]`);
    this.reasons.set(name, (this.reasons.get(name) ?? 0) + 1);
    this.note(code);
    this.note(at - off);
  }

  /** Takes an error value or accepts. */
  take(result: object | ParseError, off: number, end: number): void {
    if (!isParseError(result)) {
      this.accepted++;
      return;
    }
    if (!(result.offset >= off && result.offset <= end)) {
      throw new Violation(`${result.reason} at ${result.offset}, outside of [${off}, ${end}]`);
    }
    this.reasons.set(result.reason, (this.reasons.get(result.reason) ?? 0) + 1);
    this.note(result.offset - off);
  }
}

function check(holds: boolean, text: string): void {
  if (!holds) throw new Violation(text);
}

/** Reads inputs of every target and holds each parser to what its docstring promises. */
export class Reader {
  private readonly header = new PacketHeader();
  private readonly opened = new OpenedPacket();
  private readonly frame = new Frame();
  private readonly range = new CidRange();
  private readonly message = new HandshakeMessage();
  private readonly ranges: number[] = [];
  private readonly sealed = new Uint8Array(40_000);
  private readonly keys = [
    packetKeys(AES_128_GCM, VECTOR_SECRET),
    packetKeys(AES_256_GCM, new Uint8Array(48).fill(5)),
    packetKeys(CHACHA20_POLY1305, VECTOR_SECRET),
  ];

  /** Reads buf[off, end) as what `seed` is; `choice` picks among keys and header shapes. */
  read(seed: Seed, buf: Uint8Array, off: number, end: number, choice: number, verdict: Verdict): void {
    switch (seed.target) {
      case 'datagram':
        this.datagram(buf, off, end, seed.dcidLen, choice, verdict);
        return;
      case 'frames':
        this.frames(buf, off, end, seed, verdict);
        return;
      case 'sealed':
        this.seal(buf, off, end, seed, choice, verdict);
        return;
      case 'clientHello':
        verdict.take(readClientHello(buf, off, end), off, end);
        return;
      case 'serverHello':
        verdict.take(readServerHello(buf, off, end), off, end);
        return;
      case 'handshake':
        this.handshake(buf, off, end, verdict);
        return;
      case 'parameters':
        verdict.take(parseTransportParameters(buf, off, end), off, end);
        return;
    }
  }

  private datagram(
    buf: Uint8Array,
    off: number,
    end: number,
    dcidLen: number,
    choice: number,
    verdict: Verdict,
  ): void {
    const { header, range } = this;
    const found = datagramDcid(buf, off, end, dcidLen, range);
    if (found < 0) verdict.fail(found, range.errorAt, off, end);
    else check(range.off >= off && range.off + range.len <= end, 'the connection ID leaves the datagram');
    verdict.note(statelessResetToken(buf, off, end, [VECTOR_SECRET.subarray(0, 16)]));
    for (let at = off; at < end; ) {
      const size = parsePacket(buf, at, end, dcidLen, header);
      if (size < 0) {
        verdict.fail(size, header.errorAt, off, end);
        return;
      }
      check(
        size > 0 && at + size <= end && header.payloadEnd === at + size,
        `a packet of ${size} bytes at ${at}`,
      );
      check(header.dcidOff + header.dcidLen <= end, 'DCID outside');
      check(header.scidOff + header.scidLen <= end, 'SCID outside');
      check(header.tokenOff + header.tokenLen <= end, 'token outside');
      for (const value of [
        size,
        header.version,
        header.dcidLen,
        header.scidLen,
        header.tokenLen,
        header.pnOff - off,
      ]) {
        verdict.note(value);
      }
      verdict.accepted++;
      // Opening costs as much as fifty headers; a share of the inputs is enough.
      if (choice % 16 === 0) this.open(buf, at, header.payloadEnd, choice, verdict);
      if (header.type === 'Retry') {
        verdict.note(retryTagMatches(buf, header, VECTOR_DCID, this.opened.workspace) ? 1 : 0);
      }
      at += size;
    }
  }

  private open(buf: Uint8Array, at: number, packetEnd: number, choice: number, verdict: Verdict): void {
    const { header, opened } = this;
    const keys = this.keys[(choice >>> 4) % 3]!;
    const length = openPacket(keys, buf, at, header.pnOff, packetEnd, (choice >>> 8) - 1, opened);
    if (length < 0) {
      verdict.fail(length, opened.errorAt, at, packetEnd);
    } else {
      check(
        opened.payloadEnd - opened.payloadOff === length && opened.payloadEnd <= opened.bytes.length,
        'payload',
      );
    }
  }

  private frames(buf: Uint8Array, off: number, end: number, seed: Seed, verdict: Verdict): void {
    const stream = new CryptoStream(8192);
    let last = off;
    const count = eachFrame(buf, off, end, seed.packet, this.frame, (frame) => {
      check(
        frame.start === last && frame.end > frame.start && frame.end <= end,
        'frames do not follow each other',
      );
      last = frame.end;
      this.one(buf, frame, stream, verdict);
      return true;
    });
    if (count < 0) verdict.fail(count, this.frame.errorAt, off, end);
    else verdict.accepted++;
    verdict.note(count);
  }

  private one(buf: Uint8Array, frame: Frame, stream: CryptoStream, verdict: Verdict): void {
    verdict.note(frame.type);
    verdict.note(frame.end - frame.start);
    switch (frame.name) {
      case 'ACK':
      case 'ACK_ECN': {
        const count = ackRanges(buf, frame, this.ranges);
        check(this.ranges.length === 2 * count, 'ACK ranges');
        // Above 2^53 doubles are too far apart for the order to show.
        for (let i = 2; frame.exact && i < this.ranges.length; i += 2) {
          const [smallest, largest, above] = [this.ranges[i]!, this.ranges[i + 1]!, this.ranges[i - 2]!];
          check(smallest >= 0 && smallest <= largest && largest < above - 1, 'ACK ranges out of order');
        }
        return;
      }
      case 'CRYPTO': {
        this.inside(frame);
        const got = stream.add(frame.offset, buf, frame.dataOff, frame.dataLen);
        if (got < 0) verdict.fail(got, frame.start, frame.start, frame.end);
        else verdict.note(got);
        return;
      }
      case 'STREAM':
      case 'NEW_TOKEN':
      case 'NEW_CONNECTION_ID':
      case 'PATH_CHALLENGE':
      case 'PATH_RESPONSE':
      case 'CONNECTION_CLOSE':
      case 'CONNECTION_CLOSE_APP':
      case 'DATAGRAM':
        this.inside(frame);
        return;
      default:
        return;
    }
  }

  private inside(frame: Frame): void {
    check(
      frame.dataOff >= frame.start && frame.dataOff + frame.dataLen <= frame.end,
      'data outside of its frame',
    );
  }

  /** Protects the frames as they are, opens them again, and reads what came out. */
  private seal(
    buf: Uint8Array,
    off: number,
    end: number,
    seed: Seed,
    choice: number,
    verdict: Verdict,
  ): void {
    const { sealed, opened, header } = this;
    const keys = this.keys[choice % 3]!;
    const pnLen = 1 + ((choice >>> 2) & 3);
    const pn = (choice >>> 4) & 0xff;
    const payloadLen = Math.min(end - off, 16_000);
    const cid = VECTOR_DCID;
    const short = seed.packet === '1-RTT';
    const type = seed.packet === 'Initial' || seed.packet === '0-RTT' ? seed.packet : 'Handshake';
    const version = QUIC_VERSIONS[(choice >>> 12) % 3]!;
    const pnOff = short
      ? writeShortHeader(sealed, 0, cid, pn, pnLen, ((choice >>> 14) & 1) as 0 | 1)
      : writeLongHeader(sealed, 0, { version, type, dcid: cid, scid: cid, pn, pnLen, payloadLen });
    const payloadOff = pnOff + pnLen;
    for (let i = 0; i < payloadLen; i++) sealed[payloadOff + i] = buf[off + i]!;
    const packetEnd = sealPacket(
      keys,
      sealed,
      0,
      pnOff,
      pnLen,
      payloadOff + payloadLen,
      pn,
      opened.workspace,
    );
    if (packetEnd < 0) {
      verdict.fail(packetEnd, off, off, end);
      return;
    }
    check(parsePacket(sealed, 0, packetEnd, cid.length, header) === packetEnd, 'a sealed packet is not read');
    check(short || quicVersion(header.version) === version, 'a sealed packet has another version');
    const length = openPacket(keys, sealed, 0, header.pnOff, packetEnd, -1, opened);
    check(length === payloadLen && opened.pn === pn, `a sealed packet does not open: ${length}`);
    const { bytes } = opened;
    for (let i = 0; i < length; i++)
      check(bytes[opened.payloadOff + i] === buf[off + i], 'opening changed a byte');
    this.frames(bytes, opened.payloadOff, opened.payloadEnd, seed, verdict);
    sealed[(choice >>> 3) % packetEnd]! ^= 1 << (choice & 7);
    if (parsePacket(sealed, 0, packetEnd, cid.length, header) > 0) this.openBroken(keys, packetEnd, verdict);
  }

  private openBroken(keys: (typeof this.keys)[number], packetEnd: number, verdict: Verdict): void {
    const { header, opened, sealed } = this;
    const length = openPacket(keys, sealed, 0, header.pnOff, header.payloadEnd, -1, opened);
    check(length < 0, 'a packet with a changed bit opens');
    verdict.fail(length, opened.errorAt, 0, packetEnd);
  }

  private handshake(buf: Uint8Array, off: number, end: number, verdict: Verdict): void {
    const { message } = this;
    for (let at = off; at < end; ) {
      const size = parseHandshake(buf, at, end, message);
      if (size < 0) {
        verdict.fail(size, message.errorAt, off, end);
        break;
      }
      check(size >= 4 && at + size <= end, 'a handshake message leaves its bytes');
      at += size;
    }
    verdict.take(readEncryptedExtensions(buf, off, end), off, end);
  }
}
