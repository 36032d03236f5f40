import type { Engines } from '../quic/index.ts';
import type { Connection } from './connection.ts';
import { findings, nothingFound } from './findings.ts';
import type { KeyLog } from './keylog.ts';
import { Learner } from './learner.ts';
import { type Midway, MidwaySearch } from './midway.ts';
import type { DissectedDatagram, Packet } from './packet.ts';
import { type Extent, PacketReader } from './packet-reader.ts';
import type { CaptureError, Problem } from './problems.ts';
import { Registry } from './registry.ts';
import type { Capture } from './scan.ts';
import { SegmentFinder } from './segments.ts';
import { Survey, type SurveyOptions } from './survey.ts';
import { DatagramFlag } from './table.ts';
import { ConnectionTracker, type Owner } from './tracker.ts';

export interface DissectOptions extends SurveyOptions {
  /** Key log of the connections; without it only Initial packets are opened. */
  readonly keyLog?: KeyLog | undefined;
  /** Keep the frames of opened packets in clear, so that they can be read later. Default true. */
  readonly keepPlaintext?: boolean;
  /** What the host has to open packets with. */
  readonly engines?: Engines | undefined;
}

/**
 * Reads every QUIC packet of a capture, in portions like `CaptureScan`. Datagrams that neither come from nor go to a
 * server port are left out.
 */
export class Dissection {
  readonly datagrams: DissectedDatagram[] = [];
  /** Who is a server, and where connections begin. Complete once the first datagram is read. */
  readonly survey: Survey;
  private surveyed = false;
  private readonly search: MidwaySearch | undefined;
  /** Connections that were found on their way, by the pair of endpoints on which they are still to be met. */
  private readonly midway = new Map<number, Midway>();
  private triedAll = false;
  private next = 0;
  private readonly registry: Registry;
  private readonly tracker: ConnectionTracker;
  private readonly learner: Learner;
  private readonly reader: PacketReader;
  private readonly segments: SegmentFinder;
  private readonly owner: Owner = {
    conn: undefined,
    fromServer: false,
    statelessReset: false,
    unannounced: false,
    stray: undefined,
  };

  constructor(
    private readonly capture: Capture,
    private readonly options: DissectOptions = {},
  ) {
    const { datagrams } = capture;
    this.survey = new Survey(datagrams, options);
    this.registry = new Registry(this.survey, options.keyLog);
    this.reader = new PacketReader(datagrams, this.registry, options.keepPlaintext ?? true, options.engines);
    this.tracker = new ConnectionTracker(datagrams, this.registry, this.reader.trial);
    this.learner = new Learner(datagrams, this.registry);
    this.segments = new SegmentFinder(this.reader);
    const { keyLog } = options;
    if (keyLog && keyLog.size > 0) this.search = new MidwaySearch(datagrams, this.survey, keyLog);
  }

  /** Connections in order of first appearance. */
  get connections(): readonly Connection[] {
    return this.registry.connections;
  }

  /** Why there is nothing to show, if there is nothing. Once all has been read. */
  get refusal(): CaptureError | undefined {
    const { survey, options, capture } = this;
    return nothingFound(
      survey,
      this.connections,
      options,
      capture,
      options.keyLog?.size ?? 0,
      this.search?.tags ?? 0,
    );
  }

  /** What a reader should know beside the problems of the file. Once all has been read. */
  get findings(): Problem[] {
    return findings(this.survey, this.connections, this.datagrams, this.capture.datagrams, this.search);
  }

  /** Share of the work that is done, 0 to 1. */
  get progress(): number {
    const { length } = this.capture.datagrams;
    return length === 0 ? 1 : (this.survey.progress + 9 * (this.next / length)) / 10;
  }

  /** Reads up to `datagrams` further datagrams; true once all are read. */
  step(datagrams: number): boolean {
    if (!this.surveyed) {
      // Looking at a datagram takes a small part of reading it.
      this.surveyed = this.survey.step(datagrams * 10);
      if (!this.surveyed) return false;
    }
    if (!this.searched(datagrams)) return false;
    const { datagrams: table } = this.capture;
    for (let n = 0; n < datagrams && this.next < table.length; n++) {
      const row = this.next++;
      if (this.survey.concerns(row)) this.datagrams.push(this.datagram(row));
    }
    return this.next >= table.length;
  }

  /** Whether all has been tried on the packets of connections that began before the capture. */
  private searched(tags: number): boolean {
    const { search, survey, midway } = this;
    if (!search || this.triedAll) return true;
    this.triedAll = search.step(tags);
    if (!this.triedAll) return false;
    for (const found of search.found) {
      midway.set(found.path, found);
      survey.show(found.server, found.row);
    }
    return true;
  }

  private datagram(row: number): DissectedDatagram {
    const { datagrams: table } = this.capture;
    this.meet(row);
    const { owner, reader } = this;
    const buf = table.buffer(row);
    const from = table.offset(row);
    const end = from + table.capturedLength(row);
    const wireEnd = from + table.payloadLength(row);
    const extent: Extent = { buf, base: from, from, end, wireEnd, row };
    const readable = reader.parse(buf, from, end, wireEnd, 0) > 0;
    this.tracker.find(row, readable ? reader.header : undefined, owner);
    const whole = !owner.statelessReset;
    if (whole && readable) this.learner.before(row, reader.header, owner);
    const packets = whole ? reader.packets(extent, owner) : [reset(wireEnd - from)];
    if (whole) this.learner.after(row, owner, packets);
    const superFrame = (table.flags(row) & DatagramFlag.superFrame) !== 0;
    const used = packets.reduce((sum, packet) => sum + packet.len, 0);
    // Only what does not open is compared with the tokens (RFC 9000 section 10.3.1).
    const unopened = packets.at(-1)?.state === 'failed';
    const held = superFrame ? this.segments.find(extent, owner, packets) : 'one';
    return {
      row,
      connection: owner.conn,
      fromServer: owner.fromServer,
      statelessReset: owner.statelessReset || (unopened && this.endsWithResetToken(row)),
      unannounced: owner.unannounced,
      stray: owner.stray,
      packets,
      trailing: wireEnd - from - used,
      segments: typeof held === 'object' ? held : undefined,
      perhapsSeveral: held === 'perhaps' && packets.length > 0,
    };
  }

  private meet(row: number): void {
    const path = this.survey.paths.of(row);
    const found = this.midway.get(path);
    if (!found) return;
    this.midway.delete(path);
    this.registry.midway(found, this.capture.datagrams);
  }

  private endsWithResetToken(row: number): boolean {
    const { conn, fromServer } = this.owner;
    return conn !== undefined && this.tracker.endsWithResetToken(row, conn, fromServer);
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
