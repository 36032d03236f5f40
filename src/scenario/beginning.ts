/** From a capture to the data a world begins with. */
import {
  type Capture,
  type Connection,
  DatagramFlag,
  Dissection,
  type KeyLog,
  sentDatagrams,
} from '../capture/index.ts';
import type { Address } from '../haproxy/model/script.ts';
import type { KeyMaterial, WorldData } from './data.ts';
import { ScriptBuilder } from './script.ts';

const NS_PER_MS = 1_000_000;

/** Turns a capture into world data in portions, so that a worker can tell progress and be stopped. */
export class Beginning {
  private readonly dissection: Dissection;

  constructor(
    private readonly name: string,
    private readonly capture: Capture,
    private readonly keyLog: KeyLog,
  ) {
    this.dissection = new Dissection(capture, { keyLog });
  }

  /** Share read, 0 to 1. */
  get progress(): number {
    return this.dissection.progress;
  }

  get connections(): readonly Connection[] {
    return this.dissection.connections;
  }

  /** Reads up to `n` further datagrams; true once all are read. */
  step(n: number): boolean {
    return this.dissection.step(n);
  }

  /** The data, once everything has been read. */
  finish(): WorldData {
    const { capture, dissection, keyLog } = this;
    const table = capture.datagrams;
    const client = dissection.datagrams.filter((d) => !d.fromServer);
    const book = new Addresses();
    const columns = new Columns(client.reduce((n, d) => n + sentDatagrams(d).length, 0));
    const t0 = client.length ? table.tNs(client[0]!.row) : 0;
    const builders = dissection.connections.map((c) => new ScriptBuilder(c));
    let cut = 0;
    for (const d of dissection.datagrams) {
      const builder = d.connection ? builders[d.connection.number] : undefined;
      if (d.fromServer) {
        for (const s of sentDatagrams(d)) builder?.fromServer(s.len, table.frame(d.row), s.packets);
        continue;
      }
      if (table.flags(d.row) & DatagramFlag.snapCut) cut++;
      const saddr = book.number(table.src(d.row), table.sport(d.row));
      for (const s of sentDatagrams(d)) {
        const i = columns.add(table.bytes(d.row).subarray(s.off, s.off + s.len), s.len, {
          at: Math.max(0, table.tNs(d.row) - t0),
          saddr,
          conn: d.connection?.number ?? -1,
          frame: table.frame(d.row),
        });
        builder?.fromClient(i, saddr, d.row, s.packets);
      }
    }
    const conns = builders.map((b, i) => b.finish(i));
    const lengths = new Set(dissection.connections.map((c) => c.server.cidLength).filter((n) => n > 0));
    const cidLength = lengths.size ? Math.max(...lengths) : 8;
    const keys = dissection.connections.map((c) => material(c, keyLog));
    const store = columns.store();
    const anyFixedBit = cidLength !== 8 && clearsFixedBit(store);
    return {
      name: this.name,
      datagrams: store,
      addresses: book.list,
      conns,
      keys,
      bootSeed: Uint8Array.from({ length: 20 }, (_, i) => (i * 37 + 11) & 0xff),
      cidLength,
      forceRetry: dissection.connections.some((c) => c.retried),
      anyFixedBit,
      serverAddress: client.length
        ? `${address(table.dst(client[0]!.row))}:${table.dport(client[0]!.row)}`
        : '',
      notes: [
        ...notes(this.capture, dissection.connections, keys, cidLength, lengths.size, cut),
        ...(anyFixedBit
          ? [
              'The client clears the fixed bit (RFC 9287). HAProxy would refuse its packets; here they are taken.',
            ]
          : []),
      ],
      withKeys: keys.filter((k) => k.application !== null).length,
    };
  }
}

/** Whether any packet at the head of a client datagram has bit 0x40 clear. */
function clearsFixedBit(store: WorldData['datagrams']): boolean {
  for (let i = 0; i < store.count; i++) {
    if (store.conn[i]! >= 0 && store.length[i]! > 0 && !(store.bytes[store.offset[i]!]! & 0x40)) return true;
  }
  return false;
}

const address = (text: string): string => (text.includes(':') ? `[${text}]` : text);

function notes(
  capture: Capture,
  connections: readonly Connection[],
  keys: readonly KeyMaterial[],
  cidLength: number,
  lengths: number,
  cut: number,
): string[] {
  const out: string[] = [];
  if (connections.length > 0 && keys.every((k) => k.application === null)) {
    out.push('No keys for this capture: 1-RTT packets are routed by their CID and not opened.');
  } else if (keys.some((k) => k.application === null)) {
    const n = keys.filter((k) => k.application === null).length;
    out.push(
      `No keys for ${n} of ${keys.length} connections: their 1-RTT packets are routed and not opened.`,
    );
  }
  if (cidLength !== 8)
    out.push(
      `The captured server is not HAProxy: its CIDs have ${cidLength} bytes. HAProxy’s 8 are overridden.`,
    );
  if (lengths > 1)
    out.push(
      'Servers with CIDs of different lengths are mixed in this capture; short headers are read with the longest.',
    );
  if (connections.some((c) => c.retried)) {
    out.push(
      'The captured server asked for a Retry: replayed as with a cluster secret, tokens taken as valid.',
    );
  }
  if (cut) out.push(`${cut} datagrams were cut short by the capture: they are routed and not opened.`);
  if (capture.counts.fragments) out.push(`${capture.counts.fragments} IP fragments are left out.`);
  if (capture.counts.superFrames)
    out.push('Some frames hold several datagrams; where their size is proven they are taken apart.');
  return out;
}

function material(c: Connection, keyLog: KeyLog): KeyMaterial {
  const secrets = c.keys.random === undefined ? undefined : keyLog.secrets(c.keys.random);
  return {
    initialDcid: c.initialDcid ?? null,
    suite: c.keys.suite?.tls ?? c.serverHello?.cipherSuite ?? 0,
    handshake: secrets?.CLIENT_HANDSHAKE_TRAFFIC_SECRET ?? null,
    application: secrets?.CLIENT_TRAFFIC_SECRET_0 ?? null,
    version: c.version,
  };
}

/** Source addresses as numbers, with the bytes that the first CID is derived from. */
class Addresses {
  readonly list: Address[] = [];
  private readonly byText = new Map<string, number>();

  number(ip: string, port: number): number {
    const text = `${address(ip)}:${port}`;
    let n = this.byText.get(text);
    if (n === undefined) {
      n = this.list.length;
      this.byText.set(text, n);
      this.list.push({ text, bytes: bytesOf(ip, port) });
    }
    return n;
  }
}

/** IP bytes (4 or 16) and port in network order. */
function bytesOf(ip: string, port: number): Uint8Array {
  const tail = [port >> 8, port & 0xff];
  if (!ip.includes(':')) return Uint8Array.from([...ip.split('.').map(Number), ...tail]);
  const [head = '', rest] = ip.split('::');
  const words = (s: string): number[] => (s ? s.split(':').map((w) => Number.parseInt(w, 16)) : []);
  const a = words(head);
  const b = rest === undefined ? [] : words(rest);
  const all = [...a, ...new Array<number>(Math.max(0, 8 - a.length - b.length)).fill(0), ...b];
  return Uint8Array.from([...all.flatMap((w) => [w >> 8, w & 0xff]), ...tail]);
}

/** The client's datagrams as columns over one arena. */
class Columns {
  private bytes = new Uint8Array(1 << 16);
  private used = 0;
  private n = 0;
  private readonly offset: Float64Array;
  private readonly length: Int32Array;
  private readonly ms: Int32Array;
  private readonly ns: Int32Array;
  private readonly saddr: Int32Array;
  private readonly conn: Int32Array;
  private readonly frame: Int32Array;
  private last = 0;

  constructor(count: number) {
    this.offset = new Float64Array(count);
    this.length = new Int32Array(count);
    this.ms = new Int32Array(count);
    this.ns = new Int32Array(count);
    this.saddr = new Int32Array(count);
    this.conn = new Int32Array(count);
    this.frame = new Int32Array(count);
  }

  /** Bytes that the capture cut off stand as zeros, up to `len`. */
  add(b: Uint8Array, len: number, row: { at: number; saddr: number; conn: number; frame: number }): number {
    while (this.used + len > this.bytes.length) {
      const wider = new Uint8Array(this.bytes.length * 2);
      wider.set(this.bytes.subarray(0, this.used));
      this.bytes = wider;
    }
    this.bytes.set(b, this.used);
    const i = this.n++;
    // Arrival never goes back: a capture's clock may.
    const at = Math.max(this.last, row.at);
    this.last = at;
    this.offset[i] = this.used;
    this.length[i] = len;
    this.ms[i] = Math.floor(at / NS_PER_MS);
    this.ns[i] = at % NS_PER_MS;
    this.saddr[i] = row.saddr;
    this.conn[i] = row.conn;
    this.frame[i] = row.frame;
    this.used += len;
    return i;
  }

  store(): WorldData['datagrams'] {
    const { offset, length, ms, ns, saddr, conn, frame } = this;
    return {
      count: this.n,
      bytes: this.bytes.slice(0, this.used),
      offset,
      length,
      ms,
      ns,
      saddr,
      conn,
      frame,
    };
  }
}

/** Reads everything at once. */
export function beginning(name: string, capture: Capture, keyLog: KeyLog): WorldData {
  const b = new Beginning(name, capture, keyLog);
  while (!b.step(Number.MAX_SAFE_INTEGER));
  return b.finish();
}
