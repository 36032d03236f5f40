import { type Cid, cidKey, sameCid } from './cid.ts';
import { CidIndex, type CidSide } from './cid-index.ts';
import { type Beginning, Connection, Space } from './connection.ts';
import type { KeyLog } from './keylog.ts';
import type { Midway } from './midway.ts';
import type { Begin, Survey } from './survey.ts';
import type { DatagramTable } from './table.ts';

/** The connections of a capture, their IDs, and the pairs of endpoints they were seen on. */
export class Registry {
  readonly connections: Connection[] = [];
  readonly ids: CidIndex;
  private readonly byBegin = new Map<Begin, Connection>();
  /** Connections on a pair of endpoints, the latest first. */
  private readonly byPath = new Map<number, Connection[]>();

  constructor(
    readonly survey: Survey,
    private readonly keyLog: KeyLog | undefined,
  ) {
    this.ids = new CidIndex(survey.paths);
  }

  on(path: number): readonly Connection[] {
    return this.byPath.get(path) ?? NONE;
  }

  /** The connection that begins there; made now, or before if something of it came first. */
  begun(begin: Begin): Connection {
    let conn = this.byBegin.get(begin);
    if (conn) return conn;
    if (begin.after) {
      conn = this.begun(begin.after);
      conn.retried = true;
      this.choose(conn, begin.dcid);
    } else {
      conn = this.make(begin.by, begin.version, begin.server, begin.path, begin.dcid);
      this.choose(conn, begin.dcid);
      this.give(conn, false, { bytes: begin.scid, sequence: 0, resetToken: undefined });
    }
    this.byBegin.set(begin, conn);
    return conn;
  }

  /** Whether the connection of that beginning has been met. */
  met(begin: Begin): boolean {
    return this.byBegin.has(begin);
  }

  /** A connection that was there before the capture. */
  orphan(version: number, server: number, path: number): Connection {
    return this.make('missing', version, server, path, undefined);
  }

  /**
   * A connection that a key log has shown on its way: made now, or known and met on other addresses. `table`: where the packets are
   * that showed it.
   */
  midway(found: Midway, table: DatagramTable): void {
    const { path, random, suite, version } = found;
    const known = this.connections.find(({ keys }) => keys.random === random) ?? this.named(found, table);
    const conn = known ?? this.orphan(version.number, found.server, path);
    if (known) this.seenOn(path, known);
    conn.keys.random = random;
    conn.keys.suite ??= suite;
    for (const { row, idLength, fromServer, generation, pn } of found.hits) {
      const from = table.offset(row) + 1;
      const bytes = table.buffer(row).slice(from, from + idLength);
      const first = conn.receiver(fromServer).cids.length === 0;
      this.give(conn, !fromServer, { bytes, sequence: first ? 0 : -1, resetToken: undefined });
      const { largestPn } = conn.sender(fromServer);
      if (largestPn[Space.application] >= 0) continue;
      largestPn[Space.application] = pn;
      const label = fromServer ? 'SERVER_TRAFFIC_SECRET_0' : 'CLIENT_TRAFFIC_SECRET_0';
      if (!known) conn.keys.startAt(label, version, generation);
    }
  }

  /** The connection that the ID of a packet names already. */
  private named({ hits }: Midway, table: DatagramTable): Connection | undefined {
    for (const { row, idLength } of hits) {
      const key = cidKey(table.buffer(row), table.offset(row) + 1, idLength);
      const entry = idLength > 0 ? this.ids.best(row, key) : undefined;
      if (entry && entry.conn.keys.random === undefined) return entry.conn;
    }
    return undefined;
  }

  /** A Retry offers this ID for the client's next Initials. */
  offer(conn: Connection, dcid: Uint8Array): void {
    conn.offered.push(dcid);
    this.ids.add(cidKey(dcid, 0, dcid.length), { conn, side: 'first', onlyOn: undefined, announced: true });
  }

  /** Initial packets of the connection are protected with the keys of this ID from now on. */
  choose(conn: Connection, dcid: Uint8Array): void {
    const at = conn.initialDcids.findIndex((known) => sameCid(known, dcid));
    if (at >= 0) conn.initialDcids.splice(at, 1);
    conn.initialDcids.push(dcid);
    this.ids.add(cidKey(dcid, 0, dcid.length), { conn, side: 'first', onlyOn: undefined, announced: true });
  }

  /**
   * An end of `conn` gave out this ID. `onlyOn`: nothing proves it, so it counts on this pair of endpoints only. `announced`: the packet
   * that gave it was read; otherwise it was met as a destination.
   */
  give(conn: Connection, fromServer: boolean, cid: Cid, onlyOn?: number, announced = true): void {
    conn.sender(fromServer).give(cid);
    const side: CidSide = fromServer ? 'server' : 'client';
    if (cid.bytes.length > 0)
      this.ids.add(cidKey(cid.bytes, 0, cid.bytes.length), { conn, side, onlyOn, announced });
  }

  /** A datagram recognised by its ID on new addresses makes them the connection's, for packets without an ID. */
  seenOn(path: number, conn: Connection): void {
    if (conn.paths.includes(path)) return;
    conn.paths.push(path);
    const known = this.byPath.get(path);
    if (known) known.push(conn);
    else this.byPath.set(path, [conn]);
  }

  private make(
    beginning: Beginning,
    version: number,
    server: number,
    path: number,
    dcid: Uint8Array | undefined,
  ): Connection {
    const number = this.connections.length;
    const conn = new Connection(number, beginning, version, server, dcid, this.keyLog);
    this.connections.push(conn);
    conn.paths.push(path);
    this.byPath.set(path, [conn, ...(this.byPath.get(path) ?? [])]);
    return conn;
  }
}

const NONE: readonly Connection[] = [];
