import { type PacketHeader, statelessResetToken } from '../quic/index.ts';
import { type Cid, cidAt, cidKey } from './cid.ts';
import { Connection } from './connection.ts';
import type { KeyLog } from './keylog.ts';
import type { DatagramTable } from './table.ts';

/** What the tracker found out about a datagram. */
export interface Owner {
  conn: Connection | undefined;
  fromServer: boolean;
  /** It belongs to `conn` as a stateless reset (RFC 9000 section 10.3). */
  statelessReset: boolean;
}

/**
 * Tells to which connection a datagram belongs. Connection IDs decide (RFC 9000 section 5.2), so that a connection survives a
 * change of address; the address decides where connection IDs are empty. Datagrams must be given in capture order.
 */
export class ConnectionTracker {
  readonly connections: Connection[] = [];
  /** By an ID that the client, or the server, gave out; and by the ID of a client's first packet. */
  private readonly byClientCid = new Map<string, Connection>();
  private readonly byServerCid = new Map<string, Connection>();
  private readonly byInitialDcid = new Map<string, Connection>();
  /** Connections on a pair of addresses, the latest first. */
  private readonly byPath = new Map<number, Connection[]>();
  private readonly endpoints = new Map<number, number>();
  /** Bit n: connection IDs of n bytes exist. */
  private lengths = 0;

  constructor(
    private readonly table: DatagramTable,
    private readonly serverPorts: readonly number[],
    private readonly keyLog: KeyLog | undefined,
  ) {}

  /**
   * The connection of datagram `i`, whose first packet has the given header, or none that can be read; a client's first Initial makes
   * a new one.
   */
  find(i: number, header: PacketHeader | undefined, out: Owner): void {
    const { table } = this;
    out.conn = undefined;
    out.statelessReset = false;
    out.fromServer = this.serverPorts.includes(table.sport(i)) && !this.serverPorts.includes(table.dport(i));
    if (header?.form === 'long') this.findLong(i, header, out);
    else if (header) this.findShort(i, header, out);
    if (!out.conn) this.findReset(i, out);
    if (!out.statelessReset && header?.form === 'long') this.learn(i, header, out);
    if (out.conn) this.addPath(i, out.conn);
  }

  /** Remembers a connection ID that an end of `conn` has given out. */
  addCid(conn: Connection, fromServer: boolean, cid: Cid): void {
    const { cids } = conn.sender(fromServer);
    const known = cids.find(
      (c) => cidAt(c.bytes, cid.bytes, 0, cid.bytes.length) && c.bytes.length === cid.bytes.length,
    );
    if (known) {
      known.resetToken ??= cid.resetToken;
      return;
    }
    cids.push(cid);
    const map = fromServer ? this.byServerCid : this.byClientCid;
    map.set(cidKey(cid.bytes, 0, cid.bytes.length), conn);
    this.lengths |= 1 << cid.bytes.length;
  }

  private findLong(i: number, header: PacketHeader, out: Owner): void {
    const { file } = this.table;
    const key = cidKey(file, header.dcidOff, header.dcidLen);
    const early = header.type === '0-RTT';
    if (!early || key === '') this.byCid(i, key, out);
    if (!out.conn && key !== '' && (early || isInitial(header))) {
      out.conn = this.byInitialDcid.get(key);
      if (out.conn) out.fromServer = false;
      else if (early) this.byCid(i, key, out);
    }
    // A Handshake packet whose ID was never seen given out (that packet was lost) can only be of these addresses.
    if (!out.conn && header.type === 'Handshake') this.byCid(i, '', out);
    const { conn } = out;
    if (!conn || !isInitial(header) || out.fromServer || key === '') return;
    // A client's Initial goes to the ID it chose itself or to one the server gave it; any other begins a connection.
    const own =
      conn.initialDcid !== undefined && cidKey(conn.initialDcid, 0, conn.initialDcid.length) === key;
    if (!own && this.byServerCid.get(key) !== conn) out.conn = undefined;
  }

  /** By an exact ID; an empty one stands for the latest connection on these addresses. */
  private byCid(i: number, key: string, out: Owner): void {
    if (key === '') {
      out.conn = this.byPath.get(this.path(i))?.[0];
      if (out.conn) out.fromServer = this.isServerEnd(out.conn, i);
      return;
    }
    const fromServer = this.byClientCid.get(key);
    const fromClient = this.byServerCid.get(key);
    out.conn = fromServer ?? fromClient;
    if (!out.conn) return;
    out.fromServer =
      fromServer !== undefined && (fromClient === undefined || this.isServerEnd(fromServer, i));
  }

  private findShort(i: number, header: PacketHeader, out: Owner): void {
    const { table } = this;
    const { file } = table;
    const at = header.start + 1;
    const end = header.start + table.capturedLength(i);
    for (const conn of this.byPath.get(this.path(i)) ?? []) {
      const fromServer = this.isServerEnd(conn, i);
      const { cids } = conn.receiver(fromServer);
      if (cids.some((cid) => cidAt(cid.bytes, file, at, end))) {
        out.conn = conn;
        out.fromServer = fromServer;
        return;
      }
    }
    // Unknown addresses: the connection may have moved. The length of the ID is not written in the packet.
    for (let len = Math.min(20, end - at); len > 0 && !out.conn; len--) {
      if ((this.lengths & (1 << len)) !== 0) this.byCid(i, cidKey(file, at, len), out);
    }
  }

  /** True if datagram `i` ends with a stateless reset token that its sender has given out. */
  endsWithResetToken(i: number, owner: Owner): boolean {
    const { table } = this;
    const length = table.capturedLength(i);
    if (!owner.conn || length < table.payloadLength(i)) return false;
    const from = table.offset(i);
    const tokens = owner.conn.sender(owner.fromServer).cids.flatMap(({ resetToken }) => resetToken ?? []);
    return statelessResetToken(table.file, from, from + length, tokens) >= 0;
  }

  private findReset(i: number, out: Owner): void {
    for (const conn of this.byPath.get(this.path(i)) ?? []) {
      const candidate = { conn, fromServer: this.isServerEnd(conn, i), statelessReset: true };
      if (!this.endsWithResetToken(i, candidate)) continue;
      out.conn = conn;
      out.fromServer = candidate.fromServer;
      out.statelessReset = true;
      return;
    }
  }

  /** Takes in what a long header tells about the connection. */
  private learn(i: number, header: PacketHeader, out: Owner): void {
    const { file } = this.table;
    const scid = file.slice(header.scidOff, header.scidOff + header.scidLen);
    if (isInitial(header) && !out.fromServer) {
      const dcid = file.slice(header.dcidOff, header.dcidOff + header.dcidLen);
      if (!out.conn) this.create(i, header.version, scid, dcid, out);
      else if (!out.conn.initialDcid && dcid.length > 0) this.afterRetry(out.conn, scid, dcid);
      if (out.conn?.versionRefused && header.version !== out.conn.version) out.conn.restart(header.version);
      return;
    }
    const { conn } = out;
    if (conn && !out.fromServer && header.type === 'Handshake' && conn.server.cids.length === 0) {
      // The server's own packets were lost; the client has seen them, and uses the ID they gave.
      const bytes = file.slice(header.dcidOff, header.dcidOff + header.dcidLen);
      if (bytes.length > 0) this.addCid(conn, true, { bytes, sequence: 0, resetToken: undefined });
    }
    if (!conn || !out.fromServer) return;
    if (header.type === 'VersionNegotiation') conn.versionRefused = true;
    if (header.type === 'Retry') {
      if (conn.initialDcid) this.byInitialDcid.delete(cidKey(conn.initialDcid, 0, conn.initialDcid.length));
      conn.initialDcid = undefined;
      conn.retried = true;
    }
    const first = header.type === 'Retry' || header.type === 'Initial' || header.type === 'Handshake';
    if (first && conn.server.cids.length === 0 && scid.length > 0) {
      this.addCid(conn, true, { bytes: scid, sequence: 0, resetToken: undefined });
    }
    if (header.type === 'Initial' || header.type === 'Handshake') conn.version = header.version;
  }

  private create(i: number, version: number, scid: Uint8Array, dcid: Uint8Array, out: Owner): void {
    const { table } = this;
    const conn = new Connection(
      this.connections.length,
      version,
      table.dstId(i),
      table.dport(i),
      dcid,
      this.keyLog,
    );
    this.connections.push(conn);
    this.nameClient(conn, scid, dcid);
    out.conn = conn;
    out.fromServer = false;
    const path = this.path(i);
    this.byPath.set(path, [conn, ...(this.byPath.get(path) ?? [])]);
  }

  /** The client begins again with the ID the Retry gave it; the server's next Initial brings the one that stays. */
  private afterRetry(conn: Connection, scid: Uint8Array, dcid: Uint8Array): void {
    const [retry] = conn.server.cids.splice(0);
    if (retry) this.byServerCid.delete(cidKey(retry.bytes, 0, retry.bytes.length));
    conn.client.cids.length = 0;
    conn.initialDcid = dcid;
    this.nameClient(conn, scid, dcid);
  }

  private nameClient(conn: Connection, scid: Uint8Array, dcid: Uint8Array): void {
    if (scid.length > 0) this.addCid(conn, false, { bytes: scid, sequence: 0, resetToken: undefined });
    else conn.client.cids.push({ bytes: scid, sequence: 0, resetToken: undefined });
    if (dcid.length > 0) this.byInitialDcid.set(cidKey(dcid, 0, dcid.length), conn);
  }

  private isServerEnd(conn: Connection, i: number): boolean {
    return conn.serverPort === this.table.sport(i) && conn.serverAddress === this.table.srcId(i);
  }

  /** A datagram recognised by its ID on new addresses makes them the connection's, for packets without an ID. */
  private addPath(i: number, conn: Connection): void {
    const path = this.path(i);
    const known = this.byPath.get(path);
    if (!known) this.byPath.set(path, [conn]);
    else if (!known.includes(conn)) known.push(conn);
  }

  /** A number for the pair of addresses and ports, the same in both directions. */
  private path(i: number): number {
    const { table } = this;
    const a = this.endpoint(table.srcId(i), table.sport(i));
    const b = this.endpoint(table.dstId(i), table.dport(i));
    return a < b ? a * 0x400_0000 + b : b * 0x400_0000 + a;
  }

  private endpoint(address: number, port: number): number {
    const key = address * 65536 + port;
    let id = this.endpoints.get(key);
    if (id === undefined) {
      id = this.endpoints.size;
      this.endpoints.set(key, id);
    }
    return id;
  }
}

/** Also true for a version that is not known, whose type bits a client sets as version 1 does to ask which are. */
function isInitial(header: PacketHeader): boolean {
  return header.type === 'Initial' || (header.type === 'Unknown' && (header.firstByte & 0x30) === 0);
}
