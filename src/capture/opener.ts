import {
  decodePacketNumber,
  type Engines,
  OpenedPacket,
  openUnprotected,
  type PacketHeader,
  type PacketKeys,
  QUIC_V1,
  quicVersion,
  Reason,
  unprotectHeader,
  Workspace,
} from '../quic/index.ts';
import { cidAt } from './cid.ts';
import { type Connection, Space } from './connection.ts';
import { advancePhase, nextPhase, type PhaseKeys } from './secrets.ts';

/** Keys whose tables are kept, 16 kB each and made on demand: packets of hundreds of connections come interleaved. */
const TABLES = 1024;

/**
 * What became of a packet's protection. `cut`: the capture did not keep all of it. `none`: the type has nothing
 * to open (Retry, Version Negotiation, an unknown version).
 */
export type OpenState = 'opened' | 'no-keys' | 'failed' | 'cut' | 'none';

/** Opens packets with the keys of their connection; one serves a whole capture. */
export class Opener {
  readonly out: OpenedPacket;
  /** After `open`: header protection could be removed, so `out.pnLen`, `out.keyPhase` and `pn` are valid. */
  headerRead = false;
  pn = 0;

  constructor(engines?: Engines) {
    this.out = new OpenedPacket(new Workspace(TABLES, engines));
  }

  /**
   * Opens the packet whose header was parsed into `header`; `whole` is false when bytes of it are missing, then only the
   * header protection is removed. On success the frames are in `out.bytes`, and `conn` knows the packet number.
   */
  open(
    conn: Connection,
    fromServer: boolean,
    header: PacketHeader,
    buf: Uint8Array,
    end: number,
    whole: boolean,
  ): OpenState {
    this.headerRead = false;
    const space = spaceOf(header);
    if (space === undefined) return 'none';
    if (header.type === '1-RTT') return this.openShort(conn, fromServer, header, buf, end, whole);
    const candidates = this.longCandidates(conn, fromServer, header, buf);
    for (const keys of candidates) {
      if (!this.unprotect(keys, header, buf, end, conn, fromServer, space, candidates.length === 1)) continue;
      if (!whole) return 'cut';
      if (!this.decrypt(keys, header, buf, end, conn, fromServer, space)) continue;
      if (header.type === 'Handshake') conn.keys.suite ??= keys.suite;
      return 'opened';
    }
    if (candidates.length === 0) return 'no-keys';
    return whole ? 'failed' : 'cut';
  }

  private longCandidates(
    conn: Connection,
    fromServer: boolean,
    header: PacketHeader,
    buf: Uint8Array,
  ): PacketKeys[] {
    const version = quicVersion(header.version);
    if (!version) return [];
    switch (header.type) {
      case 'Initial':
        return this.initialDcids(conn, fromServer, header, buf).map((dcid) => {
          const keys = conn.keys.initial(version, dcid);
          return fromServer ? keys.server : keys.client;
        });
      case 'Handshake':
        return conn.keys.candidates(
          fromServer ? 'SERVER_HANDSHAKE_TRAFFIC_SECRET' : 'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
          version,
        );
      case '0-RTT':
        return fromServer ? [] : conn.keys.candidates('CLIENT_EARLY_TRAFFIC_SECRET', version);
      default:
        return [];
    }
  }

  /** The ID it went to where that is one of them, else the latest first. */
  private initialDcids(
    conn: Connection,
    fromServer: boolean,
    header: PacketHeader,
    buf: Uint8Array,
  ): readonly Uint8Array[] {
    const { dcidOff, dcidLen } = header;
    const own = (dcid: Uint8Array): boolean =>
      dcid.length === dcidLen && cidAt(dcid, buf, dcidOff, dcidOff + dcidLen);
    const known = fromServer ? undefined : conn.initialDcids.find(own);
    return known ? [known] : conn.initialDcids.toReversed();
  }

  private openShort(
    conn: Connection,
    fromServer: boolean,
    header: PacketHeader,
    buf: Uint8Array,
    end: number,
    whole: boolean,
  ): OpenState {
    const label = fromServer ? 'SERVER_TRAFFIC_SECRET_0' : 'CLIENT_TRAFFIC_SECRET_0';
    const candidates = conn.keys.phaseCandidates(label, quicVersion(conn.version) ?? QUIC_V1);
    for (const phases of candidates) {
      const sure = candidates.length === 1;
      if (!this.unprotect(phases.current, header, buf, end, conn, fromServer, Space.application, sure))
        continue;
      if (!whole) return 'cut';
      for (const keys of this.phaseOrder(phases)) {
        if (!this.decrypt(keys, header, buf, end, conn, fromServer, Space.application)) continue;
        if (keys === phases.next) advancePhase(phases, this.pn);
        conn.keys.suite ??= keys.suite;
        // The client confirms the handshake with its first packets of this kind; the server may send them before it is over.
        if (!fromServer) conn.keys.forgetHandshake();
        return 'opened';
      }
    }
    if (candidates.length === 0) return 'no-keys';
    return whole ? 'failed' : 'cut';
  }

  /** A packet with the other key phase bit is of the phase before if its number is lower, else begins the next. */
  private phaseOrder(phases: PhaseKeys): PacketKeys[] {
    if (this.out.keyPhase === phases.phase) return [phases.current];
    const next = nextPhase(phases);
    if (!phases.previous) return [next];
    return this.pn < phases.firstPn ? [phases.previous, next] : [next, phases.previous];
  }

  private unprotect(
    keys: PacketKeys,
    header: PacketHeader,
    buf: Uint8Array,
    end: number,
    conn: Connection,
    fromServer: boolean,
    space: Space,
    sure: boolean,
  ): boolean {
    const { out } = this;
    if (unprotectHeader(keys, buf, header.start, header.pnOff, end, out) < 0) return false;
    this.pn = decodePacketNumber(conn.sender(fromServer).largestPn[space], out.truncatedPn, out.pnLen);
    // With several candidate suites, only the one whose tag matches has removed the right mask.
    this.headerRead = sure;
    return true;
  }

  private decrypt(
    keys: PacketKeys,
    header: PacketHeader,
    buf: Uint8Array,
    end: number,
    conn: Connection,
    fromServer: boolean,
    space: Space,
  ): boolean {
    const { largestPn } = conn.sender(fromServer);
    const result = openUnprotected(keys, buf, header.start, header.pnOff, end, largestPn[space], this.out);
    if (result === Reason.authenticationFailed || result < 0) return false;
    this.headerRead = true;
    this.pn = this.out.pn;
    if (this.pn > largestPn[space]) largestPn[space] = this.pn;
    return true;
  }
}

function spaceOf(header: PacketHeader): Space | undefined {
  switch (header.type) {
    case 'Initial':
      return Space.initial;
    case 'Handshake':
      return Space.handshake;
    case '0-RTT':
    case '1-RTT':
      return Space.application;
    case 'Retry':
    case 'VersionNegotiation':
    case 'Unknown':
      return undefined;
  }
}
