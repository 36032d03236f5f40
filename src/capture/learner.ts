import { type PacketHeader, retryTagMatches, Workspace } from '../quic/index.ts';
import { sameCid } from './cid.ts';
import type { Connection } from './connection.ts';
import type { Packet } from './packet.ts';
import type { Registry } from './registry.ts';
import type { DatagramTable } from './table.ts';
import type { Owner } from './tracker.ts';

const NOT_GIVEN = -1;

/**
 * Takes in what long headers tell about their connection: before the packets are read what reading them needs, afterwards the IDs, since
 * then it is known which packets opened. An ID from a packet that did not open counts on its endpoints only.
 */
export class Learner {
  private readonly workspace = new Workspace(2);
  private type: PacketHeader['type'] = '1-RTT';
  private version = 0;
  private versionKnown = false;
  private dcid = NOTHING;
  private scid = NOTHING;

  constructor(
    private readonly table: DatagramTable,
    private readonly registry: Registry,
  ) {}

  /** `header` is that of the first packet of row `i`; it may be used for others afterwards. */
  before(i: number, header: PacketHeader, { conn, fromServer }: Owner): void {
    const buf = this.table.buffer(i);
    this.type = header.type;
    if (header.form === 'short') return;
    this.version = header.version;
    this.versionKnown = header.versionKnown;
    this.dcid = buf.slice(header.dcidOff, header.dcidOff + header.dcidLen);
    this.scid = buf.slice(header.scidOff, header.scidOff + header.scidLen);
    if (!conn) return;
    if (fromServer) {
      if (header.type === 'Retry') this.retry(conn, buf, header, i);
      const answers = conn.originalDcid && sameCid(conn.originalDcid, this.scid);
      if (header.type === 'VersionNegotiation' && !conn.server.confirmed && answers)
        conn.versionRefused = true;
      return;
    }
    const begins = header.type === 'Initial' || header.type === 'Unknown';
    if (begins && header.version !== conn.version && !conn.server.confirmed) {
      const again = conn.versionRefused || (conn.beginning === 'version' && header.versionKnown);
      if (again) conn.restart(header.version, header.versionKnown ? 'tag' : 'version');
    }
    // A client shows which of several Retries it took.
    const took = header.type === 'Initial' && !conn.server.confirmed;
    if (took && conn.offered.some((offer) => sameCid(offer, this.dcid)))
      this.registry.choose(conn, this.dcid);
  }

  /** After the packets of row `i` were read. */
  after(i: number, out: Owner, packets: readonly Packet[]): void {
    const { conn, fromServer } = out;
    const [first] = packets;
    if (!conn || !first) return;
    const opened = packets.some(({ state }) => state === 'opened');
    if (first.form === 'short') {
      if (out.unannounced && opened && first.dcidLen > 0) {
        const bytes = this.table.bytes(i).slice(first.dcidOff, first.dcidOff + first.dcidLen);
        this.give(conn, !fromServer, bytes, NOT_GIVEN, undefined, false);
        out.unannounced = false;
      }
      return;
    }
    if (first.type === 'VersionNegotiation' || first.type === 'Retry') return;
    // What was cut cannot be proven, and is believed.
    const sure = opened || first.state === 'cut' || !this.versionKnown;
    const onlyOn = sure ? undefined : this.registry.survey.paths.of(i);
    if (fromServer && this.versionKnown && sure && first.type !== 'Unknown') conn.version = this.version;
    this.source(conn, fromServer, onlyOn);
    this.destination(conn, out, onlyOn);
    if (opened) conn.sender(fromServer).confirmed = true;
    if (opened && fromServer) this.extensions(conn);
  }

  /** What the server says of its IDs in its extensions (RFC 9000 section 18.2): the token of its first, and a second for another address. */
  private extensions(conn: Connection): void {
    const { encryptedExtensions, server } = conn;
    const parameters = encryptedExtensions?.transportParameters;
    const [first] = server.cids;
    if (!parameters || !first) return;
    first.resetToken ??= parameters.statelessResetToken;
    const { preferredAddress } = parameters;
    if (!preferredAddress) return;
    const { cid, statelessResetToken } = preferredAddress;
    if (!server.cid(cid))
      this.registry.give(conn, true, { bytes: cid, sequence: 1, resetToken: statelessResetToken });
  }

  /** The sender calls itself by an ID. */
  private source(conn: Connection, fromServer: boolean, onlyOn: number | undefined): void {
    const end = conn.sender(fromServer);
    const known = end.cid(this.scid) !== undefined;
    if (known && (end.confirmed || onlyOn !== undefined)) return;
    if (end.cids.length > 0 && onlyOn !== undefined) return;
    // The first one was never proven: this one is.
    if (!known && end.cids.length > 0 && !end.confirmed && fromServer) end.forget();
    this.give(conn, fromServer, this.scid, 0, onlyOn, true);
  }

  /** The receiver goes by the ID that the packet went to, even where the packet that gave it did not open. */
  private destination(conn: Connection, out: Owner, onlyOn: number | undefined): void {
    const end = conn.receiver(out.fromServer);
    const { dcid } = this;
    if (end.cid(dcid)) return;
    if (!out.fromServer && (this.type === '0-RTT' || conn.initialDcids.some((first) => sameCid(first, dcid))))
      return;
    if (!out.fromServer && this.type === 'Unknown' && conn.originalDcid && end.cids.length === 0) return;
    const first = end.cids.length === 0;
    this.give(conn, !out.fromServer, dcid, first ? 0 : NOT_GIVEN, onlyOn, first);
    out.unannounced = !first;
  }

  private give(
    conn: Connection,
    byServer: boolean,
    bytes: Uint8Array,
    sequence: number,
    onlyOn: number | undefined,
    announced: boolean,
  ): void {
    this.registry.give(conn, byServer, { bytes, sequence, resetToken: undefined }, onlyOn, announced);
  }

  /** Only one Retry counts, and only before the server has answered otherwise (RFC 9000 section 17.2.5.2). */
  private retry(conn: Connection, buf: Uint8Array, header: PacketHeader, i: number): void {
    const whole = this.table.capturedLength(i) === this.table.payloadLength(i);
    if (!conn.originalDcid || conn.server.confirmed) return;
    if (whole && !retryTagMatches(buf, header, conn.originalDcid, this.workspace)) return;
    this.registry.offer(conn, this.scid);
    if (!conn.retried) this.registry.choose(conn, this.scid);
    conn.retried = true;
  }
}

const NOTHING = new Uint8Array(0);
