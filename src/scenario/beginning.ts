/** From a capture to the data a world begins with. */
import {
  type Capture,
  type CaptureError,
  type Connection,
  DatagramFlag,
  type DissectedDatagram,
  Dissection,
  type FrameLabel,
  type KeyLog,
  type Problem,
  type Server,
  sentDatagrams,
  serverEnd,
} from '../capture/index.ts';
import type { Unread } from '../haproxy/model/unread.ts';
import { type Engines, FRAME_NAMES, isExtensionFrame } from '../quic/index.ts';
import { Addresses } from './addresses.ts';
import { Causes } from './causes.ts';
import { Columns } from './columns.ts';
import type { KeyMaterial, WorldData } from './data.ts';
import { replayable, unreadReason } from './ledger.ts';
import { notesOf } from './notes.ts';
import { ScriptBuilder } from './script.ts';

/** So many frames of extensions are named. */
const MOST_NAMED = 5;
const EXTENSIONS: ReadonlySet<string> = new Set(
  Object.entries(FRAME_NAMES).flatMap(([type, name]) => (isExtensionFrame(Number(type)) ? [name] : [])),
);

export interface BeginningOptions {
  /** The server that HAProxy stands for, as address and port; default the busiest. `all`: every one, as one listener. */
  readonly server?: string | undefined;
  /** The servers' UDP port, where it should not be found by looking. */
  readonly serverPort?: number | undefined;
  /** Datagrams to this server that could not be told are replayed all the same. */
  readonly replayUnread?: boolean | undefined;
  /** What the host has to open packets with. */
  readonly engines?: Engines | undefined;
}

/** Turns a capture into world data in portions, so that a worker can tell progress and be stopped. */
export class Beginning {
  private readonly dissection: Dissection;

  constructor(
    private readonly name: string,
    private readonly capture: Capture,
    private readonly keyLog: KeyLog,
    private readonly options: BeginningOptions = {},
  ) {
    const { server, serverPort, engines } = options;
    this.dissection = new Dissection(capture, {
      keyLog,
      server: server === 'all' ? undefined : server,
      othersToo: true,
      serverPort,
      engines,
    });
  }

  /** Share read, 0 to 1. */
  get progress(): number {
    return this.dissection.progress;
  }

  get connections(): readonly Connection[] {
    return this.dissection.connections;
  }

  /** Every server of the capture, by first appearance. Once everything has been read. */
  get servers(): readonly Server[] {
    return this.dissection.survey.servers;
  }

  /** What a reader should know beside the problems of the file. Once everything has been read. */
  get findings(): readonly Problem[] {
    return this.dissection.findings;
  }

  /** Reads up to `n` further datagrams; true once all are read. */
  step(n: number): boolean {
    return this.dissection.step(n);
  }

  /** Why there is nothing that could be replayed, if there is nothing. Once everything has been read. */
  get refusal(): CaptureError | undefined {
    const { dissection } = this;
    const { refusal } = dissection;
    if (refusal) return refusal;
    const server = this.server();
    if (dissection.datagrams.some((d) => !d.fromServer && this.isOf(d, server))) return undefined;
    const findings = this.findings.map(({ text }) => text);
    const why = (server && findings.find((text) => text.includes(server.text))) ?? findings[0];
    return { code: 'not-quic', text: `${why ?? 'The capture holds no client.'} There is nothing to replay.` };
  }

  /** The data, once everything has been read. */
  finish(): WorldData {
    const { capture, dissection, keyLog } = this;
    const { survey } = dissection;
    const table = capture.datagrams;
    const server = this.server();
    const end = server?.endpoint ?? -1;
    const theirs = dissection.connections.filter((c) => end < 0 || c.serverEnd === end);
    const replayed = theirs.filter(replayable);
    const builders = new Map(replayed.map((c) => [c, new ScriptBuilder(c)]));
    const numbers = new Map(replayed.map((c, i) => [c, i]));
    const client = dissection.datagrams.filter((d) => !d.fromServer);
    const reasons = new Map(client.map((d) => [d, this.reason(d, end)]));
    const first = client.find((d) => reasons.get(d) === undefined) ?? client[0];
    const t0 = first ? table.tNs(first.row) : 0;
    const book = new Addresses();
    const columns = new Columns(client.reduce((n, d) => n + sentDatagrams(d).length, 0));
    const causes = new Causes(table, dissection.datagrams);
    const extensions = new Set<string>();
    let cut = 0;
    for (const d of dissection.datagrams) {
      const builder = d.connection && builders.get(d.connection);
      if (d.fromServer) {
        for (const s of sentDatagrams(d)) builder?.fromServer(s.len, table.frame(d.row), s.packets);
        if (d.connection) causes.fromServer(d.connection, d.row);
        continue;
      }
      const unread = reasons.get(d);
      if (!unread && table.flags(d.row) & DatagramFlag.snapCut) cut++;
      const saddr = book.number(table.src(d.row), table.sport(d.row));
      const conn = unread || !d.connection ? -1 : (numbers.get(d.connection) ?? -1);
      sentDatagrams(d).forEach((s, nth) => {
        const i = columns.add(table.bytes(d.row).subarray(s.off, s.off + s.len), s.len, {
          at: Math.max(0, table.tNs(d.row) - t0),
          saddr,
          conn,
          frame: table.frame(d.row),
          unread,
          quiet: !unread && nth === 0 && causes.unclear(d.connection, d.row),
        });
        if (unread) return;
        builder?.fromClient(i, saddr, d.row, s.packets);
        for (const p of s.packets) for (const f of p.frames) if (isExtension(f)) extensions.add(f);
      });
    }
    const conns = [...builders.values()].map((b, i) => b.finish(i));
    const lengths = new Set(replayed.map((c) => c.server.cidLength).filter((n) => n > 0));
    const cidLength = lengths.size ? Math.max(...lengths) : 8;
    const keys = replayed.map((c) => material(c, keyLog));
    const store = columns.store();
    const anyFixedBit = clearsFixedBit(store);
    const serverAddress =
      server?.text ?? (client[0] ? survey.paths.text(survey.paths.dst(client[0].row)) : '');
    const notes = notesOf({
      capture,
      findings: this.findings,
      connections: theirs,
      replayed,
      keys,
      cidLength,
      cidLengths: lengths.size,
      cut,
      anyFixedBit,
      extensions: [...extensions].slice(0, MOST_NAMED),
      store,
      servers: survey.servers.length,
      server: serverAddress,
      together: this.options.server === 'all',
    });
    return {
      name: this.name,
      datagrams: store,
      addresses: book.list,
      conns,
      keys,
      bootSeed: Uint8Array.from({ length: 20 }, (_, i) => (i * 37 + 11) & 0xff),
      cidLength,
      forceRetry: replayed.some((c) => c.retried),
      anyFixedBit,
      serverAddress,
      servers: survey.servers.map(({ text, datagrams }) => ({ text, datagrams })),
      notes,
      withKeys: keys.filter((k) => k.application !== null).length,
    };
  }

  /** The one that HAProxy stands for, of those that clients were captured of where nobody names one; undefined: all together. */
  private server(): Server | undefined {
    const { survey, datagrams } = this.dissection;
    const { server } = this.options;
    if (server === 'all') return undefined;
    if (server !== undefined) return survey.servers.find(({ text }) => text === server);
    const met = new Set(datagrams.filter((d) => !d.fromServer).map((d) => serverEnd(survey, d)));
    const told = survey.servers.filter(({ endpoint }) => met.has(endpoint));
    return busiest(told.length > 0 ? told : survey.servers);
  }

  /** Whether a datagram is of this server; without one: of any. */
  private isOf(d: DissectedDatagram, server: Server | undefined): boolean {
    return !server || serverEnd(this.dissection.survey, d) === server.endpoint;
  }

  private reason(d: DissectedDatagram, end: number): Unread | undefined {
    const reason = unreadReason(d, this.dissection.survey, end);
    return this.options.replayUnread && reason !== 'other-server' ? undefined : reason;
  }
}

/** The server with the most datagrams; the first of equals. */
const busiest = (servers: readonly Server[]): Server | undefined =>
  servers.reduce<Server | undefined>(
    (best, one) => (best && best.datagrams >= one.datagrams ? best : one),
    undefined,
  );

/** Labels of listings are names of `quic`, but for the two kinds of stream counts. */
const isExtension = (label: FrameLabel): boolean => label.startsWith('UNKNOWN') || EXTENSIONS.has(label);

/** Whether any packet at the head of a connection's datagram has bit 0x40 clear. */
function clearsFixedBit(store: WorldData['datagrams']): boolean {
  for (let i = 0; i < store.count; i++) {
    if (store.conn[i]! >= 0 && store.length[i]! > 0 && !(store.bytes[store.offset[i]!]! & 0x40)) return true;
  }
  return false;
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

/** Reads everything at once. */
export function beginning(
  name: string,
  capture: Capture,
  keyLog: KeyLog,
  options: BeginningOptions = {},
): WorldData {
  const b = new Beginning(name, capture, keyLog, options);
  while (!b.step(Number.MAX_SAFE_INTEGER));
  return b.finish();
}
