import { type PacketHeader, statelessResetToken } from '../quic/index.ts';
import { cidKey, sameCid } from './cid.ts';
import type { Connection } from './connection.ts';
import { Older } from './older.ts';
import type { Registry } from './registry.ts';
import type { DatagramTable } from './table.ts';

/**
 * Why a datagram belongs to no connection. `older`: to one that was there before the capture. `unannounced`: its ID was never seen given
 * out, and its addresses do not tell whose it is. `not-opened`: an Initial whose tag fits nothing. `version`: of a version that is
 * not read. `unreadable`: it is no QUIC.
 */
export type Stray = 'older' | 'unannounced' | 'not-opened' | 'version' | 'unreadable';

/** What the tracker found out about a datagram. Reused. */
export interface Owner {
  conn: Connection | undefined;
  fromServer: boolean;
  /** It belongs to `conn` as a stateless reset (RFC 9000 section 10.3). */
  statelessReset: boolean;
  /** The ID it goes to was never seen given out: `conn` is told by the addresses, or by the tag alone. */
  unannounced: boolean;
  /** Only where `conn` is undefined. */
  stray: Stray | undefined;
}

/**
 * Does the first packet of a row open with the keys of a connection? `shortDcid`: bytes of its ID, which a short header does not tell.
 * Undefined: nobody can say, without keys or without all of the packet.
 */
export type Trial = (
  row: number,
  conn: Connection,
  fromServer: boolean,
  shortDcid: number,
) => boolean | undefined;

/** So many connections of a pair of endpoints are tried, the latest first. */
const TRIED = 8;
const LONGEST_ID = 20;

/**
 * Tells to which connection a datagram belongs. Connection IDs decide (RFC 9000 section 5.2), so that a connection survives a
 * change of address; where they are empty, or were never seen given out, the tag decides, and the addresses last. Datagrams must be given
 * in capture order.
 */
export class ConnectionTracker {
  private readonly older = new Older();

  constructor(
    private readonly table: DatagramTable,
    private readonly registry: Registry,
    private readonly trial: Trial,
  ) {}

  /**
   * The connection of datagram `i`, whose first packet has the given header, or none that can be read; a client's first Initial makes
   * a new one.
   */
  find(i: number, header: PacketHeader | undefined, out: Owner): void {
    const { registry } = this;
    out.conn = undefined;
    out.statelessReset = false;
    out.unannounced = false;
    out.stray = undefined;
    out.fromServer = registry.survey.fromServer(i);
    if (header?.form === 'long') this.findLong(i, header, out);
    else if (header) this.findShort(i, header, out);
    if (!out.conn || out.unannounced) this.findReset(i, out);
    if (out.conn) registry.seenOn(registry.survey.paths.of(i), out.conn);
    else out.stray ??= this.stray(i, header);
  }

  /** True if datagram `i` ends with a stateless reset token that its sender has given out. */
  endsWithResetToken(i: number, conn: Connection, fromServer: boolean): boolean {
    const { table } = this;
    const length = table.capturedLength(i);
    if (length < table.payloadLength(i)) return false;
    const from = table.offset(i);
    const tokens = conn.sender(fromServer).cids.flatMap(({ resetToken }) => resetToken ?? []);
    return statelessResetToken(table.buffer(i), from, from + length, tokens) >= 0;
  }

  private findLong(i: number, header: PacketHeader, out: Owner): void {
    const { registry, table } = this;
    const key = cidKey(table.buffer(i), header.dcidOff, header.dcidLen);
    const begin = registry.survey.begins.get(i);
    const known = key === '' ? undefined : registry.ids.best(i, key);
    if (begin && (begin.by === 'tag' || !known)) {
      out.conn = registry.begun(begin);
      out.fromServer = false;
    } else if (known) {
      out.conn = known.conn;
      out.fromServer = known.side === 'client';
      out.unannounced = !known.announced;
    } else if (!this.byOtherThanId(i, header, key, out)) this.early(i, header, key, out);
    if (!out.conn) this.orphan(i, header, out);
  }

  /** A long header whose destination is empty, or nobody's: its source tells, then the tag, then the addresses. */
  private byOtherThanId(i: number, header: PacketHeader, key: string, out: Owner): boolean {
    const fits = this.here(i).filter((conn) => {
      const { cids } = conn.receiver(this.isFromServer(conn, i));
      return key !== '' || cids.length === 0 || cids[0]?.bytes.length === 0;
    });
    const found = this.pick(i, header, key, fits);
    if (!found) return false;
    out.conn = found;
    out.fromServer = this.isFromServer(found, i);
    return true;
  }

  private pick(
    i: number,
    header: PacketHeader,
    key: string,
    fits: readonly Connection[],
  ): Connection | undefined {
    const scid = this.table.buffer(i).subarray(header.scidOff, header.scidOff + header.scidLen);
    const sender = (conn: Connection) => conn.sender(this.isFromServer(conn, i));
    const named = fits.find((conn) => scid.length > 0 && sender(conn).cid(scid));
    const [latest, ...more] = fits;
    switch (header.type) {
      case 'Initial':
      case 'Handshake': {
        let doubtful: Connection | undefined;
        for (const conn of [...(named ? [named] : []), ...fits].slice(0, TRIED)) {
          const opened = this.trial(i, conn, this.isFromServer(conn, i), 0);
          if (opened === true) return conn;
          if (opened === undefined) doubtful ??= conn;
        }
        // An Initial can always be tried, but the server's where the first ID is missing: what opens with nobody's keys is nobody's, whatever
        // its IDs say.
        if (header.type === 'Initial' && key !== '') {
          const untried = doubtful?.beginning === 'missing' && this.isFromServer(doubtful, i);
          if (!untried) return doubtful === named ? named : undefined;
        }
        return named ?? fits.find((conn) => sender(conn).cids.length === 0) ?? doubtful ?? latest;
      }
      case 'VersionNegotiation':
        if (key !== '') return undefined;
        return fits.find(({ originalDcid }) => originalDcid && sameCid(originalDcid, scid)) ?? latest;
      case 'Retry':
        if (key !== '') return undefined;
        return fits.find((conn) => !conn.retried && sender(conn).cids.length === 0) ?? latest;
      case 'Unknown':
        return named ?? (more.length === 0 ? latest : undefined);
      default:
        return named;
    }
  }

  /** A datagram that comes before the Initial it belongs to: the file is not in order, or the network was not. */
  private early(i: number, header: PacketHeader, key: string, out: Owner): void {
    const { registry } = this;
    const { survey } = registry;
    for (const begin of survey.beginsByPath.get(survey.paths.of(i)) ?? []) {
      if (begin.row < i || registry.met(begin)) continue;
      const fromServer = survey.paths.src(i) === begin.server;
      const theirs = fromServer ? begin.scid : begin.dcid;
      if (key === '' || key !== cidKey(theirs, 0, theirs.length)) continue;
      if (fromServer || header.type === '0-RTT' || header.type === 'Initial') {
        out.conn = registry.begun(begin);
        out.fromServer = fromServer;
        return;
      }
    }
  }

  /** A handshake under way whose beginning was not captured: its IDs are known from here on. */
  private orphan(i: number, header: PacketHeader, out: Owner): void {
    const { survey } = this.registry;
    const path = survey.paths.of(i);
    const server = survey.serverOn(path);
    if (server < 0 || !header.versionKnown || this.here(i).length > 0) return;
    const fromServer = survey.paths.src(i) === server;
    const telling = header.type === 'Handshake' || (header.type === 'Initial' && fromServer);
    if (!telling || header.payloadEnd === 0) return;
    out.conn = this.registry.orphan(header.version, server, path);
    out.fromServer = fromServer;
  }

  private findShort(i: number, header: PacketHeader, out: Owner): void {
    const { table, registry } = this;
    const buf = table.buffer(i);
    const at = header.start + 1;
    const end = header.start + table.capturedLength(i);
    const { paths } = registry.survey;
    const here = this.here(i);
    let length = 0;
    for (const conn of here) {
      const fromServer = this.isFromServer(conn, i);
      const match = conn.receiver(fromServer).match(buf, at, end);
      if (match <= length) continue;
      length = match;
      out.conn = conn;
      out.fromServer = fromServer;
    }
    if (out.conn) {
      const entry = registry.ids.best(i, cidKey(buf, at, length));
      out.unannounced = entry?.conn === out.conn && !entry.announced;
      return;
    }
    // Unknown addresses: the connection may have moved. The length of the ID is not written in the packet.
    for (let len = Math.min(LONGEST_ID, end - at); len > 0 && !out.conn; len--) {
      if (!registry.ids.has(len)) continue;
      const entry = registry.ids.best(i, cidKey(buf, at, len));
      if (!entry || entry.side === 'first') continue;
      out.conn = entry.conn;
      out.fromServer = entry.side === 'client';
      out.unannounced = !entry.announced;
    }
    if (out.conn || here.length === 0) {
      if (!out.conn && registry.survey.beginsByPath.has(paths.of(i)))
        this.older.add(paths.src(i), paths.dst(i), buf, at, end);
      return;
    }
    this.withoutId(i, here, out);
    if (!out.conn) this.toUnknownId(i, buf, at, end, here, out);
  }

  /** To an end that uses no IDs: the addresses tell, and among several connections on them the tag. */
  private withoutId(i: number, here: readonly Connection[], out: Owner): void {
    const fits = here.filter((conn) => conn.receiver(this.isFromServer(conn, i)).cids[0]?.bytes.length === 0);
    const opens = (conn: Connection): boolean => this.trial(i, conn, this.isFromServer(conn, i), 0) === true;
    const conn = fits.length > 1 ? (fits.slice(0, TRIED).find(opens) ?? fits[0]) : fits[0];
    if (!conn) return;
    out.conn = conn;
    out.fromServer = this.isFromServer(conn, i);
  }

  /** To an ID that nobody was seen giving out: the tag tells; without keys the addresses, if they carry one connection only. */
  private toUnknownId(
    i: number,
    buf: Uint8Array,
    at: number,
    end: number,
    here: readonly Connection[],
    out: Owner,
  ): void {
    const { paths } = this.registry.survey;
    const untold: Connection[] = [];
    let denied = 0;
    for (const conn of here.slice(0, TRIED)) {
      const fromServer = this.isFromServer(conn, i);
      const length = conn.receiver(fromServer).cidLength;
      if (length === 0 || at + length > end) continue;
      const opened = this.trial(i, conn, fromServer, length);
      if (opened === undefined) untold.push(conn);
      else if (!opened) denied++;
      if (opened !== true) continue;
      out.conn = conn;
      out.fromServer = fromServer;
      out.unannounced = true;
      return;
    }
    if (denied === here.length) out.stray = 'older';
    const [conn, ...more] = untold;
    if (!conn || more.length > 0 || here.length > 1) return;
    const fromServer = this.isFromServer(conn, i);
    const length = conn.receiver(fromServer).cidLength;
    if (this.older.has(paths.src(i), paths.dst(i), buf, at, length)) return;
    out.conn = conn;
    out.fromServer = fromServer;
    out.unannounced = true;
  }

  private findReset(i: number, out: Owner): void {
    for (const conn of this.here(i)) {
      const fromServer = this.isFromServer(conn, i);
      if (!this.endsWithResetToken(i, conn, fromServer)) continue;
      out.conn = conn;
      out.fromServer = fromServer;
      out.statelessReset = true;
      out.unannounced = false;
      return;
    }
  }

  private stray(i: number, header: PacketHeader | undefined): Stray {
    const { survey } = this.registry;
    if (survey.googlePaths.has(survey.paths.of(i))) return 'version';
    if (!header) return 'unreadable';
    if (header.form === 'short') {
      const { paths } = survey;
      const at = header.start + 1;
      const lengths = this.here(i)
        .filter((conn) => conn.beginning !== 'missing')
        .map((conn) => conn.receiver(this.isFromServer(conn, i)).cidLength)
        .filter((length) => length > 0 && at + length <= header.payloadEnd);
      const older = lengths.some((length) =>
        this.older.has(paths.src(i), paths.dst(i), this.table.buffer(i), at, length),
      );
      return lengths.length > 0 && !older ? 'unannounced' : 'older';
    }
    if (header.version !== 0 && !header.versionKnown) return 'version';
    return header.type === 'Initial' ? 'not-opened' : 'older';
  }

  private here(i: number): readonly Connection[] {
    const { survey } = this.registry;
    return this.registry.on(survey.paths.of(i));
  }

  private isFromServer(conn: Connection, i: number): boolean {
    return this.registry.survey.paths.src(i) === conn.serverEnd;
  }
}
