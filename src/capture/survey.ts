import {
  hasInvariantIds,
  isGoogleQuic,
  PacketHeader,
  parsePacket,
  Reason,
  readU32,
  versionName,
} from '../quic/index.ts';
import { cidKey } from './cid.ts';
import { googleVersion } from './google.ts';
import { Paths } from './paths.ts';
import { InitialProof } from './proof.ts';
import type { DatagramTable } from './table.ts';

/** A client pads its first datagram to this size (RFC 9000 section 14.1), and its first ID has at least 8 bytes (section 7.2). */
const MIN_CLIENT_DATAGRAM = 1200;
const MIN_FIRST_DCID = 8;
/** So many packets of one datagram are looked through for an Initial. */
const COALESCED = 8;
/** A side that says so much in Handshake packets sends a certificate: it is a server, bytes. */
const CERTIFICATE = 400;

/**
 * Where a connection begins: a client's Initial to an ID of its own choice. `tag`: it opened with the keys of that ID. `shape`: the
 * capture did not keep all of it, its header decides. `version`: nobody can open it, RFC 8999 is all there is.
 */
export interface Begin {
  readonly row: number;
  readonly by: 'tag' | 'shape' | 'version';
  readonly version: number;
  readonly dcid: Uint8Array;
  readonly scid: Uint8Array;
  /** Endpoint of the server, and the pair of endpoints. */
  readonly server: number;
  readonly path: number;
  /** ClientHello random, where this packet holds it. */
  readonly random: string | undefined;
  /** The beginning that this one goes on with, on an ID that a Retry gave which was not captured. */
  readonly after: Begin | undefined;
}

/** An endpoint that is a server's, and how many datagrams came from it or went to it. */
export interface Server {
  readonly endpoint: number;
  /** Address and port, as `endpointText` writes them. */
  readonly text: string;
  readonly address: string;
  readonly port: number;
  readonly datagrams: number;
}

export interface SurveyOptions {
  /** Only this server: its address and port, as `endpointText` writes them. */
  readonly server?: string | undefined;
  /** With `server`: the datagrams of the others too. */
  readonly othersToo?: boolean | undefined;
  /** The servers' UDP port, 1 to 65535, where it should not be found by looking. */
  readonly serverPort?: number | undefined;
}

/** What is known of two endpoints whose connection did not begin in the capture. */
interface Orphan {
  readonly a: number;
  readonly b: number;
  /** The one that says it is the server; -1: nobody. */
  server: number;
  /** Sender of the first Initial that did not open with its own ID. */
  firstInitial: number;
  tokenFrom: number;
  /** Bytes of Handshake packets from either. */
  handshake: [number, number];
}

/**
 * Looks once over all datagrams of a capture, before any is given to a connection: where connections begin, and so who is a client and
 * who a server. What the packets prove counts before what the ports suggest.
 */
export class Survey {
  readonly paths: Paths;
  /** By row. */
  readonly begins = new Map<number, Begin>();
  readonly beginsByPath = new Map<number, Begin[]>();
  /** Google QUIC by version, and the pairs of endpoints that speak it. */
  readonly google = new Map<string, number>();
  readonly googlePaths = new Set<number>();
  /** Long headers seen: of versions that are read, or of Version Negotiation; and of others, by version. */
  longHeaders = 0;
  readonly otherVersions = new Map<number, number>();
  private readonly header = new PacketHeader();
  private readonly proof = new InitialProof();
  /** IDs that an endpoint gave as Source Connection ID of a long header. */
  private readonly announced = new Set<string>();
  private readonly byDcid = new Map<string, Begin[]>();
  private readonly orphans = new Map<number, Orphan>();
  /** First row that shows an endpoint to be a server's. */
  private readonly serverRows = new Map<number, number>();
  private next = 0;
  /** UDP ports of the servers, by first appearance. */
  serverPorts: readonly number[] = [];
  /** Servers by first appearance. */
  servers: readonly Server[] = [];
  /** Endpoint of the one that was asked for; -1: none was, or it is not there. */
  private only = -1;

  constructor(
    private readonly table: DatagramTable,
    private readonly options: SurveyOptions = {},
  ) {
    this.paths = new Paths(table);
  }

  get progress(): number {
    return this.table.length === 0 ? 1 : this.next / this.table.length;
  }

  /** Looks at up to `n` further datagrams; true once all have been seen. */
  step(n: number): boolean {
    const { table } = this;
    for (let k = 0; k < n && this.next < table.length; k++) this.look(this.next++);
    if (this.next < table.length) return false;
    this.finish();
    return true;
  }

  /** Whether row `i` has to do with a server, or with the one that was asked for. Without any server every row has. */
  concerns(i: number): boolean {
    const { paths, table, serverPorts } = this;
    if (this.options.server !== undefined && !this.options.othersToo)
      return paths.src(i) === this.only || paths.dst(i) === this.only;
    return (
      serverPorts.length === 0 || serverPorts.includes(table.sport(i)) || serverPorts.includes(table.dport(i))
    );
  }

  /** The server among two endpoints, or -1 where nothing tells. */
  serverOn(path: number): number {
    return this.beginsByPath.get(path)?.[0]?.server ?? this.orphans.get(path)?.server ?? -1;
  }

  /** Whether row `i` comes from a server, as far as that can be said without its connection. */
  fromServer(i: number): boolean {
    const { paths, table } = this;
    const [src, dst] = [paths.src(i), paths.dst(i)];
    const server = this.serverOn(paths.of(i));
    if (server >= 0) return src === server;
    const [from, to] = [this.isServer(src), this.isServer(dst)];
    if (from !== to) return from;
    const ports = this.serverPorts;
    return ports.includes(table.sport(i)) && !ports.includes(table.dport(i));
  }

  /** A packet that opened shows who is the server of a pair of endpoints. Once all has been seen. */
  show(server: number, row: number): void {
    const orphan = this.orphan(row);
    const guess = orphan.server;
    orphan.server = server;
    // Unless something else speaks for it, what was thought before is wrong.
    const others = [...this.orphans.values(), ...this.begins.values()];
    if (guess >= 0 && !others.some((one) => one.server === guess)) this.serverRows.delete(guess);
    this.server(server, row);
    this.settleServers();
  }

  /** Whether the endpoint is a server's. */
  isServer(endpoint: number): boolean {
    return this.serverRows.has(endpoint);
  }

  private look(i: number): void {
    const { table, paths, header } = this;
    paths.take(i);
    const buf = table.buffer(i);
    const off = table.offset(i);
    const end = off + table.capturedLength(i);
    if (end - off < 7) return;
    if ((buf[off]! & 0x80) === 0) {
      const version = googleVersion(buf, off, end);
      if (version !== undefined) this.seenGoogle(i, version);
      return;
    }
    const version = readU32(buf, off + 1);
    if (!hasInvariantIds(version)) {
      if (isGoogleQuic(version)) this.seenGoogle(i, version);
      else this.seenOther(version);
      return;
    }
    const size = parsePacket(buf, off, end, 0, header);
    if (header.scidOff === 0 || header.scidLen > 20 || header.dcidLen > 20) return;
    if (header.type === 'VersionNegotiation') {
      if (size > 0) this.refusal(i);
    } else if (header.versionKnown) this.known(i, buf, off, end, size);
    else this.foreign(i, buf, off);
  }

  /** Long headers of a version that is read. */
  private known(i: number, buf: Uint8Array, off: number, end: number, size: number): void {
    const { header, table } = this;
    this.longHeaders++;
    const wireEnd = off + table.payloadLength(i);
    for (let at = off, length = size, n = 0; n < COALESCED; n++) {
      const cut = length === Reason.lengthExceedsDatagram && wireEnd > end;
      if (header.type === 'Initial' && (length > 0 || cut)) this.initial(i, buf, cut);
      else if (header.type === 'Handshake' && (length > 0 || cut)) this.handshake(i);
      else if (header.type === 'Retry') this.orphan(i).server = this.paths.src(i);
      if (length <= 0) break;
      at += length;
      if (at >= end || (buf[at]! & 0x80) === 0) break;
      length = parsePacket(buf, at, end, 0, header);
      if (!header.versionKnown) break;
    }
    this.announce(i, buf, off);
  }

  private initial(i: number, buf: Uint8Array, cut: boolean): void {
    const { header, paths, proof } = this;
    const key = cidKey(buf, header.dcidOff, header.dcidLen);
    const path = paths.of(i);
    if (header.dcidLen === 0) {
      this.firstInitial(i);
      return;
    }
    if (this.announced.has(`${paths.dst(i)} ${key}`)) return;
    const before = this.byDcid.get(key) ?? [];
    const here = before.findLast((begin) => begin.path === path);
    if (cut) {
      if (!here && this.looksFirst(i)) this.begin(i, buf, 'shape', undefined, undefined);
      return;
    }
    if (!proof.opens(buf, header)) {
      if (!here) this.firstInitial(i);
      return;
    }
    const random = proof.random();
    // The same ID again is the same connection, also from another address, as long as it is the same ClientHello.
    const same = here ?? before.at(-1);
    if (same && (here || same.random !== undefined) && goesOn(same, header.version, random)) return;
    const tokened = header.tokenLen > 0 ? this.beginsByPath.get(path) : undefined;
    const scid = cidKey(buf, header.scidOff, header.scidLen);
    const after = tokened?.findLast((begin) =>
      random !== undefined && begin.random !== undefined
        ? random === begin.random
        : scid !== '' && scid === cidKey(begin.scid, 0, begin.scid.length),
    );
    this.begin(i, buf, 'tag', random, after);
  }

  /** A long header of a version that is not read: only what RFC 8999 says is there. */
  private foreign(i: number, buf: Uint8Array, off: number): void {
    const { header, table, paths } = this;
    this.seenOther(header.version);
    const key = cidKey(buf, header.dcidOff, header.dcidLen);
    const path = paths.of(i);
    const initialBits = (buf[off]! & 0x70) === 0x40;
    const whole = table.payloadLength(i) >= MIN_CLIENT_DATAGRAM && header.dcidLen >= MIN_FIRST_DCID;
    const given = this.announced.has(`${paths.dst(i)} ${key}`);
    const known = this.byDcid.get(key)?.some((begin) => begin.path === path);
    if (initialBits && whole && !given && !known) this.begin(i, buf, 'version', undefined, undefined);
    this.announce(i, buf, off);
  }

  private begin(
    i: number,
    buf: Uint8Array,
    by: Begin['by'],
    random: string | undefined,
    after: Begin | undefined,
  ): void {
    const { header, paths } = this;
    const begin: Begin = {
      row: i,
      by,
      version: header.version,
      dcid: buf.slice(header.dcidOff, header.dcidOff + header.dcidLen),
      scid: buf.slice(header.scidOff, header.scidOff + header.scidLen),
      server: paths.dst(i),
      path: paths.of(i),
      random,
      after,
    };
    this.begins.set(i, begin);
    push(this.byDcid, cidKey(begin.dcid, 0, begin.dcid.length), begin);
    push(this.beginsByPath, begin.path, begin);
  }

  /** As much as a header tells of a first Initial that the capture cut. */
  private looksFirst(i: number): boolean {
    const { header, table } = this;
    return header.dcidLen >= MIN_FIRST_DCID && header.lengthField >= 20 && table.payloadLength(i) > 0;
  }

  private firstInitial(i: number): void {
    const orphan = this.orphan(i);
    if (orphan.firstInitial < 0) orphan.firstInitial = this.paths.src(i);
    if (this.header.tokenLen > 0) orphan.tokenFrom = this.paths.src(i);
  }

  private handshake(i: number): void {
    const orphan = this.orphan(i);
    orphan.handshake[this.paths.src(i) === orphan.a ? 0 : 1] += this.header.lengthField;
  }

  /** Only a server sends Version Negotiation. */
  private refusal(i: number): void {
    this.longHeaders++;
    this.orphan(i).server = this.paths.src(i);
  }

  private orphan(i: number): Orphan {
    const { paths } = this;
    const path = paths.of(i);
    let orphan = this.orphans.get(path);
    if (!orphan) {
      const none = { server: -1, firstInitial: -1, tokenFrom: -1 };
      orphan = { a: paths.src(i), b: paths.dst(i), ...none, handshake: [0, 0] };
      this.orphans.set(path, orphan);
    }
    return orphan;
  }

  private announce(i: number, buf: Uint8Array, off: number): void {
    const dcidLen = buf[off + 5]!;
    const scidLen = buf[off + 6 + dcidLen]!;
    if (scidLen > 0) this.announced.add(`${this.paths.src(i)} ${cidKey(buf, off + 7 + dcidLen, scidLen)}`);
  }

  private seenOther(version: number): void {
    this.otherVersions.set(version, (this.otherVersions.get(version) ?? 0) + 1);
  }

  private seenGoogle(i: number, version: number): void {
    const name = versionName(version);
    const path = this.paths.of(i);
    this.google.set(name, (this.google.get(name) ?? 0) + 1);
    this.googlePaths.add(path);
  }

  private finish(): void {
    // An ID that the other end calls its own, later on, is none that a client chose.
    for (const [row, begin] of this.begins) {
      const key = cidKey(begin.dcid, 0, begin.dcid.length);
      if (begin.by !== 'version' || !this.announced.has(`${begin.server} ${key}`)) continue;
      this.begins.delete(row);
      remove(this.beginsByPath, begin.path, begin);
      this.orphan(row);
    }
    for (const { server, row } of this.begins.values()) this.server(server, row);
    for (const [path, orphan] of this.orphans) {
      const [begin] = this.beginsByPath.get(path) ?? [];
      orphan.server = begin ? begin.server : this.likelyServer(orphan);
      if (orphan.server >= 0) this.server(orphan.server, this.table.length);
    }
    this.settleServers();
  }

  /** What was found, or was said. */
  private settleServers(): void {
    const { paths, options } = this;
    const { server, serverPort } = options;
    const all = Array.from({ length: paths.size }, (_, endpoint) => endpoint);
    if (serverPort !== undefined) {
      const found = all.filter((endpoint) => paths.port(endpoint) === serverPort);
      const shown = found.filter((endpoint) => this.serverRows.has(endpoint));
      for (const endpoint of shown.length > 0 ? [] : found) this.server(endpoint, this.table.length);
    }
    if (server !== undefined) {
      this.only = all.find((endpoint) => paths.text(endpoint) === server) ?? -1;
      if (this.only >= 0) this.server(this.only, this.table.length);
    }
    const order = [...this.serverRows]
      .sort((a, b) => a[1] - b[1] || a[0] - b[0])
      .map(([endpoint]) => endpoint);
    const here = serverPort === undefined ? order : order.filter((one) => paths.port(one) === serverPort);
    this.servers = here.map((endpoint) => ({
      endpoint,
      text: paths.text(endpoint),
      address: paths.address(endpoint),
      port: paths.port(endpoint),
      datagrams: paths.datagrams(endpoint),
    }));
    this.serverPorts =
      serverPort !== undefined ? [serverPort] : [...new Set(this.servers.map(({ port }) => port))];
  }

  private likelyServer({ a, b, server, firstInitial, tokenFrom, handshake }: Orphan): number {
    const other = (end: number): number => (end === a ? b : a);
    if (server >= 0) return server;
    for (const end of [a, b]) if (this.serverRows.has(end) && !this.serverRows.has(other(end))) return end;
    if (tokenFrom >= 0) return other(tokenFrom);
    if (handshake[0] >= CERTIFICATE || handshake[1] >= CERTIFICATE)
      return handshake[0] > handshake[1] ? a : b;
    // Without a certificate it still says more than its client, which only finishes.
    const [less, more] = handshake[0] < handshake[1] ? handshake : [handshake[1], handshake[0]];
    if (less > 0 && more >= 2 * less) return handshake[0] > handshake[1] ? a : b;
    const low = [a, b].filter((end) => this.paths.port(end) < 1024);
    if (low.length === 1) return low[0]!;
    if (firstInitial >= 0) return firstInitial;
    return this.paths.port(a) <= this.paths.port(b) ? a : b;
  }

  private server(endpoint: number, row: number): void {
    this.serverRows.set(endpoint, Math.min(row, this.serverRows.get(endpoint) ?? row));
  }
}

/** After Version Negotiation a client may come with another ClientHello. */
function goesOn(begin: Begin, version: number, random: string | undefined): boolean {
  if (begin.version !== version) return true;
  return begin.random === undefined || random === undefined || begin.random === random;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function remove<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  map.set(
    key,
    (map.get(key) ?? []).filter((one) => one !== value),
  );
}
