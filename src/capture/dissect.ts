import type { Connection } from './connection.ts';
import type { KeyLog } from './keylog.ts';
import type { DissectedDatagram, Packet } from './packet.ts';
import { type Extent, PacketReader } from './packet-reader.ts';
import type { Capture } from './read.ts';
import { SegmentFinder } from './segments.ts';
import { DatagramFlag } from './table.ts';
import { ConnectionTracker, type Owner } from './tracker.ts';

export interface DissectOptions {
  /** Key log of the connections; without it only Initial packets are opened. */
  readonly keyLog?: KeyLog | undefined;
  /** Keep the frames of opened packets in clear, so that they can be read later. Default true. */
  readonly keepPlaintext?: boolean;
}

/**
 * Reads every QUIC packet of a capture, in portions like `CaptureScan`. Datagrams that neither come from nor go to a
 * server port are left out.
 */
export class Dissection {
  readonly datagrams: DissectedDatagram[] = [];
  private next = 0;
  private readonly tracker: ConnectionTracker;
  private readonly reader: PacketReader;
  private readonly segments: SegmentFinder;
  private readonly owner: Owner = { conn: undefined, fromServer: false, statelessReset: false };

  constructor(
    private readonly capture: Capture,
    options: DissectOptions = {},
  ) {
    const { datagrams, serverPorts } = capture;
    this.tracker = new ConnectionTracker(datagrams, serverPorts, options.keyLog);
    this.reader = new PacketReader(datagrams.file, this.tracker, options.keepPlaintext ?? true);
    this.segments = new SegmentFinder(this.reader);
  }

  /** Connections in order of first appearance. */
  get connections(): readonly Connection[] {
    return this.tracker.connections;
  }

  /** Share of the datagrams that have been read, 0 to 1. */
  get progress(): number {
    const { length } = this.capture.datagrams;
    return length === 0 ? 1 : this.next / length;
  }

  /** Reads up to `datagrams` further datagrams; true once all are read. */
  step(datagrams: number): boolean {
    const { datagrams: table, serverPorts } = this.capture;
    for (let n = 0; n < datagrams && this.next < table.length; n++) {
      const row = this.next++;
      const ours = serverPorts.includes(table.sport(row)) || serverPorts.includes(table.dport(row));
      if (ours || serverPorts.length === 0) this.datagrams.push(this.datagram(row));
    }
    return this.next >= table.length;
  }

  private datagram(row: number): DissectedDatagram {
    const { datagrams: table } = this.capture;
    const { owner, reader } = this;
    const from = table.offset(row);
    const end = from + table.capturedLength(row);
    const wireEnd = from + table.payloadLength(row);
    const extent: Extent = { base: from, from, end, wireEnd, row };
    const readable = reader.parse(from, end, wireEnd, 0) > 0;
    this.tracker.find(row, readable ? reader.header : undefined, owner);
    const packets = owner.statelessReset ? [reset(wireEnd - from)] : reader.packets(extent, owner);
    const superFrame = (table.flags(row) & DatagramFlag.superFrame) !== 0;
    const used = packets.reduce((sum, packet) => sum + packet.len, 0);
    // Only what does not open is compared with the tokens (RFC 9000 section 10.3.1).
    const unopened = packets.at(-1)?.state === 'failed';
    return {
      row,
      connection: owner.conn,
      fromServer: owner.fromServer,
      statelessReset: owner.statelessReset || (unopened && this.tracker.endsWithResetToken(row, owner)),
      packets,
      trailing: wireEnd - from - used,
      segments: superFrame ? this.segments.find(extent, owner, packets) : undefined,
    };
  }
}

/** Reads every packet of a capture at once: `Dissection` without the portions. */
export function dissect(capture: Capture, options: DissectOptions = {}): Dissection {
  const dissection = new Dissection(capture, options);
  while (!dissection.step(Number.MAX_SAFE_INTEGER));
  return dissection;
}

/** A stateless reset has the look of a short header and nothing in it to read (RFC 9000 section 10.3). */
function reset(len: number): Packet {
  return {
    off: 0,
    len,
    form: 'short',
    type: '1-RTT',
    version: 0,
    dcidOff: 0,
    dcidLen: 0,
    scidOff: 0,
    scidLen: 0,
    tokenOff: 0,
    tokenLen: 0,
    lengthField: -1,
    pnOff: 0,
    spin: 0,
    state: 'none',
    pn: -1,
    pnLen: 0,
    keyPhase: 0,
    plaintext: undefined,
    frames: [],
    frameError: undefined,
    supportedVersions: [],
  };
}
